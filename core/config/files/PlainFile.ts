/**
 * A file of the configuration directory, read only where it is one: a pipe or a device may never end, a link may lead to
 * what is nobody's configuration. All of that is known before it is opened.
 */
import { Data, Effect, FileSystem, Path } from "effect"
import { type Reason, reason, render } from "../../reason/Reason.ts"

export class NotPlain extends Data.TaggedError("NotPlain")<{ readonly reason: Reason }> {
  override get message(): string {
    return render(this.reason)
  }
}

/** Twenty times the largest that is shipped: longer ones would keep everything else waiting while they are parsed. */
export const maxBytes = 1 << 20

/** Wherever it lies, and however many links lead there. */
export const readFile = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  const { size, type } = yield* fs.stat(file)
  if (type !== "File") return yield* new NotPlain({ reason: reason("file.special") })
  if (Number(size) > maxBytes) return yield* new NotPlain({ reason: reason("file.large", { limit: maxBytes }) })
  return yield* fs.readFile(file)
})

/** `name` is below the directory. */
export const readPlain = Effect.fnUntraced(function* (directory: string, name: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(directory, name)
  const { type } = yield* fs.stat(file)
  if (type !== "File") return yield* new NotPlain({ reason: reason("file.special") })
  // Links within are how containers are given their files.
  const [root, real] = [yield* fs.realPath(directory), yield* fs.realPath(file)]
  if (path.relative(root, real).split(path.sep)[0] === "..") {
    return yield* new NotPlain({ reason: reason("file.outside") })
  }
  return yield* readFile(file)
})
