/**
 * Keeps the embedded server alive: a killed server is restarted on its old port, so that connections recover
 * automatically. If several processes notice, one starts it and the others find it running.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Schedule } from "effect"

/** A check costs reading a small file and a signal that does nothing. */
const pause = "1 second"

export const keepRunning = <E extends { readonly message: string }>(
  directory: string,
  start: Effect.Effect<unknown, E>
) => {
  const again = start.pipe(
    Effect.andThen(Effect.logWarning("the embedded PostgreSQL had died and runs again")),
    Effect.catch(({ message }) =>
      // Another process may have been quicker, or the remains of the dead server may still be ending.
      Effect.flatMap(isAlive(directory), (alive) => (alive ? Effect.void : Effect.logWarning(message)))
    )
  )
  return isAlive(directory).pipe(
    Effect.flatMap((alive) => (alive ? Effect.void : again)),
    Effect.repeat(Schedule.spaced(pause))
  )
}

/** Line 1 of `postmaster.pid` is the process id; a killed server leaves the file behind. */
const isAlive = (directory: string) =>
  Effect.promise(async () => {
    try {
      const pid = Number((await readFile(join(directory, "postmaster.pid"), "utf8")).split("\n")[0])
      if (!Number.isInteger(pid) || pid <= 0) return false
      process.kill(pid, 0)
      return true
    } catch (cause) {
      // EPERM means that the process exists and belongs to another user.
      return cause instanceof Error && "code" in cause && cause.code === "EPERM"
    }
  })
