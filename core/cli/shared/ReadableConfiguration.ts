/**
 * The configuration for commands that only read, or decide on what is already in the database: they work despite a
 * broken file. Its last live text, which the database keeps, takes its place; if there is none, the file counts as
 * absent. The problems are first reported on standard error.
 */
import { relative } from "node:path"
import { DateTime, Effect, Result } from "effect"
import { isMap, parseDocument, stringify } from "yaml"
import * as Configuration from "../../config/Configuration.ts"
import type { ConfigurationInvalid, Diagnostic } from "../../config/Diagnostic.ts"
import * as Database from "../../database/connection/Database.ts"
import { escapeControls } from "../../observe/SafeText.ts"
import * as Versions from "../../plugin/Versions.ts"
import { plural } from "../render/terminal/Format.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import { asCalled, configDirectory, dataDirectory, environment, load, loadWith, stopInvalid } from "./Root.ts"

type Loaded = Effect.Success<typeof load>

/** `broken`: the problems of the files; empty if there are none. */
export type ReadableConfiguration = Loaded & { readonly broken: ReadonlyArray<Diagnostic> }

export const loadReadable = Effect.suspend(() =>
  load.pipe(
    Effect.map((loaded): ReadableConfiguration => ({ ...loaded, broken: [] })),
    Effect.catchTag("ConfigurationInvalid", (invalid) => salvage(invalid))
  )
)

/** The replacements for a file, the best first; `null`: as if the file did not exist. */
type Replacements = Map<string, Array<string | null>>

const salvage = Effect.fnUntraced(function* (invalid: ConfigurationInvalid) {
  const directory = yield* configDirectory
  const overlay = new Map<string, string | null>()
  const daemon = yield* findDaemon(directory, overlay)
  if (daemon === undefined) return yield* stopInvalid(invalid)
  const live = yield* lastLive(daemon)
  const texts = new Map((live?.files ?? []).map(({ name, text }) => [name, text]))

  const left: Replacements = new Map()
  let { diagnostics }: { readonly diagnostics: ReadonlyArray<Diagnostic> } = invalid
  while (true) {
    const broken = new Set(diagnostics.map(({ file }) => relative(directory, file).replaceAll("\\", "/")))
    broken.delete("daemon.yaml")
    let changed = false
    for (const name of broken) {
      if (!left.has(name)) left.set(name, [...(texts.has(name) ? [texts.get(name) ?? null] : []), null])
      const next = left.get(name)?.shift()
      if (next === undefined) continue
      overlay.set(name, next)
      changed = true
    }
    const loaded = yield* Effect.result(loadWith(overlay))
    if (Result.isSuccess(loaded)) {
      yield* report(invalid.diagnostics, live?.loadedAt)
      return { ...loaded.success, broken: invalid.diagnostics } satisfies ReadableConfiguration
    }
    if (loaded.failure._tag !== "ConfigurationInvalid") return yield* Effect.fail(loaded.failure)
    // A missing directory, or a problem that no replacement of a file solves.
    const stuck = !changed && broken.size > 0
    if (stuck || loaded.failure.diagnostics.every(({ file }) => file.endsWith("daemon.yaml"))) {
      return yield* stopInvalid(invalid)
    }
    diagnostics = loaded.failure.diagnostics
  }
})

/** The database part of `daemon.yaml`, or, if even that is broken, that of every shipped `daemon.yaml`. */
const usual = stringify({ database: { url: { secret: "DATABASE_URL", optional: true } } })

const findDaemon = Effect.fnUntraced(function* (directory: string, overlay: Map<string, string | null>) {
  const given = { directory, environment: yield* environment }
  const asIs = yield* Effect.result(Configuration.loadDaemon(given))
  if (Result.isSuccess(asIs)) return asIs.success
  if (asIs.failure._tag !== "ConfigurationInvalid") return yield* Effect.fail(asIs.failure)
  for (const text of [yield* essentials(given), usual]) {
    const replaced = new Map([["daemon.yaml", text]])
    const found = yield* Effect.result(Configuration.loadDaemon({ ...given, overlay: replaced }))
    if (Result.isFailure(found)) continue
    overlay.set("daemon.yaml", text)
    return found.success
  }
  return undefined
})

const essentials = Effect.fnUntraced(function* ({ directory }: { readonly directory: string }) {
  const text = yield* Configuration.textOf(directory, "daemon.yaml")
  const { contents } = parseDocument(text)
  if (!isMap(contents)) return usual
  const kept = ["database", "timezone"].map((key) => [key, contents.get(key)] as const)
  return stringify(Object.fromEntries(kept.filter(([, value]) => value !== undefined)))
})

/**
 * undefined if no daemon was ever started on the database, or if it is unavailable, which the command itself will
 * report.
 */
const lastLive = Effect.fnUntraced(function* ({ database }: Loaded["daemon"]) {
  const layer = Database.layer({ declaration: database, dataDirectory: yield* dataDirectory })
  return yield* Versions.latest.pipe(
    Effect.provide(layer),
    Effect.orElseSucceed(() => undefined)
  )
})

const shown = 3

const report = Effect.fnUntraced(function* (
  diagnostics: ReadonlyArray<Diagnostic>,
  loadedAt: DateTime.DateTime | undefined
) {
  const { err } = yield* Terminal
  const places = diagnostics
    .slice(0, shown)
    .map(({ column, file, line, message }) => `  ${file}:${line}:${column}: ${message}`)
  const instead =
    loadedAt === undefined
      ? "the broken files are left out here"
      : `in place of the broken files stands what was live since ${DateTime.formatIso(loadedAt)}`
  const more = diagnostics.length > shown ? [`  and ${plural(diagnostics.length - shown, "problem")} more`] : []
  const head = `The configuration has ${plural(diagnostics.length, "problem")}; ${instead}. \`tributary check\` shows them all.`
  yield* err.write(`${escapeControls([yield* asCalled(head), ...places, ...more].join("\n"))}\n\n`)
})
