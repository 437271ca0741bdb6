/** Runs the steps of a job in order, the entities of one step at once, and summarises the outcome. */
import { type Duration, Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { ActionEvents } from "../actions/ActionEvents.ts"
import type { ActionRun } from "../actions/ActionRun.ts"
import * as ExportRun from "../actions/ExportRun.ts"
import * as RunAction from "../actions/RunAction.ts"
import { entityId } from "../config/Entity.ts"
import type { JobDeclaration, Step } from "../config/JobDeclaration.ts"
import { offConnector, selectorsOn } from "../config/OffConnectors.ts"
import { lastPeriod } from "../config/PeriodEntity.ts"
import { parseSelector } from "../config/RunTarget.ts"
import type { Locks } from "../database/connection/Locks.ts"
import type { Reader } from "../database/connection/Reader.ts"
import { redact } from "../observe/Secrets.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { combineReasons, foreignText, mapTexts, type Reason, reason, rootOf } from "../reason/Reason.ts"
import { reasonOf } from "../sync/RunFailure.ts"
import type { RunResult } from "../sync/RunResult.ts"
import { select, type UnknownSelector } from "../sync/SelectEntities.ts"
import { Sync, type SyncOptions } from "../sync/Sync.ts"
import { detailOf } from "./JobRun.ts"
import { someOf } from "./NameList.ts"
import { trim, trimEntity } from "./Trim.ts"

/** The outcome of one or several steps. */
interface Outcome {
  readonly results: ReadonlyArray<RunResult>
  /** Further remarks. */
  readonly notes: ReadonlyArray<Reason>
  /** Whether an action ended with a warning; entities report theirs in their results. */
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

export const runSteps = Effect.fn("RunSteps.runSteps")(function* (job: JobDeclaration, options: SyncOptions) {
  let outcome = nothing
  for (const [at, step] of job.steps.entries()) {
    outcome = both(outcome, yield* runStep(step, options))
    const left = job.steps.length - at - 1
    if (!outcome.failed || job.onError === "continue" || left === 0) continue
    const note = reason("job.stopped", { step: at + 1, count: left })
    return summary({ ...outcome, notes: [...outcome.notes, note] })
  }
  return summary(outcome)
})

/** Turns whatever happens inside a step into its outcome. */
const runStep = (step: Step, options: SyncOptions): Effect.Effect<Outcome, never, StepServices> =>
  work(step, options).pipe(
    Effect.catch((error) => Effect.succeed(failure(reasonOf(error)))),
    Effect.catchDefect((defect) =>
      Effect.as(
        Effect.logError("a step ended unexpectedly", defect),
        failure(mapTexts(reason("job.stepBroke", { text: String(defect) }), redact))
      )
    )
  )

const failure = (note: Reason): Outcome => ({ ...nothing, notes: [note], failed: true })

type StepServices = Sync | Registry | SqlClient.SqlClient | Locks | Reader | ActionEvents

const work = (
  step: Step,
  options: SyncOptions
): Effect.Effect<
  Outcome,
  UnknownSelector | SqlError.SqlError | RunAction.UnknownAction | RunAction.InvalidInput | ExportRun.UnknownExport,
  StepServices
> => {
  switch (step._tag) {
    case "Sync":
      return syncSelected(
        step.selectors,
        step.period === undefined ? options : { ...options, period: lastPeriod(step.period) }
      )
    case "TrimEntity":
      return ofOn([step.entity], () => trimmed(step.entity, step.maxAge))
    case "Trim":
      return Effect.map(trim(step.trim), (rows) => ({
        ...nothing,
        notes: [reason("job.trimmed", { count: rows, table: step.trim.table })]
      }))
    case "Action":
      return ofOn([step.action], () =>
        Effect.map(RunAction.run(step.action, step.input, { trigger: "job", actor: options.actor }), actionOutcome)
      )
    case "Export":
      return ofOn(step.exports, (exports) =>
        Effect.map(ExportRun.run(exports, { ...options, trigger: "job" }), (results) =>
          outcomeOf(results.map(({ changes: _, dryRun: __, ...result }) => result))
        )
      )
    case "Parallel":
      return Effect.forEach(step.steps, (inner) => runStep(inner, options), { concurrency: "unbounded" }).pipe(
        Effect.map((outcomes) => outcomes.reduce(both, nothing))
      )
  }
}

const trimmed = Effect.fnUntraced(function* (id: string, maxAge: Duration.Duration) {
  const { entities } = yield* Registry.now
  const entity = entities.find((one) => entityId(one) === id)
  const rows = entity === undefined ? 0 : yield* trimEntity(entity, maxAge)
  return { ...nothing, notes: [reason("job.trimmed", { count: rows, table: id })] }
})

/** Runs what is of connectors that are on. */
const ofOn = <E, R>(
  ids: ReadonlyArray<string>,
  run: (on: ReadonlyArray<string>) => Effect.Effect<Outcome, E, R>
): Effect.Effect<Outcome, E, R | Registry> =>
  Effect.flatMap(Registry.now, (generation) => {
    const { notes, on } = withoutOff(ids, generation)
    const others = on.length === 0 ? Effect.succeed(nothing) : run(on)
    return Effect.map(others, (outcome) => ({ ...outcome, notes: [...outcome.notes, ...notes] }))
  })

const syncSelected = Effect.fnUntraced(function* (selectors: ReadonlyArray<string>, options: SyncOptions) {
  const [registry, sync] = [yield* Registry.now, yield* Sync]
  const { notes, on } = withoutOff(selectors, registry)
  if (notes.length > 0 && on.every((selector) => parseSelector(selector).excludes)) return { ...nothing, notes }
  const selected = yield* select(registry.entities, on)
  return { ...outcomeOf(yield* sync.run(selected, { ...options, generation: registry })), notes }
})

/** What a step names that is not of a connector which is off; the others are passed over, with a note for each of these. */
const withoutOff = (ids: ReadonlyArray<string>, { off }: Pick<Generation, "off">) => {
  const found = new Set(ids.flatMap((id) => offConnector(id, off) ?? []))
  return {
    on: selectorsOn(ids, off),
    notes: [...found].map(({ name, reason: why }) => reason("connector.isOff", { name, why }))
  }
}

/** The outcome of parallel runs: one failure is enough. */
const outcomeOf = (results: Outcome["results"]): Outcome => ({
  ...nothing,
  results,
  failed: results.some(({ status }) => status === "failed")
})

/** The maximal number of problems; longer lists are in `sync_log` and `action_log`. */
const maxProblems = 20

const problemOf = (
  action: string,
  { detailReason, status, whatReason: what }: ActionRun["items"][number]
): ReadonlyArray<Reason> => {
  const item = { action, what, why: detailReason ?? reason("unsaid") }
  switch (status) {
    case "planned":
      return [reason("action.itemPlanned", { action, what })]
    case "failed":
      return [reason("action.itemFailed", item)]
    case "unknown":
      return [reason("action.itemUnknown", item)]
    case "busy":
      return [reason("action.itemBusy", item)]
    case "skipped":
      return [reason("action.itemSkipped", item)]
    case "done":
    case "already":
      return []
  }
}

/** `action_log` has what the action did; what it could not do is reported here too. */
const actionOutcome = ({ action, items, reasons, status, summaryReason: summary }: ActionRun): Outcome => {
  const problems = items.flatMap((item) => problemOf(action, item))
  const more = problems.length - maxProblems
  return {
    ...nothing,
    notes: [
      reason("action.ended", { action, summary }),
      ...reasons,
      ...problems.slice(0, maxProblems),
      ...(more > 0 ? [reason("action.more", { action, count: more })] : [])
    ],
    warned: status === "warning",
    failed: status === "failed"
  }
}

const counted = { ok: "job.ok", warning: "job.warning", failed: "job.failed", skipped: "job.skipped" } as const
const oneOf = { warning: "job.entityWarning", failed: "job.entityFailed", skipped: "job.entitySkipped" } as const
const manyOf = {
  warning: "job.entitiesWarning",
  failed: "job.entitiesFailed",
  skipped: "job.entitiesSkipped"
} as const

const whyOf = ({ error, errorReason, reasons, status }: RunResult): Reason =>
  status === "failed" ? (errorReason ?? foreignText(error ?? "")) : combineReasons(reasons)

/** Groups entities of one connector that ended alike, or the outage of one system would hide all other problems. */
const problemsOf = (results: ReadonlyArray<RunResult>): ReadonlyArray<Reason> => {
  const alike = Map.groupBy(
    results.filter(({ status }) => status !== "ok"),
    (result) => `${result.connector} ${result.status} ${rootOf(whyOf(result)).code}`
  )
  return [...alike.values()].flatMap((group) =>
    group.slice(0, 1).flatMap((first) => {
      const { connector, status } = first
      if (status === "ok") return []
      const names = group.map(entityName)
      const why = whyOf(first)
      return names.length === 1
        ? reason(oneOf[status], { entity: entityName(first), why })
        : reason(manyOf[status], { count: names.length, connector, entities: someOf(names), why })
    })
  )
}

const entityName = ({ connector, entity }: RunResult): string => `${connector}.${entity}`

const summary = ({ failed, notes, results, warned }: Outcome) => {
  const problems = problemsOf(results)
  const counts = [...Map.groupBy(results, ({ status }) => status)].map(([status, { length: count }]) =>
    reason(counted[status], { count })
  )
  const more = problems.length - maxProblems
  const reasons = [
    ...(counts.length === 0 ? [] : [reason("job.entities", { counts })]),
    ...notes,
    ...problems.slice(0, maxProblems),
    ...(more > 0 ? [reason("job.more", { count: more })] : [])
  ]
  return {
    status: failed ? ("failed" as const) : warned || problems.length > 0 ? ("warning" as const) : ("ok" as const),
    ...detailOf(reasons),
    results
  }
}
