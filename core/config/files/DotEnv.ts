/** The `.env` file beside the configuration; the environment itself takes precedence. */
import { parseEnv } from "node:util"
import { Effect, Path } from "effect"
import { ConfigurationInvalid, diagnose } from "../Diagnostic.ts"
import { readFile } from "./PlainFile.ts"
import type { Environment } from "./References.ts"

/** `directory` contains `.env`, or a link to it; without the file there are no values. */
export const readDotEnv = Effect.fn("Configuration.readDotEnv")(function* (directory: string) {
  const path = yield* Path.Path
  const file = path.join(directory, ".env")
  const bytes = yield* readFile(file).pipe(
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed(new Uint8Array())),
    Effect.catchTag("NotPlain", ({ reason: why }) =>
      Effect.fail(
        new ConfigurationInvalid({
          diagnostics: [diagnose({ file, line: 1, column: 1, sourceLine: "", length: 1 }, why)]
        })
      )
    )
  )
  const environment: Environment = parseEnv(new TextDecoder().decode(bytes))
  return environment
})
