/**
 * Reads a file of the configuration directory only if it is a regular file: a pipe or a device may never end, and a
 * link may lead outside the configuration. All of that is checked before it is opened.
 */
import { Effect, FileSystem, Path } from "effect"
import { reason } from "../../reason/Reason.ts"
import { ReasonError } from "../../reason/ReasonError.ts"

export class NotPlain extends ReasonError("NotPlain") {}

/** Twenty times the largest shipped file: parsing a longer one would delay everything else. */
export const maxBytes = 1 << 20

/** Reads a file anywhere, through any number of links. */
export const readFile = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  const { size, type } = yield* fs.stat(file)
  if (type !== "File") return yield* new NotPlain({ reason: reason("file.special") })
  if (Number(size) > maxBytes) return yield* new NotPlain({ reason: reason("file.large", { limit: maxBytes }) })
  return yield* fs.readFile(file)
})

/** `name` is relative to the directory. */
export const readPlain = Effect.fnUntraced(function* (directory: string, name: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(directory, name)
  const { type } = yield* fs.stat(file)
  if (type !== "File") return yield* new NotPlain({ reason: reason("file.special") })
  // Links within the directory are allowed: containers get their files that way.
  const [root, real] = [yield* fs.realPath(directory), yield* fs.realPath(file)]
  if (path.relative(root, real).split(path.sep)[0] === "..") {
    return yield* new NotPlain({ reason: reason("file.outside") })
  }
  return yield* readFile(file)
})
