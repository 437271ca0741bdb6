/** A file of the configuration directory as it is before an edit. */
import { createHash } from "node:crypto"
import { Effect, FileSystem, Path } from "effect"
import type { PlatformError } from "effect/PlatformError"
import { readPlain } from "../config/files/PlainFile.ts"
import { foreignText, reason } from "../reason/Reason.ts"
import { ConfigurationUnwritable, failUnwritable, type Names } from "./FileEdit.ts"

export interface FoundFile {
  readonly name: string
  /** Absent: the file does not exist. */
  readonly bytes: Uint8Array | undefined
  readonly text: string | undefined
  /** Shows whether the file is unchanged. */
  readonly digest: string
}

/** Fails for a name that the loader does not read, and for a file that cannot be replaced. */
export const find = Effect.fn("FoundFile.find")(
  function* (directory: string, names: Names, name: string) {
    if (!names.has(name)) {
      return yield* new ConfigurationUnwritable({
        reason: reason("config.noFile", { file: name, known: names.known.join(", ") })
      })
    }
    const bytes = yield* bytesOf(directory, name)
    if (!(yield* isPlain(directory, name, bytes !== undefined))) return yield* linked(name)
    const text = bytes === undefined ? undefined : new TextDecoder().decode(bytes)
    const digest = bytes === undefined ? "none" : createHash("sha256").update(bytes).digest("hex")
    return { name, bytes, text, digest } satisfies FoundFile
  },
  (effect, directory, _, name) =>
    Effect.catchTag(effect, "PlatformError", ({ message }) => failUnwritable(directory, name, foreignText(message)))
)

/** Undefined if the file does not exist. */
const bytesOf = (directory: string, name: string) =>
  readPlain(directory, name).pipe(
    Effect.catchTag("PlatformError", (error) =>
      isMissing(error) ? Effect.succeed<Uint8Array | undefined>(undefined) : Effect.fail(error)
    ),
    Effect.catchTag("NotPlain", ({ reason: why }) =>
      why.code === "file.outside" ? Effect.fail(linked(name)) : failUnwritable(directory, name, why)
    )
  )

/** A link would be replaced by a file, or lead out of the directory. */
const isPlain = Effect.fnUntraced(function* (directory: string, name: string, exists: boolean) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(directory, name)
  const root = yield* fs.realPath(directory)
  const real = yield* fs.realPath(exists ? file : path.dirname(file))
  return real === (exists ? path.join(root, name) : path.dirname(path.join(root, name)))
})

const linked = (file: string) => new ConfigurationUnwritable({ reason: reason("config.link", { file }) })

const isMissing = ({ reason }: PlatformError): boolean => reason._tag === "NotFound"
