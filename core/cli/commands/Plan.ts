/** `plan`: shows what a sync would change, row by row, without changing it. */
import { dirname } from "node:path"
import { Effect, FileSystem, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { entityId } from "../../config/Entity.ts"
import { plan as makePlan } from "../../sync/plan/Planner.ts"
import * as Progress from "../render/progress/Progress.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as PlanView from "../render/views/PlanView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { toggle, trace } from "../shared/Flags.ts"
import { answer, declarations, stop } from "../shared/Root.ts"
import { selectors, selectWithOptions } from "../shared/Selection.ts"
import { Stop } from "../shared/Stop.ts"
import { withoutRedraw, withWireTrace } from "../shared/Trace.ts"

const save = Flag.String("save").pipe(
  Flag.withDescription("Write the plan to a file that `apply` carries out exactly"),
  Flag.optional
)

const full = toggle("full", "Read everything, whatever the cursors of incremental entities say, as `sync --full` does")

const all = toggle("all", "Show every row, not samples")

export const plan = Command.make(
  "plan",
  { selectors, save, all, full, trace },
  Effect.fn("cli.plan")(function* (input) {
    const loaded = yield* declarations
    yield* Effect.gen(function* () {
      const { err } = yield* Terminal
      const fs = yield* FileSystem.FileSystem
      const entities = yield* selectWithOptions(input.selectors, input)
      const saved = Option.getOrUndefined(input.save)
      // Before the sources are read for nothing.
      const folder = saved === undefined ? undefined : dirname(saved)
      if (folder !== undefined && !(yield* fs.exists(folder))) {
        return yield* stop(2, `The plan cannot be written: there is no directory ${folder}.`)
      }
      const document = yield* Effect.scoped(
        Effect.gen(function* () {
          const { onEvent } = yield* Progress.make({
            entities: entities.map(entityId),
            ...withoutRedraw(err, input.trace)
          })
          return yield* makePlan(entities, { full: input.full, onEvent })
        })
      )
      if (saved !== undefined) {
        yield* fs
          .writeFileString(saved, JSON.stringify(document))
          .pipe(Effect.catch((error) => stop(1, `The plan could not be written: ${error.message}`)))
      }
      const options = { all: input.all, ...(saved === undefined ? {} : { saved }) }
      yield* answer(document, (screen) => PlanView.render(document, screen, options))
      if (document.entities.some((entity) => entity.error !== null)) {
        return yield* new Stop({ code: 1, message: "some entities could not be planned" })
      }
    }).pipe(withWireTrace(input.trace), Effect.provide(layerEngine(loaded)))
  })
).pipe(
  Command.withDescription("Show the DDL and the rows a sync would write, with the guards' verdicts"),
  Command.withExamples([
    { command: "tributary plan iiko.product", description: "What would change in one table" },
    {
      command: "tributary plan --full 'iiko.*'",
      description: "Incremental entities as a whole, not from their cursors"
    },
    {
      command: "tributary plan --save plan.json && tributary apply plan.json",
      description: "Review, then do exactly that"
    }
  ])
)
