/**
 * Files of the configuration directory as edits see and replace them: each file completely or not at all, all of them
 * or none, and none outside the directory.
 */
import { Effect, type FileSystem, type Path } from "effect"
import type { PlatformError } from "effect/PlatformError"
import { foreignText } from "../reason/Reason.ts"
import {
  type ConfigurationUnwritable,
  type FileEdit,
  failEditedMeanwhile,
  failUnwritable,
  type Names
} from "./FileEdit.ts"
import * as FileReplacement from "./FileReplacement.ts"
import * as FoundFile from "./FoundFile.ts"

export const make = Effect.fnUntraced(function* (directory: string, names: Names) {
  const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const files = yield* FileReplacement.make(directory)
  const look = (name: string) => Effect.provide(FoundFile.find(directory, names, name), services)

  /**
   * Restores the files. A file that somebody else has changed meanwhile is left alone. A failure here must be repaired by a
   * person.
   */
  const putBack = Effect.fn("EditedFiles.putBack")(function* (
    before: ReadonlyArray<FoundFile.FoundFile>,
    edits: ReadonlyArray<FileEdit>
  ) {
    yield* Effect.forEach(before, ({ bytes, name }) =>
      Effect.gen(function* () {
        const written = edits.find((edit) => edit.name === name)?.text ?? null
        const now = yield* look(name)
        if ((now.text ?? null) !== written) return
        yield* bytes === undefined ? files.remove(name) : Effect.andThen(files.prepare(name, bytes), files.swap(name))
      }).pipe(
        Effect.catch(({ message }) => Effect.logError(`${files.at(name)} could not be put back as it was: ${message}`))
      )
    )
  })

  const forEach = (
    edits: ReadonlyArray<FileEdit>,
    step: (edit: FileEdit) => Effect.Effect<void, PlatformError | ConfigurationUnwritable>
  ) =>
    Effect.forEach(
      edits,
      (edit) =>
        Effect.catchTag(step(edit), "PlatformError", ({ message }) =>
          failUnwritable(directory, edit.name, foreignText(message))
        ),
      { discard: true }
    )

  /** Replaces each file that was found, unless somebody else has changed it since. */
  const replace = Effect.fn("EditedFiles.replace")(function* (
    before: ReadonlyArray<FoundFile.FoundFile>,
    edits: ReadonlyArray<FileEdit>
  ) {
    const discard = Effect.forEach(edits, ({ name }) => files.discard(name), { discard: true })
    const prepare = forEach(edits, ({ name, text }) =>
      text === null ? Effect.void : files.prepare(name, new TextEncoder().encode(text))
    )
    yield* Effect.onError(prepare, () => discard)
    const swapped: Array<string> = []
    const put = Effect.fnUntraced(function* ({ name, text }: FileEdit) {
      const { digest } = yield* look(name)
      if (before.some((found) => found.name === name && found.digest !== digest)) yield* failEditedMeanwhile(name)
      yield* text === null ? files.remove(name) : files.swap(name)
      swapped.push(name)
    })
    yield* Effect.onError(forEach(edits, put), () => {
      const ours = before.filter(({ name }) => swapped.includes(name))
      return Effect.andThen(discard, putBack(ours, edits))
    })
  })

  return { look, putBack, replace }
})
