/** `check`: the configuration, offline; every problem at once, and every example run. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { renderDiagnostics } from "../config/Diagnostic.ts"
import { checkExamples } from "../sync/Examples.ts"
import { answer, declarations, stop } from "./Root.ts"
import { plural } from "./render/Format.ts"

export const check = Command.make(
  "check",
  {},
  Effect.fn("cli.check")(function* () {
    const { connectors, plugins } = yield* declarations
    const entities = connectors.flatMap((connector) => connector.entities)
    const diagnostics = entities.flatMap(checkExamples)
    if (diagnostics.length > 0) {
      return yield* stop(78, renderDiagnostics(diagnostics), { error: "examples failed", diagnostics })
    }
    const examples = entities.reduce((sum, entity) => sum + entity.examples.length, 0)
    const counts = [
      plural(connectors.length, "connector"),
      plural(entities.length, "entity", "entities"),
      ...(plugins.length === 0 ? [] : [plural(plugins.length, "plugin")])
    ]
    yield* answer(
      { connectors: connectors.length, entities: entities.length, plugins: plugins.length, examples },
      Effect.succeed(`The configuration is valid: ${counts.join(", ")}, ${plural(examples, "example")} passed.`)
    )
  })
).pipe(Command.withDescription("Check the configuration without reaching anything"))
