/** The variables that `.env.example` names: enough for the shipped configuration to be valid. */
import { fileURLToPath } from "node:url"
import { parseEnv } from "node:util"
import { Effect, FileSystem } from "effect"

export const environment = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  return parseEnv(yield* fs.readFileString(fileURLToPath(new URL("../../.env.example", import.meta.url))))
})
