/** Processes of another user, in an environment that is given whole; `effect/process` has no user. */
import { type ChildProcess, spawn } from "node:child_process"
import { Data, Deferred, Effect } from "effect"

export interface Account {
  readonly uid: number
  readonly gid: number
}

export interface Place {
  /** Whose the process is; this script's own user when it may not choose. */
  readonly account: Account | undefined
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
}

export class Failed extends Data.TaggedError("Failed")<{ readonly message: string }> {}

export interface Started {
  readonly pid: number
  /** Its exit code, or the name of the signal that ended it. */
  readonly ended: Effect.Effect<number | string>
  readonly signal: (name: NodeJS.Signals) => Effect.Effect<void>
  /** Everything it printed so far. */
  readonly printed: Effect.Effect<string>
}

/** Killed when the scope closes. */
export const start = Effect.fnUntraced(function* ([file = "", ...args]: ReadonlyArray<string>, place: Place) {
  const ended = yield* Deferred.make<number | string>()
  let printed = ""
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const process = spawn(file, args, { ...place.account, cwd: place.directory, env: place.env })
      process.on("error", ({ message }) => {
        printed += `${message}\n`
        Deferred.doneUnsafe(ended, Effect.succeed(-1))
      })
      process.on("close", (code, signal) => {
        Deferred.doneUnsafe(ended, Effect.succeed(code ?? signal ?? -1))
      })
      for (const stream of [process.stdout, process.stderr]) {
        stream.setEncoding("utf8").on("data", (text) => {
          printed += text
        })
      }
      return process
    }),
    (process) => Effect.sync(() => kill(process))
  )
  const started: Started = {
    pid: child.pid ?? 0,
    ended: Deferred.await(ended),
    signal: (name) => Effect.sync(() => child.kill(name)),
    printed: Effect.sync(() => printed)
  }
  return started
})

const kill = (child: ChildProcess) => {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL")
}

/** To its end, which must be a good one; what it printed. */
export const run = (words: ReadonlyArray<string>, place: Place) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { ended, printed } = yield* start(words, place)
      const code = yield* ended
      const text = yield* printed
      if (code === 0) return text
      return yield* new Failed({ message: `"${words.join(" ")}" ended with ${code}:\n${text}` })
    })
  )
