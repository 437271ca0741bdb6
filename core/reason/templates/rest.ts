/** What does not run by itself at the moment, and why. */
export const rest = {
  "rest.jobs": "at rest: {jobs}; {why:reason}",
  "rest.jobPaused": "{job} is paused; `tributary jobs resume {job}` lets it fire again",
  "rest.paused": "paused: {accounts}; {what:reason}",
  "rest.invalid": "invalid: {accounts} ({why:reason}); {what:reason}",
  "rest.schedules": "{count:int} {count|schedule rests|schedules rest}",
  "rest.leftOut": "left out by {jobs}",
  "rest.unread": "nothing is read"
} as const
