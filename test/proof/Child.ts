/** Loader processes as a test sees them: their lines, and a way to end them at once. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { Effect, Redacted } from "effect"
import type { Generation } from "./Generations.ts"

const loader = fileURLToPath(new URL("loader.ts", import.meta.url))

export interface Child {
  /** Resolves when the records are on their way. */
  readonly load: (generation: Generation) => Effect.Effect<void>
  /** The result of the run, as JSON. */
  readonly result: Effect.Effect<string>
  readonly kill: Effect.Effect<void>
}

/** Started and connected, waiting to be told what to load; killed when the scope closes. */
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
