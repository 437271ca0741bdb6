/**
 * Files of the configuration directory as edits see and replace them: each file completely or not at all, all of them
 * or none, and none outside the directory.
 */
import { createHash } from "node:crypto"
import { Effect, FileSystem, Option, Path } from "effect"
import type { PlatformError } from "effect/PlatformError"
import { namePattern } from "../config/declare/Names.ts"
import { readPlain } from "../config/files/PlainFile.ts"
import { type Reason, reason, said } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"

/** Nothing was changed; with a reason for a person, such as a read-only directory. */
export class ConfigurationUnwritable extends ReasonError("ConfigurationUnwritable") {}

export interface ConfigFile {
  /** Relative to the configuration directory: `connectors/crm.yaml`. */
  readonly name: string
  readonly text: string
}

/** The wanted content of a file. */
export interface FileEdit {
  readonly name: string
  /** `null`: the file is removed. */
  readonly text: string | null
}

/** Names of the files that the loader reads, where plugins have these names. None of them leads out of the directory. */
export const namesOf = (plugins: ReadonlyArray<string>) => {
  const known = ["daemon.yaml", "jobs.yaml", ...plugins.map((name) => `${name}.yaml`)]
  return {
    /** Those beside the connectors. */
    known,
    rule: reason("file.names", { known: known.join(", "), connectors: "connectors/<name>.yaml" }),
    has: (name: string): boolean =>
      known.includes(name) || namePattern.test(/^connectors\/([^/]*)\.yaml$/.exec(name)?.[1] ?? "")
  }
}

export type Names = ReturnType<typeof namesOf>

/** A file before the edit. */
export interface Found {
  readonly name: string
  /** Absent: the file does not exist. */
  readonly bytes: Uint8Array | undefined
  readonly text: string | undefined
  /** Shows whether the file is unchanged. */
  readonly digest: string
}

export const make = Effect.fnUntraced(function* (directory: string, names: Names) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path

  const at = (name: string) => path.join(directory, name)
  /** In the same folder, so that the rename is one step; the loader ignores names that begin with a dot. */
  const newAt = (name: string) => path.join(path.dirname(at(name)), `.${path.basename(name)}.new`)

  /** A link would be replaced by a file, or lead out of the directory. */
  const isPlain = Effect.fnUntraced(function* (name: string, exists: boolean) {
    const root = yield* fs.realPath(directory)
    const real = yield* fs.realPath(exists ? at(name) : path.dirname(at(name)))
    return real === (exists ? path.join(root, name) : path.dirname(path.join(root, name)))
  })

  const look = Effect.fn("EditedFiles.look")(
    function* (name: string) {
      if (!names.has(name)) {
        return yield* new ConfigurationUnwritable({
          reason: reason("config.noFile", { file: name, known: names.known.join(", ") })
        })
      }
      const bytes = yield* readPlain(directory, name).pipe(
        Effect.provideService(FileSystem.FileSystem, fs),
        Effect.provideService(Path.Path, path),
        Effect.catchTag("PlatformError", (error) =>
          isMissing(error) ? Effect.succeed<Uint8Array | undefined>(undefined) : Effect.fail(error)
        ),
        Effect.catchTag("NotPlain", ({ reason: why }) =>
          why.code === "file.outside" ? Effect.fail(linked(name)) : unwritable(name, why)
        )
      )
      if (!(yield* isPlain(name, bytes !== undefined))) {
        return yield* linked(name)
      }
      const text = bytes === undefined ? undefined : new TextDecoder().decode(bytes)
      const digest = bytes === undefined ? "none" : createHash("sha256").update(bytes).digest("hex")
      return { name, bytes, text, digest } satisfies Found
    },
    (effect, name) => Effect.catchTag(effect, "PlatformError", ({ message }) => unwritable(name, said(message)))
  )

  /** Keeps the owner and the permissions of the file. */
  const keepMode = Effect.fnUntraced(function* (name: string) {
    const { gid, mode, uid } = yield* fs.stat(at(name))
    // Only an administrator may give files away; for anybody else the file is their own already, or becomes so.
    yield* Effect.ignore(
      fs.chown(
        newAt(name),
        Option.getOrElse(uid, () => -1),
        Option.getOrElse(gid, () => -1)
      )
    )
    yield* fs.chmod(newAt(name), mode & 0o7777)
  })

  const prepare = Effect.fnUntraced(function* (name: string, bytes: Uint8Array) {
    yield* fs.remove(newAt(name), { force: true })
    const file = yield* fs.open(newAt(name), { flag: "wx" })
    yield* file.writeAll(bytes)
    // After a power failure the name must not refer to an empty file.
    yield* file.sync
    if (yield* fs.exists(at(name))) yield* keepMode(name)
  }, Effect.scoped)

  const remove = (name: string) => fs.remove(at(name), { force: true })

  const swap = (name: string) => fs.rename(newAt(name), at(name))

  /**
   * Restores the files. A file that somebody else has changed meanwhile is left alone. A failure here must be repaired by a
   * person.
   */
  const putBack = Effect.fn("EditedFiles.putBack")(function* (
    before: ReadonlyArray<Found>,
    edits: ReadonlyArray<FileEdit>
  ) {
    yield* Effect.forEach(before, ({ bytes, name }) =>
      Effect.gen(function* () {
        const written = edits.find((edit) => edit.name === name)?.text ?? null
        const now = yield* look(name)
        if ((now.text ?? null) !== written) return
        yield* bytes === undefined ? remove(name) : Effect.andThen(prepare(name, bytes), swap(name))
      }).pipe(Effect.catch(({ message }) => Effect.logError(`${at(name)} could not be put back as it was: ${message}`)))
    )
  })

  /** Replaces each file that was found, unless somebody else has changed it since. */
  const replace = Effect.fn("EditedFiles.replace")(function* (
    before: ReadonlyArray<Found>,
    edits: ReadonlyArray<FileEdit>
  ) {
    const forAll = (step: (edit: FileEdit) => Effect.Effect<void, PlatformError | ConfigurationUnwritable>) =>
      Effect.forEach(
        edits,
        (edit) => Effect.catchTag(step(edit), "PlatformError", ({ message }) => unwritable(edit.name, said(message))),
        { discard: true }
      )
    const left = Effect.forEach(edits, ({ name }) => Effect.ignore(fs.remove(newAt(name), { force: true })))
    yield* Effect.onError(
      forAll(({ name, text }) => (text === null ? Effect.void : prepare(name, new TextEncoder().encode(text)))),
      () => left
    )
    const swapped: Array<string> = []
    const put = Effect.fnUntraced(function* ({ name, text }: FileEdit) {
      const { digest } = yield* look(name)
      if (before.some((found) => found.name === name && found.digest !== digest)) yield* editedMeanwhile(name)
      yield* text === null ? remove(name) : swap(name)
      swapped.push(name)
    })
    yield* Effect.onError(forAll(put), () => {
      const ours = before.filter(({ name }) => swapped.includes(name))
      return Effect.andThen(left, putBack(ours, edits))
    })
  })

  const unwritable = (name: string, why: Reason) =>
    Effect.fail(new ConfigurationUnwritable({ reason: reason("config.unwritable", { file: name, why, directory }) }))

  return { look, putBack, replace }
})

export const editedMeanwhile = (file: string) =>
  Effect.fail(new ConfigurationUnwritable({ reason: reason("config.editedMeanwhile", { file }) }))

const linked = (file: string) => new ConfigurationUnwritable({ reason: reason("config.link", { file }) })

const isMissing = ({ reason }: PlatformError): boolean => reason._tag === "NotFound"
