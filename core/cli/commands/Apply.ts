/** `apply`: executes a saved plan, exactly or not at all. */
import { Effect, FileSystem, Schema } from "effect"
import { Argument, Command } from "effect/cli"
import { apply as applyPlan } from "../../sync/plan/ApplyPlan.ts"
import { Plan } from "../../sync/plan/Plan.ts"
import * as RunTable from "../render/views/RunTable.ts"
import { layerEngine } from "../shared/Engine.ts"
import { operator } from "../shared/Operator.ts"
import { answer, declarations, stop } from "../shared/Root.ts"
import { Stop } from "../shared/Stop.ts"

const decodePlan = Schema.decodeUnknownEffect(Schema.fromJsonString(Plan))

export const apply = Command.make(
  "apply",
  { file: Argument.String("file").pipe(Argument.withDescription("A plan written by `plan --save`")) },
  Effect.fn("cli.apply")(function* ({ file }) {
    const fs = yield* FileSystem.FileSystem
    const refuse = (message: string) => stop(2, message)
    const text = yield* fs.readFileString(file).pipe(
      Effect.catchReason("PlatformError", "NotFound", () => refuse(`There is no file ${file}.`)),
      Effect.catchTag("PlatformError", ({ message }) => refuse(`${file} cannot be read: ${message}`))
    )
    const plan = yield* Effect.catchTag(decodePlan(text), "SchemaError", () =>
      refuse(`${file} is not a plan that \`tributary plan --save\` of this version has written.`)
    )
    const loaded = yield* declarations
    yield* Effect.gen(function* () {
      const results = yield* applyPlan(plan, operator).pipe(
        Effect.catchTag("RunFailure", ({ message }) => stop(1, message))
      )
      const failed = results.filter(({ status }) => status === "failed").map((run) => `${run.connector}.${run.entity}`)
      const again = ["tributary plan --save", file, ...failed].join(" ")
      yield* answer({ runs: results }, (screen) => RunTable.render(results, screen, again))
      if (results.some((result) => result.status !== "ok")) {
        return yield* new Stop({ code: 1, message: "the plan was not applied as a whole" })
      }
    }).pipe(Effect.provide(layerEngine(loaded)))
  })
).pipe(Command.withDescription("Carry out a saved plan: exactly what it says, or nothing where a table has moved on"))
