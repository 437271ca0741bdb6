/**
 * A process that was told to stop ends within ten seconds, whatever does not let go. What it was doing is then told by the
 * next one, as after a kill.
 */
import { writeSync } from "node:fs"

/** Behind the grace of runs and what they say in the audit, before a process manager would lose its patience. */
const most = 9_500

/** From now on. The timer keeps nothing alive, and belongs to no scope: scopes are what may hang. */
export const endInTime = (): void => {
  const told = () => {
    setTimeout(() => {
      writeSync(2, "told to stop ten seconds ago and still not done: ending without waiting\n")
      process.exit(1)
    }, most).unref()
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, told)
}
