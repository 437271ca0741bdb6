/** `sandbox`: starts the sandboxes of the outside systems and shows how to point the daemon at them. */
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { pluginTypes } from "../../control/PluginDiscovery.ts"
import { connectorTypes } from "../../plugin/Discovery.ts"
import * as Sandbox from "../../plugin/Sandbox.ts"
import { answer, stop } from "../shared/Root.ts"

const names = Argument.String("type").pipe(Argument.withDescription("Which types; none means all"), Argument.variadic())

const port = Flag.Int("port").pipe(
  Flag.withDescription("The first sandbox's port, the others follow; free ones by default"),
  Flag.optional
)

export const sandbox = Command.make(
  "sandbox",
  { names, port },
  Effect.fn("cli.sandbox")(function* (input) {
    const types = [...(yield* connectorTypes), ...(yield* pluginTypes)]
    const unknown = input.names.find((name) => types.every(({ type }) => type !== name))
    if (unknown !== undefined) {
      return yield* stop(2, `There is no type "${unknown}"; there are ${types.map(({ type }) => type).join(", ")}.`)
    }
    const wanted = types.filter(({ type }) => input.names.length === 0 || input.names.includes(type))
    yield* Effect.scoped(
      Effect.gen(function* () {
        const running = yield* Effect.forEach(wanted, (type, at) =>
          Effect.map(
            Sandbox.start(type, input.port._tag === "Some" ? { port: input.port.value + at } : {}),
            ({ environment, url }) => ({ type: type.type, url, environment })
          )
        )
        const lines = running.flatMap(({ environment, type, url }) => [
          `# ${type}: ${url}`,
          ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)
        ])
        yield* answer({ sandboxes: running }, [...lines, "# running until stopped (Ctrl-C)"].join("\n"))
        return yield* Effect.never
      })
    )
  })
).pipe(Command.withDescription("Start stand-ins of the outside systems and print how to reach them"))
