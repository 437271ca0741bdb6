/** The files of a configuration directory as text, with a problem for each that is missing, unreadable or misplaced. */
import { Effect, FileSystem, Path } from "effect"
import { suggest } from "./Nearest.ts"
import { type Problems, type Source, wholeFile } from "./Problems.ts"

interface Files {
  readonly daemon: Source | undefined
  readonly jobs: Source | undefined
  readonly connectors: ReadonlyArray<{ readonly name: string; readonly source: Source }>
}

const known = ["daemon.yaml", "jobs.yaml", "bot.yaml"]

export const readFiles = Effect.fnUntraced(function* (directory: string, problems: Problems) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path

  const complain = (file: string, message: string, hint?: string) =>
    problems.report(wholeFile({ file, text: "" }), message, hint)

  const list = (folder: string, hint: string) =>
    fs.readDirectory(folder).pipe(
      Effect.map((names) => names.filter((name) => !name.startsWith(".")).toSorted()),
      Effect.catch((error) => {
        complain(folder, error.reason._tag === "NotFound" ? "there is no such directory" : error.message, hint)
        return Effect.succeed(undefined)
      })
    )

  const read = (file: string) =>
    fs.readFile(file).pipe(
      Effect.map((bytes) => decodeText(file, bytes, problems)),
      Effect.catch((error) => {
        complain(file, `cannot be read: ${error.message}`)
        return Effect.succeed(undefined)
      })
    )

  const names = yield* list(directory, "name the directory of daemon.yaml and connectors/ with --config")
  if (names === undefined) return { daemon: undefined, jobs: undefined, connectors: [] } satisfies Files
  for (const name of names) {
    if (/\.ya?ml$/.test(name) && !known.includes(name)) {
      complain(path.join(directory, name), `nothing reads this file${suggest(name, known)}`)
    }
  }
  const readKnown = (name: string) =>
    names.includes(name) ? read(path.join(directory, name)) : Effect.succeed(undefined)
  const daemon = yield* readKnown("daemon.yaml")
  const jobs = yield* readKnown("jobs.yaml")

  const folder = path.join(directory, "connectors")
  const connectors: Array<Files["connectors"][number]> = []
  for (const file of (yield* list(folder, "make it, and in it a file for each connector, such as iiko.yaml")) ?? []) {
    const at = path.join(folder, file)
    if (file.endsWith(".yml")) complain(at, "nothing reads this file: its name must end in .yaml")
    if (!file.endsWith(".yaml")) continue
    const source = yield* read(at)
    if (source !== undefined) connectors.push({ name: file.slice(0, -".yaml".length), source })
  }
  return { daemon, jobs, connectors } satisfies Files
})

/** A byte order mark, which Windows editors write, is no part of the text. */
const decodeText = (file: string, bytes: Uint8Array, problems: Problems): Source | undefined => {
  const text = new TextDecoder("utf-8").decode(bytes)
  const source = { file, text }
  if (Buffer.from(text).equals(withoutMark(bytes))) return source
  const start = Math.max(0, text.indexOf("\uFFFD"))
  problems.report({ source, start, end: start + 1 }, "not valid UTF-8", "save the file as UTF-8")
  return undefined
}

const withoutMark = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
