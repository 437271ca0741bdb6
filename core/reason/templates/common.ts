/** What every area uses. */
export const common = {
  /** The words of an outside system, or of an error that nobody gave a code. */
  said: "{text}",
  several: "{whys:reasons}"
} as const
