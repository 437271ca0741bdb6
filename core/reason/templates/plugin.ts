/** The state of a plugin that is no connector. */
export const plugin = {
  "plugin.starting": "it is starting",
  "plugin.silent": "it does not say how it is",
  "plugin.broken": "it does not say how it is: {why:reason}",
  "plugin.triedAgain": "{why:reason}; it is tried again",
  "plugin.formerGoesOn": "{why:reason}; what ran before goes on, and it is tried again"
} as const
