/**
 * Edits of the configuration through the daemon: checked as a whole first, then written and loaded. If an edit does not
 * load, the files are restored, so the directory always matches what runs.
 */
import { Effect, Exit, Option, Semaphore } from "effect"
import type { PlatformError } from "effect/PlatformError"
import { type ConfigurationInvalid, type Diagnostic, diagnose, locatedReason } from "../config/Diagnostic.ts"
import type { Overlay } from "../config/files/Files.ts"
import { withNearest } from "../config/Nearest.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { changesBetween } from "../plugin/ConfigChanges.ts"
import type { Changes, ConfigVersion } from "../plugin/ConfigVersion.ts"
import type { LoadedConfiguration } from "../plugin/LoadedConfiguration.ts"
import { Reload } from "../plugin/Reload.ts"
import { foreignText, reason } from "../reason/Reason.ts"
import * as EditedFiles from "./EditedFiles.ts"
import { newDestinations, newSecrets, onMachineReason } from "./EditReach.ts"
import {
  type ConfigFile,
  ConfigurationUnwritable,
  type FileEdit,
  failEditedMeanwhile,
  type Names,
  namesOf
} from "./FileEdit.ts"
import { patchOf } from "./Patch.ts"

export { type ConfigFile, ConfigurationUnwritable, type FileEdit } from "./FileEdit.ts"

export interface ConfigEdit extends FileEdit {
  /**
   * From the proposal: a file that was changed since then is left alone. Absent: the present file is replaced, whatever
   * it holds.
   */
  readonly basedOn?: string | undefined
}

/** The result of a check; nothing is written yet. */
export type Proposal =
  | { readonly _tag: "Invalid"; readonly diagnostics: ReadonlyArray<Diagnostic> }
  /** The file already has this content. */
  | { readonly _tag: "Unchanged" }
  | {
      readonly _tag: "Valid"
      /** The difference to the file on disk, which is the live one unless somebody edited it since the last reload. */
      readonly patch: string
      /**
       * The difference to the live configuration: what the reload will change, including edits of others on the disk.
       */
      readonly changes: Changes
      /** The digest of the file on disk, for `write`. */
      readonly basedOn: string
    }

export interface EditOptions<R> {
  /** As the user gave it. */
  readonly directory: string
  /** The names of the plugins that are not connectors; each has a file. */
  readonly plugins: ReadonlyArray<string>
  /** Reads the directory and the environment again, with these files replaced or added. */
  readonly load: (overlay: Overlay) => Effect.Effect<LoadedConfiguration, ConfigurationInvalid | PlatformError, R>
}

export const make = Effect.fnUntraced(function* <R>({ directory, load, plugins }: EditOptions<R>) {
  const names = namesOf(plugins)
  const files = yield* EditedFiles.make(directory, names)
  const { declared, live, reload } = yield* Reload
  const services = yield* Effect.context<R>()
  const turn = yield* Semaphore.make(1)

  const secretsIn = (edit: FileEdit) => Effect.map(live, (now) => newSecrets(now.files, edit))
  const destinationsIn = (loaded: LoadedConfiguration) => Effect.map(declared, (now) => newDestinations(now, loaded))

  const check = Effect.fnUntraced(function* ({ name, text }: FileEdit) {
    const found = yield* files.look(name)
    if ((found.text ?? null) === text) return { _tag: "Unchanged" } satisfies Proposal
    const diagnostics = yield* secretsIn({ name, text })
    if (diagnostics.length > 0) return { _tag: "Invalid", diagnostics } satisfies Proposal
    const loaded = yield* load(new Map([[name, text]]))
    const led = (yield* destinationsIn(loaded)).map((why) => diagnose(wholeOf(name, text), why, onMachineReason))
    if (led.length > 0) return { _tag: "Invalid", diagnostics: led } satisfies Proposal
    return {
      _tag: "Valid",
      patch: patchOf(fileOf(name, found.text), fileOf(name, text)),
      changes: changesBetween(yield* declared, loaded),
      basedOn: found.digest
    } satisfies Proposal
  }, Effect.provide(services))

  const propose = Effect.fn("Edits.propose")(
    function* (
      file: FileEdit
    ): Effect.fn.Return<Proposal, ConfigurationUnwritable | ConfigurationInvalid | PlatformError> {
      return names.has(file.name)
        ? yield* check(file)
        : { _tag: "Invalid", diagnostics: [nobodyReads(file.name, names)] }
    },
    Effect.catchTags({
      ConfigurationInvalid: ({ diagnostics }) => Effect.succeed<Proposal>({ _tag: "Invalid", diagnostics }),
      PlatformError: ({ message }) =>
        Effect.fail(new ConfigurationUnwritable({ reason: reason("config.unread", { why: foreignText(message) }) }))
    })
  )

  const found = Effect.fnUntraced(function* ({ basedOn, name, text }: ConfigEdit) {
    const now = yield* files.look(name)
    const [first] = (now.text ?? null) === text ? [] : yield* secretsIn({ name, text })
    if (first !== undefined) {
      return yield* new ConfigurationUnwritable({
        reason: reason("config.refused", { why: locatedReason(first), hint: onMachineReason })
      })
    }
    return basedOn === undefined || basedOn === now.digest ? now : yield* failEditedMeanwhile(name)
  })

  /** After an interruption the files are either unchanged, or loaded by the reload. */
  const write = Effect.fn("Edits.write")(
    function* (edits: ReadonlyArray<ConfigEdit>, by: Initiator) {
      const wanted = [...new Map(edits.map((edit) => [edit.name, edit])).values()]
      const before = yield* Effect.forEach(wanted, found)
      // If the files do not load, the reload refuses them.
      const loaded = yield* Effect.option(load(new Map(wanted.map(({ name, text }) => [name, text]))))
      const [led] = Option.isSome(loaded) ? yield* destinationsIn(loaded.value) : []
      if (led !== undefined) {
        return yield* new ConfigurationUnwritable({
          reason: reason("config.refused", { why: led, hint: onMachineReason })
        })
      }
      yield* files.replace(before, wanted)
      const exit = yield* Effect.exit(reload(by, wanted))
      if (Exit.isSuccess(exit) && isTaken(exit.value)) return exit.value
      yield* files.putBack(before, wanted)
      // Otherwise the alert of the failure would stay although nothing is wrong any more.
      if (Exit.isSuccess(exit)) yield* Effect.exit(reload(by))
      return yield* exit
    },
    Effect.uninterruptible,
    turn.withPermit,
    Effect.provide(services)
  )

  return { names: names.known, propose, write }
})

const fileOf = (name: string, text: string | null | undefined): ReadonlyArray<ConfigFile> =>
  typeof text === "string" ? [{ name, text }] : []

const isTaken = ({ status }: ConfigVersion): boolean => status === "ok" || status === "unchanged"

const wholeOf = (file: string, text: string | null) => {
  const [sourceLine = ""] = (text ?? "").split("\n")
  return { file, line: 1, column: 1, sourceLine, length: Math.max(1, sourceLine.length) }
}

const nobodyReads = (name: string, { known, rule }: Names): Diagnostic =>
  diagnose(wholeOf(name, null), withNearest(reason("file.unused"), name, known), rule)
