/** Loader processes for a test: their lines, and a way to kill them at once. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { Effect, Redacted } from "effect"
import type { Generation } from "./Generations.ts"

const loader = fileURLToPath(new URL("loader.ts", import.meta.url))

export interface Child {
  /** Tells the process what to load; completes when the records are on their way. */
  readonly load: (generation: Generation) => Effect.Effect<void>
  /** The result of the run, as JSON. */
  readonly result: Effect.Effect<string>
  readonly kill: Effect.Effect<void>
}

/** Starts a process that connects and waits for its load; it is killed when the scope closes. */
export const child = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const started = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [loader, Redacted.value(url)], { stdio: ["pipe", "pipe", "inherit"] })),
    (running) => Effect.sync(() => running.kill("SIGKILL"))
  )
  const exited = once(started, "exit")
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]()
  const line = Effect.promise(async () => {
    const next = await lines.next()
    return next.done === true ? "" : next.value
  })
  yield* line
  return {
    load: (generation) =>
      Effect.andThen(
        Effect.sync(() => started.stdin.write(`${generation}\n`)),
        Effect.asVoid(line)
      ),
    result: line,
    kill: Effect.promise(async () => {
      started.kill("SIGKILL")
      await exited
    })
  } satisfies Child
})
