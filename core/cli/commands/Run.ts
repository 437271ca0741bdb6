/** `run`: runs a job now, whatever its schedule says, with the progress and the table of `sync`. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { entityId } from "../../config/Entity.ts"
import { type JobDeclaration, syncSelectors } from "../../config/JobDeclaration.ts"
import { selectorsOn } from "../../config/OffConnectors.ts"
import { Jobs } from "../../jobs/Jobs.ts"
import { Registry } from "../../plugin/Registry.ts"
import { select } from "../../sync/SelectEntities.ts"
import * as Progress from "../render/progress/Progress.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as JobsView from "../render/views/JobsView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { operator } from "../shared/Operator.ts"
import { answer, declarations } from "../shared/Root.ts"
import { Stop } from "../shared/Stop.ts"
import { jobName, unknownJob } from "./Jobs.ts"

export const run = Command.make(
  "run",
  { job: jobName },
  Effect.fn("cli.run")(function* (input) {
    const loaded = yield* declarations
    yield* Effect.gen(function* () {
      const { err } = yield* Terminal
      const jobs = yield* Jobs
      const entities = yield* entitiesOf(loaded.jobs.filter(({ name }) => name === input.job))
      const ended = yield* Effect.scoped(
        Effect.gen(function* () {
          const { onEvent } = yield* Progress.make({ entities, ...err })
          return yield* jobs.run(input.job, { trigger: "cli", actor: operator, onEvent })
        })
      ).pipe(Effect.catchTag("UnknownJob", unknownJob))
      const { results, ...about } = ended
      yield* answer({ ...about, runs: results }, (screen) => JobsView.renderRun(ended, screen))
      if (ended.status === "failed") return yield* new Stop({ code: 1, message: `the job ${input.job} failed` })
    }).pipe(Effect.provide(Jobs.layer), Effect.provide(layerEngine(loaded)))
  })
).pipe(Command.withDescription("Run a job now"))

/** The ids of everything that the steps select, each once. */
const entitiesOf = Effect.fnUntraced(function* (jobs: ReadonlyArray<JobDeclaration>) {
  const { entities, off } = yield* Registry.now
  const selected = yield* Effect.forEach(
    jobs.flatMap(({ steps }) => syncSelectors(steps)),
    (selectors) => select(entities, selectorsOn(selectors, off))
  )
  return [...new Set(selected.flat().map(entityId))]
})
