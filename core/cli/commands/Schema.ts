/** `schema`: writes the JSON Schemas that give editors completion and checks. */
import { Effect, FileSystem, Path } from "effect"
import { Command } from "effect/cli"
import { jsonSchemas } from "../../config/schema/JsonSchemas.ts"
import { pluginTypes } from "../../control/Discovery.ts"
import { connectorTypes } from "../../plugin/Discovery.ts"
import { answer, configDirectory } from "../shared/Root.ts"

export const schema = Command.make(
  "schema",
  {},
  Effect.fn("cli.schema")(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const directory = path.join(yield* configDirectory, "schemas")
    yield* fs.makeDirectory(directory, { recursive: true })
    const files = yield* Effect.forEach(jsonSchemas(yield* connectorTypes, yield* pluginTypes), ({ file, text }) =>
      Effect.as(fs.writeFileString(path.join(directory, file), text), path.join(directory, file))
    )
    yield* answer({ files }, Effect.succeed(files.map((file) => `wrote ${file}`).join("\n")))
  })
).pipe(Command.withDescription("Write the JSON Schemas of the configuration"))
