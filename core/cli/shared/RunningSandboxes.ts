/**
 * The sandboxes of a running demo, for commands beside it, so that they see what was written to them. A file in the
 * data folder names a port of the demo and a key to it. Only the process that made the key accepts it, so a file left
 * behind by a killed demo leads nowhere, whoever listens at that port now.
 */
import { randomBytes } from "node:crypto"
import { Effect, FileSystem, Path, Schema } from "effect"
import { listen } from "../../plugin/LocalServer.ts"

/** The addresses of sandboxes: variables that the configuration reads. */
export type Addresses = Readonly<Record<string, string>>

const Door = Schema.fromJsonString(Schema.Struct({ url: Schema.String, pid: Schema.Int }))
const Answer = Schema.fromJsonString(Schema.Record(Schema.String, Schema.String))

const fileIn = (folder: string) => Effect.map(Path.Path, (path) => path.join(folder, "stand-ins.json"))

/** Until the scope closes, serves the current `addresses` to whoever can read the file. */
export const announce = Effect.fn("RunningSandboxes.announce")(function* (folder: string, addresses: () => Addresses) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fileIn(folder)
  const key = `/${randomBytes(16).toString("hex")}`
  const url = yield* listen((request, response) => {
    if (request.url === key) response.end(JSON.stringify(addresses()))
    else response.writeHead(404).end()
  })
  const door = JSON.stringify({ url: `${url}${key}`, pid: process.pid })
  yield* Effect.acquireRelease(
    Effect.gen(function* () {
      yield* fs.makeDirectory(folder, { recursive: true })
      // Renamed into place, so that nobody reads half of it.
      yield* fs.writeFileString(`${file}.new`, door, { mode: 0o600 })
      yield* fs.rename(`${file}.new`, file)
    }),
    () =>
      Effect.ignore(Effect.flatMap(fs.readFileString(file), (text) => (text === door ? fs.remove(file) : Effect.void)))
  )
})

/** The addresses of the demo that runs on the folder; undefined if none runs. */
export const find = Effect.fn("RunningSandboxes.find")(
  function* (folder: string) {
    const fs = yield* FileSystem.FileSystem
    const { url } = yield* Schema.decodeUnknownEffect(Door)(yield* fs.readFileString(yield* fileIn(folder)))
    const text = yield* Effect.tryPromise(async (signal) => {
      const answer = await fetch(url, { signal, redirect: "error" })
      return answer.ok ? answer.text() : ""
    }).pipe(Effect.timeout("2 seconds"))
    return yield* Schema.decodeUnknownEffect(Answer)(text)
  },
  Effect.orElseSucceed(() => undefined)
)
