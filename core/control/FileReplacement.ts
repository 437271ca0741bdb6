/**
 * Replaces files of a directory. The new text is written beside the old one and takes its place in one step, so nobody
 * ever reads half a file.
 */
import { Effect, FileSystem, Option, Path } from "effect"

export const make = Effect.fnUntraced(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const at = (name: string) => path.join(directory, name)
  /** In the same folder, so that the rename is one step; the loader ignores names that begin with a dot. */
  const newAt = (name: string) => path.join(path.dirname(at(name)), `.${path.basename(name)}.new`)

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

  return {
    at,
    /** Writes the new content beside the file. */
    prepare,
    /** Puts the prepared content in the place of the file. */
    swap: (name: string) => fs.rename(newAt(name), at(name)),
    /** Discards the prepared content, if any. */
    discard: (name: string) => Effect.ignore(fs.remove(newAt(name), { force: true })),
    remove: (name: string) => fs.remove(at(name), { force: true })
  }
})
