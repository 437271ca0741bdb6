/** One run of exports: the query, the connector's writes, and the audit row. Failures are results. */
import { Clock, type Duration, Effect, Ref, Schema } from "effect"
import type { ConnectorDeclaration } from "../config/Declarations.ts"
import { type ExportDeclaration, exportId } from "../config/ExportDeclaration.ts"
import { withKnownNames } from "../config/Nearest.ts"
import { targetColumns, targetOf } from "../config/RunTarget.ts"
import * as Runs from "../database/audit/Runs.ts"
import type { Initiator } from "../observe/Initiator.ts"
import * as Metrics from "../observe/Metrics.ts"
import * as RunLog from "../observe/RunLog.ts"
import { CellChange, type ExportReport } from "../plugin/Export.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { type Reason, reason, render, spanOf } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import { asFailure, RunFailure, reasonOf, retryWhileAway } from "../sync/RunFailure.ts"
import { emptyResult, RunResult, type SyncEvent, warningsOf } from "../sync/RunResult.ts"
import { RequestTrace, withTrace } from "../upstream/exchange/RequestTrace.ts"
import type { ReadEvent } from "../upstream/Source.ts"
import * as ExportOwnedRows from "./ExportOwnedRows.ts"
import * as ExportQuery from "./ExportQuery.ts"

export class UnknownExport extends ReasonError("UnknownExport")<{ readonly id: string }> {}

export interface ExportOptions extends Initiator {
  /** Whether to report the changes only; nothing is written, and there is no audit row. */
  readonly dryRun?: boolean
  readonly onEvent?: (event: SyncEvent) => Effect.Effect<void>
}

/** The audit row (with the export as the entity; `fetched` counts the rows of its query), and every changed cell. */
export const ExportResult = Schema.Struct({
  ...RunResult.fields,
  dryRun: Schema.Boolean,
  changes: Schema.Array(CellChange)
}).annotate({ identifier: "ExportResult" })
export type ExportResult = typeof ExportResult.Type

export const exportsIn = ({ declarations }: Generation): ReadonlyArray<ExportDeclaration> =>
  declarations.flatMap(({ exports = [] }) => exports)

/** Runs exports one after another, because several may write to the same sheet. An empty list means all. */
export const run = Effect.fn("ExportRun.run")(function* (ids: ReadonlyArray<string>, by: ExportOptions) {
  const generation = yield* Registry.now
  const declared = exportsIn(generation)
  const wanted = yield* Effect.forEach(ids, (id) => {
    const found = declared.find((one) => exportId(one) === id)
    if (found !== undefined) return Effect.succeed(found)
    const known = declared.map(exportId)
    return Effect.fail(new UnknownExport({ id, reason: withKnownNames(reason("job.noExport", { id }), id, known) }))
  })
  return yield* Effect.forEach(ids.length === 0 ? declared : wanted, (one) => runOne(generation, one, by))
})

interface Cost {
  readonly fetched: number
  readonly requests: number
  readonly bytes: number
}

const runOne = Effect.fn("ExportRun.one")(
  function* (generation: Generation, declared: ExportDeclaration, by: ExportOptions) {
    const { dryRun = false, onEvent = () => Effect.void } = by
    const entity = exportId(declared)
    const startedAt = yield* Clock.currentTimeMillis
    const cost = yield* Ref.make<Cost>({ fetched: 0, requests: 0, bytes: 0 })
    yield* onEvent({ _tag: "Started", entity })
    const work = Effect.gen(function* () {
      const connector = yield* Effect.orDie(generation.declaration(declared.connector))
      const written = write(generation, connector, declared, { dryRun, onEvent, cost })
      if (!dryRun) return yield* audited(generation, declared, by, written, cost)
      const report = yield* written
      return resultOf(declared, yield* Ref.get(cost), report)
    })
    const outcome = yield* work.pipe(
      Effect.catchDefect(asFailure),
      Effect.catch((error) => Effect.map(Ref.get(cost), (spent) => failed(declared, spent, reasonOf(error))))
    )
    const { changes, ...counted } = outcome
    const result = { ...counted, durationMs: (yield* Clock.currentTimeMillis) - startedAt }
    if (!dryRun) yield* Effect.andThen(Metrics.runEnded(result), RunLog.logEnd(result))
    yield* onEvent({ _tag: "Finished", entity, result })
    return { ...result, dryRun, changes } satisfies ExportResult
  },
  Effect.scoped,
  (effect, _, declared, { trigger }) => Effect.annotateLogs(effect, { ...targetColumns(targetOf(declared)), trigger })
)

