import { DateTime, Duration, Effect } from "effect"
import type { HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import type { Step } from "../../config/JobDeclaration.ts"
import { spanText } from "../../config/schema/Scalars.ts"
import * as JobLog from "../../database/audit/JobLog.ts"
import { Jobs } from "../../jobs/Jobs.ts"
import { Registry } from "../../plugin/Registry.ts"
import { spanOf } from "../../reason/Reason.ts"
import { Api } from "../Api.ts"
import { Missing } from "../ApiErrors.ts"
import { answer, fromDatabase, readDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"
import { ResponseCache } from "../ResponseCache.ts"
import { loggedJobRunOf } from "../Responses.ts"

const unknown = ({ message }: { readonly message: string }) => Effect.fail(new Missing({ detail: message }))

const wordsOf = (step: Step): string => {
  switch (step._tag) {
    case "Sync":
      return `sync ${step.selectors.join(", ")}${step.period === undefined ? "" : `, the last ${spanText(step.period)}`}`
    case "Trim": {
      const { maxAge, maxRows, table } = step.trim
      const limits = [
        ...(maxAge === undefined ? [] : [`older than ${spanOf(maxAge)}`]),
        ...(maxRows === undefined ? [] : [`beyond ${maxRows} rows`])
      ]
      return `trim ${table}: ${limits.join(", ")}`
    }
    case "TrimEntity":
      return `trim ${step.entity}: older than ${Duration.format(step.maxAge)}`
    case "Action":
      return `do ${step.action}`
    case "Export":
      return `export ${step.exports.join(", ")}`
    case "Parallel":
      return `at once: ${step.steps.map(wordsOf).join("; ")}`
  }
}

const list = readDatabase(
  Effect.gen(function* () {
    const [jobs, registry] = [yield* Jobs, yield* Registry.now]
    const steps = new Map(registry.jobs.map((job) => [job.name, job.steps.map(wordsOf)]))
    const states = yield* jobs.list
    return { jobs: states.map((state) => ({ ...state, steps: steps.get(state.name) ?? [] })) }
  })
)

const maxRuns = 5000

const runs = Effect.fnUntraced(function* (days: number) {
  const since = DateTime.subtractDuration(yield* DateTime.now, Duration.days(days))
  return { runs: (yield* JobLog.since(since, maxRuns)).map(loggedJobRunOf) }
}, readDatabase)

const runNow = Effect.fnUntraced(function* (name: string, request: HttpServerRequest.HttpServerRequest) {
  const [caller, jobs] = [yield* Caller, yield* Jobs]
  return yield* answer(request, (onEvent) =>
    fromDatabase(Effect.catchTag(jobs.run(name, { ...caller, onEvent }), "UnknownJob", unknown))
  )
})

const turn = Effect.fnUntraced(function* (name: string, way: "pause" | "resume") {
  const [caller, jobs] = [yield* Caller, yield* Jobs]
  yield* fromDatabase(Effect.catchTag(jobs[way](name, caller.actor), "UnknownJob", unknown))
})

export const layer = HttpApiBuilder.group(
  Api,
  "jobs",
  Effect.fn(function* (handlers) {
    // The state of an entity includes the next fire of its jobs.
    const { forget } = yield* ResponseCache
    return handlers.handleAll({
      jobs: () => list,
      jobRuns: ({ query }) => runs(query.days ?? 14),
      runJob: ({ params, request }) => runNow(params.job, request),
      pauseJob: ({ params }) => Effect.ensuring(turn(params.job, "pause"), forget),
      resumeJob: ({ params }) => Effect.ensuring(turn(params.job, "resume"), forget)
    })
  })
)
