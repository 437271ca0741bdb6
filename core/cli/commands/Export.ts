/** `export`: writes rows of the database to outside systems now, or shows which cells that would change. */
import { Effect, Layer } from "effect"
import { Argument, Command } from "effect/cli"
import { Exports } from "../../actions/Exports.ts"
import * as Progress from "../render/progress/Progress.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as ExportView from "../render/views/ExportView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { toggle } from "../shared/Flags.ts"
import { operator } from "../shared/Operator.ts"
import { answer, declarations, stop } from "../shared/Root.ts"
import { Stop } from "../shared/Stop.ts"

const ids = Argument.String("export").pipe(
  Argument.withDescription("As in gsheet.nomenclature; none means all"),
  Argument.variadic()
)
const plan = toggle("plan", "Show the cells that would change, and change nothing")
const all = toggle("all", "Show every cell, not samples")

export const exportCommand = Command.make(
  "export",
  { ids, plan, all },
  Effect.fn("cli.export")(function* (input) {
    const loaded = yield* declarations
    yield* Effect.gen(function* () {
      const { err } = yield* Terminal
      const exports = yield* Exports
      const entities = input.ids.length > 0 ? input.ids : (yield* exports.list).map(({ id }) => id)
      const results = yield* Effect.scoped(
        Effect.gen(function* () {
          const { onEvent } = yield* Progress.make({ entities, isPlan: input.plan, ...err })
          return yield* exports.run(input.ids, { trigger: "cli", actor: operator, dryRun: input.plan, onEvent })
        })
      ).pipe(Effect.catchTag("UnknownExport", ({ message }) => stop(2, message)))
      yield* answer({ exports: results }, (screen) => ExportView.render(results, screen, { all: input.all }))
      if (results.some(({ status }) => status === "failed")) {
        return yield* new Stop({ code: 1, message: "some exports failed" })
      }
    }).pipe(Effect.provide(Exports.layer.pipe(Layer.provideMerge(layerEngine(loaded)))))
  })
).pipe(
  Command.withDescription("Write rows of the database to outside systems now"),
  Command.withExamples([
    { command: "tributary export --plan", description: "Which cells of which sheets would change" },
    { command: "tributary export gsheet.nomenclature", description: "One export, now" }
  ])
)
