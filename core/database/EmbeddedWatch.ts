/**
 * Keeps the embedded server alive: one that was killed is started again at the port it had, so that connections find it
 * by themselves. Of several processes that see it die one starts it, and the others find it running.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Schedule } from "effect"

/** Looking costs a small file and a signal that does nothing. */
const pause = "1 second"

export const keep = <E extends { readonly message: string }>(directory: string, start: Effect.Effect<unknown, E>) => {
  const again = start.pipe(
    Effect.andThen(Effect.logWarning("the embedded PostgreSQL had died and runs again")),
    Effect.catch(({ message }) =>
      // The others may have been quicker, and what the dead one left may still be ending.
      Effect.flatMap(isAlive(directory), (alive) => (alive ? Effect.void : Effect.logWarning(message)))
    )
  )
  return isAlive(directory).pipe(
    Effect.flatMap((alive) => (alive ? Effect.void : again)),
    Effect.repeat(Schedule.spaced(pause))
  )
}

/** Line 1 of `postmaster.pid` is the process; a killed one leaves the file behind. */
const isAlive = (directory: string) =>
  Effect.promise(async () => {
    try {
      const pid = Number((await readFile(join(directory, "postmaster.pid"), "utf8")).split("\n")[0])
      if (!Number.isInteger(pid) || pid <= 0) return false
      process.kill(pid, 0)
      return true
    } catch (cause) {
      // A process of another user is one.
      return cause instanceof Error && "code" in cause && cause.code === "EPERM"
    }
  })
