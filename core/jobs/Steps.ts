/** Runs the steps of a job in their order, what a step selects at once, and says what they came to. */
import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { ActionEvents } from "../actions/ActionEvents.ts"
import type { ActionRun } from "../actions/ActionRun.ts"
import * as ExportRun from "../actions/ExportRun.ts"
import * as Perform from "../actions/Perform.ts"
import type { JobDeclaration, Step } from "../config/Job.ts"
import type { Locks } from "../database/Locks.ts"
import { redact } from "../observe/Secrets.ts"
import { Registry } from "../plugin/Registry.ts"
import type { RunResult } from "../sync/Run.ts"
import { describe } from "../sync/RunFailure.ts"
import { select, type UnknownSelector } from "../sync/Selector.ts"
import { Sync, type SyncOptions } from "../sync/Sync.ts"
import { trim } from "./Trim.ts"

/** What one or several steps came to. */
interface Outcome {
  readonly results: ReadonlyArray<RunResult>
  /** What else there is to say. */
  readonly notes: ReadonlyArray<string>
  /** An action is not quite content; of entities, their results say so. */
  readonly warned: boolean
  readonly failed: boolean
}

const nothing: Outcome = { results: [], notes: [], warned: false, failed: false }

const both = (one: Outcome, other: Outcome): Outcome => ({
  results: [...one.results, ...other.results],
  notes: [...one.notes, ...other.notes],
  warned: one.warned || other.warned,
  failed: one.failed || other.failed
})

export const runSteps = Effect.fn("Steps.run")(function* (job: JobDeclaration, options: SyncOptions) {
  let outcome = nothing
  for (const [at, step] of job.steps.entries()) {
    outcome = both(outcome, yield* runStep(step, options))
    const left = job.steps.length - at - 1
    if (!outcome.failed || job.onError === "continue" || left === 0) continue
    const note = `stopped after step ${at + 1}: ${left === 1 ? "one step was" : `${left} steps were`} left out`
    return summary({ ...outcome, notes: [...outcome.notes, note] })
  }
  return summary(outcome)
})

/** Whatever happens inside a step is its outcome. */
const runStep = (step: Step, options: SyncOptions): Effect.Effect<Outcome, never, StepServices> =>
  work(step, options).pipe(
    Effect.catch((error) => Effect.succeed(failure(describe(error)))),
    Effect.catchDefect((defect) =>
      Effect.as(Effect.logError("a step ended unexpectedly", defect), failure(`a step ended unexpectedly: ${defect}`))
    )
  )

const failure = (note: string): Outcome => ({ ...nothing, notes: [redact(note)], failed: true })

type StepServices = Sync | Registry | SqlClient.SqlClient | Locks | ActionEvents

const work = (
  step: Step,
  options: SyncOptions
): Effect.Effect<
  Outcome,
  UnknownSelector | SqlError.SqlError | Perform.UnknownAction | Perform.InvalidInput | ExportRun.UnknownExport,
  StepServices
> => {
  switch (step._tag) {
    case "Sync":
      return syncSelected(step.selectors, options)
    case "Trim":
      return Effect.map(trim(step.trim), (rows) => ({
        ...nothing,
        notes: [`${rows} rows of ${step.trim.table} trimmed`]
      }))
    case "Action":
      return Effect.map(Perform.run(step.action, step.input, { trigger: "job", actor: options.actor }), actionOutcome)
    case "Export":
      return Effect.map(ExportRun.run(step.exports, { ...options, trigger: "job" }), (results) => ({
        ...nothing,
        results: results.map(({ changes: _, dryRun: __, ...result }) => result),
        failed: results.some(({ status }) => status === "failed")
      }))
    case "Parallel":
      return Effect.forEach(step.steps, (inner) => runStep(inner, options), { concurrency: "unbounded" }).pipe(
        Effect.map((outcomes) => outcomes.reduce(both, nothing))
      )
  }
}

const syncSelected = Effect.fnUntraced(function* (selectors: ReadonlyArray<string>, options: SyncOptions) {
  const [registry, sync] = [yield* Registry.now, yield* Sync]
  const selected = yield* select(registry.entities, selectors)
  const results = yield* sync.run(selected, { ...options, generation: registry })
  return { ...nothing, results, failed: results.some(({ status }) => status === "failed") }
})

/** What it did is in `action_log`; what it could not do is told here too. */
const actionOutcome = ({ action, items, notes, status, summary }: ActionRun): Outcome => {
  const problems = items.filter((item) => item.status !== "done" && item.status !== "already")
  const lines = problems
    .slice(0, mostProblems)
    .map(({ detail, status, what }) => `${action}: ${what} ${status}${detail === null ? "" : `: ${detail}`}`)
  const more = problems.length - lines.length
  return {
    ...nothing,
    notes: [`${action}: ${summary}`, ...notes, ...lines, ...(more > 0 ? [`${action}: and ${more} more`] : [])],
    warned: status === "warning",
    failed: status === "failed"
  }
}

/** Longer lists are in `sync_log` and `action_log`. */
const mostProblems = 20

const summary = ({ failed, notes, results, warned }: Outcome) => {
  const problems = results.filter(({ status }) => status !== "ok")
  const counts = [...Map.groupBy(results, ({ status }) => status)].map(([status, runs]) => `${runs.length} ${status}`)
  const lines = problems.slice(0, mostProblems).map(({ connector, entity, error, status, warnings }) => {
    const why = error ?? warnings.join("; ")
    return `${connector}.${entity} ${status}${why === "" ? "" : `: ${why}`}`
  })
  const more = problems.length - lines.length
  const detail = [
    ...(counts.length === 0 ? [] : [`entities: ${counts.join(", ")}`]),
    ...notes,
    ...lines,
    ...(more > 0 ? [`and ${more} more`] : [])
  ]
  return {
    status: failed ? ("failed" as const) : warned || problems.length > 0 ? ("warning" as const) : ("ok" as const),
    detail: detail.join("\n"),
    results
  }
}
