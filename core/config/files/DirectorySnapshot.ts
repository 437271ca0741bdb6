/** Reads the current text of a configuration directory, whatever is wrong with it, only to detect changes. */
import { Effect, FileSystem, Path } from "effect"
import type { ConfigurationFile } from "../Configuration.ts"

/** No configuration is larger; of a larger file only the size counts. */
const maxBytes = 16 * 1024 * 1024

/**
 * Every file that the loader would read. Links are followed, so that swapping a folder is noticed. Special files are
 * never opened, because reading one might not end.
 */
export const read = Effect.fn("DirectorySnapshot.read")(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const found: Array<ConfigurationFile> = []
  for (const folder of ["", "connectors/"]) {
    const names = yield* Effect.orElseSucceed(fs.readDirectory(path.join(directory, folder)), () => [])
    for (const name of names) {
      if (name.startsWith(".") || !/\.ya?ml$/.test(name)) continue
      const file = path.join(directory, folder, name)
      const text = yield* fs.stat(file).pipe(
        Effect.flatMap(({ size, type }) =>
          type === "File" && size <= maxBytes
            ? Effect.map(fs.readFile(file), (bytes) => new TextDecoder().decode(bytes))
            : Effect.succeed(`${type} of ${size} bytes`)
        ),
        Effect.catch(({ reason }) => Effect.succeed(reason._tag))
      )
      found.push({ name: `${folder}${name}`, text })
    }
  }
  return found
})

/** Equal for the same files with the same text. */
export const keyOf = (files: ReadonlyArray<ConfigurationFile>): string =>
  JSON.stringify(
    files.map(({ name, text }) => [name, text]).toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1))
  )
