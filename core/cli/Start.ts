/** `start`: the daemon. It serves until it is stopped; runs that are going on then get ten seconds. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { Registry } from "../plugin/Registry.ts"
import { declarations, layerEngine } from "./Root.ts"

export const start = Command.make(
  "start",
  {},
  Effect.fn("cli.start")(function* () {
    const loaded = yield* declarations
    yield* Effect.gen(function* () {
      const registry = yield* Registry
      yield* Effect.logInfo("the daemon is up").pipe(
        Effect.annotateLogs({ connectors: registry.declarations.length, entities: registry.entities.length })
      )
      return yield* Effect.never
    }).pipe(Effect.provide(layerEngine(loaded)))
  })
).pipe(Command.withDescription("Run the daemon until it is stopped"))