interface Circumstances {
  readonly dryRun: boolean
  readonly onEvent: (event: SyncEvent) => Effect.Effect<void>
  readonly cost: Ref.Ref<Cost>
}

/** Writes the rows with the connector and returns its report. */
const write = Effect.fnUntraced(function* (
  generation: Generation,
  { limits, timezone }: ConnectorDeclaration,
  declared: ExportDeclaration,
  { cost, dryRun, onEvent }: Circumstances
) {
  const entity = exportId(declared)
  const connector = yield* Effect.orDie(generation.connector(declared.connector))
  if (connector.write === undefined) {
    return yield* new RunFailure({ reason: reason("export.notWritable", { connector: declared.connector }) })
  }
  const [rows, owned] = yield* Effect.all(
    [retryWhileAway(ExportQuery.read(declared, timezone)), retryWhileAway(ExportOwnedRows.read(declared))],
    { concurrency: "unbounded" }
  ).pipe(Effect.timeoutOrElse(late(limits.deadline)))
  yield* Ref.update(cost, (spent) => ({ ...spent, fetched: rows.rows.length }))
  yield* onEvent({ _tag: "Rows", entity, count: rows.rows.length })
  const onRequest = Effect.fnUntraced(function* (event: ReadEvent) {
    yield* Ref.update(cost, (spent) => ({
      ...spent,
      requests: spent.requests + (event._tag === "Request" ? 1 : 0),
      bytes: spent.bytes + (event._tag === "Answer" ? event.bytes : 0)
    }))
    yield* onEvent({ _tag: "Reading", entity, event })
  })
  return yield* connector
    .write(declared, rows, { dryRun, owned, onEvent: onRequest })
    .pipe(Effect.timeoutOrElse(late(limits.deadline)))
})

const late = (duration: Duration.Duration) => ({
  duration,
  orElse: () => Effect.fail(new RunFailure({ reason: reason("run.deadline", { limit: spanOf(duration) }) }))
})

type ExportOutcome = Omit<ExportResult, "durationMs" | "dryRun">

/** Runs with the lock and the audit row; whatever happens in between ends in that row. */
const audited = Effect.fnUntraced(function* (
  generation: Generation,
  declared: ExportDeclaration,
  { actor, trigger }: ExportOptions,
  written: ReturnType<typeof write>,
  cost: Ref.Ref<Cost>
) {
  const context = { trigger, actor, configHash: generation.hash }
  const begun = yield* retryWhileAway(Runs.begin([targetOf(declared)], context))
  const run = yield* Effect.orDie(Effect.fromNullishOr(begun.runs[0]))
  if (run.skipped) return skipped(declared)
  yield* Effect.annotateLogsScoped({ run_id: Number(run.id) })
  const trail = new RequestTrace()
  const inRow = (why: Reason) =>
    Effect.flatMap(Ref.get(cost), (spent) =>
      Runs.fail(run.id, why, { ...spent, rejected: 0, warnings: [], lastRequests: trail.lastRequests }).pipe(
        Effect.timeout("5 seconds"),
        Effect.catch((error) =>
          Effect.logWarning(`the audit row of run ${run.id} could not be completed: ${error.message}`)
        )
      )
    )
  const report = yield* withTrace(trail)(written).pipe(
    Effect.catchDefect(asFailure),
    Effect.tapError((error) => inRow(reasonOf(error))),
    Effect.onInterrupt(() => Effect.andThen(inRow(reason("run.interrupted")), RunLog.logInterruption))
  )
  const spent = yield* Ref.get(cost)
  if (report.owned !== undefined) yield* retryWhileAway(ExportOwnedRows.store(declared, report.owned))
  yield* retryWhileAway(Runs.finish(run.id, { ...report, ...spent, rejected: 0 }))
  return resultOf(declared, spent, report)
})

const nothing = (declared: ExportDeclaration, { fetched }: Pick<Cost, "fetched">): ExportOutcome => ({
  ...emptyResult(targetOf(declared)),
  status: "ok",
  fetched,
  changes: []
})

const skipped = (declared: ExportDeclaration): ExportOutcome => ({
  ...nothing(declared, { fetched: 0 }),
  status: "skipped",
  ...warningsOf([reason("run.exportElsewhere")])
})

const failed = (declared: ExportDeclaration, cost: Cost, why: Reason): ExportOutcome => ({
  ...nothing(declared, cost),
  status: "failed",
  error: render(why),
  errorReason: why
})

const resultOf = (declared: ExportDeclaration, cost: Cost, { owned: _, ...report }: ExportReport): ExportOutcome => ({
  ...nothing(declared, cost),
  ...report,
  ...warningsOf(report.warnings),
  status: report.warnings.length === 0 ? "ok" : "warning"
})
