/** The helper processes of the benchmark: started with the same Node, known by their first line, gone with the scope. */
import { fileURLToPath } from "node:url"
import { Effect, Schema, Stream } from "effect"
import { ChildProcess } from "effect/process"

/** Starts a script of this folder; succeeds with what it says when it is up. */
export const start = Effect.fn("Child.start")(function* <A>(
  script: string,
  says: Schema.Codec<A, unknown>,
  options: { readonly args?: ReadonlyArray<string>; readonly env?: Readonly<Record<string, string>> } = {}
) {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const handle = yield* ChildProcess.make(process.execPath, [path, ...(options.args ?? [])], {
    env: { ...options.env },
    extendEnv: true,
    stderr: "inherit"
  })
  const line = yield* handle.stdout.pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.runHead,
    Effect.flatMap(Effect.fromOption)
  )
  return yield* Schema.decodeUnknownEffect(Schema.fromJsonString(says))(line)
})
