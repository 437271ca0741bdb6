/** Reasons that every area uses. */
export const common = {
  /** The words of an outside system, or of an error that nobody gave a code. */
  said: "{text}",
  "lock.held":
    "the session {pid} ({who}) has {table} locked; wait until it ends, or end it: select pg_terminate_backend({pid})",
  "lock.ended": "another transaction had {table} locked, and has ended since",
  several: "{whys:reasons}",
  unsaid: "without saying why"
} as const
