/**
 * The files of a configuration directory as text, with a problem for each that is missing, unreadable or misplaced. An
 * overlay takes precedence: the result is as if the directory held its files.
 */
import { Effect, FileSystem, Path } from "effect"
import { foreignText, type Reason, reason } from "../../reason/Reason.ts"
import { withNearest } from "../Nearest.ts"
import { readPlain } from "./PlainFile.ts"
import { type Problems, type Source, wholeFile } from "./Problems.ts"

/** Text by path below the directory, with `/`: `connectors/crm.yaml`. `null`: as if the file did not exist. */
export type Overlay = ReadonlyMap<string, string | null>

interface NamedSource {
  readonly name: string
  readonly source: Source
}

export interface Files {
  readonly daemon: Source | undefined
  readonly jobs: Source | undefined
  /** By the requested names. */
  readonly plugins: ReadonlyArray<NamedSource>
  readonly connectors: ReadonlyArray<NamedSource>
}

export interface ReadOptions {
  readonly directory: string
  readonly overlay?: Overlay
  /** Each has a file of its name. */
  readonly plugins: ReadonlyArray<string>
}

const nothing: Overlay = new Map()

const none: Files = { daemon: undefined, jobs: undefined, plugins: [], connectors: [] }

export const readFiles = Effect.fnUntraced(function* (options: ReadOptions, problems: Problems) {
  const { directory, overlay = nothing, plugins } = options
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path

  const complain = (file: string, why: Reason, hint?: Reason) =>
    problems.report(wholeFile({ file, text: "" }), why, hint)

  const list = (folder: string, hint: Reason) =>
    fs.readDirectory(folder).pipe(
      Effect.map((names) => names.filter((name) => !name.startsWith(".")).toSorted()),
      Effect.catch((error) => {
        const isMissing = error.reason._tag === "NotFound"
        complain(
          folder,
          isMissing ? reason("file.noDirectory") : reason("file.unlisted", { why: foreignText(error.message) }),
          hint
        )
        return Effect.succeed(undefined)
      })
    )

  /** Reads a file by its name below the directory. */
  const read = (name: string) => {
    const file = path.join(directory, name)
    const text = overlay.get(name)
    if (typeof text === "string") return Effect.succeed({ file, text })
    return readPlain(directory, name).pipe(
      Effect.map((bytes) => decodeText(file, bytes, problems)),
      Effect.catch((error) => {
        complain(
          file,
          error._tag === "NotPlain" ? error.reason : reason("file.unread", { why: foreignText(error.message) })
        )
        return Effect.succeed(undefined)
      })
    )
  }

  const listed = yield* list(directory, reason("file.nameDirectory"))
  if (listed === undefined) return none
  const known = ["daemon.yaml", "jobs.yaml", ...plugins.map((name) => `${name}.yaml`)]
  const names = withOverlay(listed, overlay, "")
  for (const name of names) {
    if (/\.ya?ml$/.test(name) && !known.includes(name)) {
      complain(path.join(directory, name), withNearest(reason("file.unused"), name, known))
    }
  }
  for (const name of overlay.keys()) {
    if (/\.ya?ml$/.test(name) && /^(?:connectors\/)?[^/]+$/.test(name)) continue
    complain(path.join(directory, name), reason("file.unused"))
  }
  const readKnown = (name: string) => (names.includes(name) ? read(name) : Effect.succeed(undefined))
  const daemon = yield* readKnown("daemon.yaml")
  const jobs = yield* readKnown("jobs.yaml")

  const declared: Array<NamedSource> = []
  for (const name of plugins) {
    const source = yield* readKnown(`${name}.yaml`)
    if (source !== undefined) declared.push({ name, source })
  }

  const folder = path.join(directory, "connectors")
  const connectors: Array<NamedSource> = []
  const files = yield* list(folder, reason("file.makeDirectory"))
  for (const file of withOverlay(files ?? [], overlay, "connectors/")) {
    if (file.endsWith(".yml")) complain(path.join(folder, file), reason("file.ending"))
    if (!file.endsWith(".yaml")) continue
    const source = yield* read(`connectors/${file}`)
    if (source !== undefined) connectors.push({ name: file.slice(0, -".yaml".length), source })
  }
  return { daemon, jobs, plugins: declared, connectors } satisfies Files
})

/** The names in a folder, which is `""` or ends in `/`. */
const withOverlay = (names: ReadonlyArray<string>, overlay: Overlay, folder: string): ReadonlyArray<string> => {
  const more = [...overlay.keys()].flatMap((name) => (name.startsWith(folder) ? name.slice(folder.length) : []))
  return [...new Set([...names, ...more.filter((name) => !name.includes("/"))])]
    .filter((name) => overlay.get(folder + name) !== null)
    .toSorted()
}

/** A byte order mark, which Windows editors write, is not part of the text. */
const decodeText = (file: string, bytes: Uint8Array, problems: Problems): Source | undefined => {
  const text = new TextDecoder("utf-8").decode(bytes)
  const source = { file, text }
  if (Buffer.from(text).equals(withoutMark(bytes))) return source
  const start = Math.max(0, text.indexOf("\uFFFD"))
  problems.report({ source, start, end: start + 1 }, reason("file.notUtf8"), reason("file.saveUtf8"))
  return undefined
}

const withoutMark = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
