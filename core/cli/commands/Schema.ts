/** `schema`: writes the JSON Schemas that give editors completion and checks, and the reference of all keys. */
import { Effect, FileSystem, Option, Path } from "effect"
import { Command, Flag } from "effect/cli"
import { renderReference } from "../../config/reference/Reference.ts"
import { jsonSchemas } from "../../config/schema/JsonSchemas.ts"
import { pluginTypes } from "../../control/PluginDiscovery.ts"
import { connectorTypes } from "../../plugin/Discovery.ts"
import { answer, configDirectory } from "../shared/Root.ts"

const reference = Flag.String("reference").pipe(
  Flag.withDescription("Write the reference of all keys to this file, too"),
  Flag.withMetavar("FILE"),
  Flag.optional
)

export const schema = Command.make(
  "schema",
  { reference },
  Effect.fn("cli.schema")(function* (input) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const directory = path.join(yield* configDirectory, "schemas")
    yield* fs.makeDirectory(directory, { recursive: true })
    const [types, plugins] = [yield* connectorTypes, yield* pluginTypes]
    const schemas = jsonSchemas(types, plugins).map(({ file, text }) => ({ file: path.join(directory, file), text }))
    const pages = Option.match(input.reference, {
      onNone: () => [],
      onSome: (file) => [{ file, text: renderReference(types, plugins) }]
    })
    const files = yield* Effect.forEach([...schemas, ...pages], ({ file, text }) =>
      Effect.as(fs.writeFileString(file, text), file)
    )
    yield* answer({ files }, files.map((file) => `wrote ${file}`).join("\n"))
  })
).pipe(Command.withDescription("Write the JSON Schemas of the configuration"))
