/** The `.env` file beside the configuration; what the environment itself says goes before it. */
import { parseEnv } from "node:util"
import { Effect, FileSystem, Path } from "effect"
import type { Environment } from "./References.ts"

/** `directory` is where `.env` lies; without the file there is nothing. */
export const readDotEnv = Effect.fn("Configuration.readDotEnv")(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const text = yield* fs
    .readFileString(path.join(directory, ".env"))
    .pipe(Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed("")))
  const environment: Environment = parseEnv(text)
  return environment
})
