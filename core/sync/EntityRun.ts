/**
 * The run of one entity beside the read that it shares: it waits for its lock, the end of the read and the loads that it
 * depends on, loads, and ends in its audit row. Failures are results, so that one entity never stops another.
 */
import { Clock, type Duration, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import { type RunTarget, targetColumns, targetName } from "../config/RunTarget.ts"
import * as Runs from "../database/audit/Runs.ts"
import * as Load from "../database/load/Load.ts"
import type { LastRequest } from "../observe/LastRequest.ts"
import * as Metrics from "../observe/Metrics.ts"
import * as RunLog from "../observe/RunLog.ts"
import { type Reason, reason, spanOf } from "../reason/Reason.ts"
import { type Completeness, complete, type UpstreamError } from "../upstream/Source.ts"
import { failAbandoned } from "./FailedRun.ts"
import { reasonWithLock } from "./LockReason.ts"
import type { Failure } from "./load/BufferedRows.ts"
import type { KeyHandover } from "./load/KeyHandover.ts"
import type { Sink } from "./load/Sink.ts"
import { countsOf } from "./map/FieldDrift.ts"
import { failedResult, loadedResult, skippedResult } from "./Results.ts"
import type { RunDeadline } from "./RunDeadline.ts"
import { asFailure, type DescribedError, RunFailure, reasonOf, retryWhileAway } from "./RunFailure.ts"
import type { SyncEvent } from "./RunResult.ts"
import { type Confirmation, checkReplaceable, type SecondRead } from "./read/DeleteConfirmation.ts"
import type { ReadSpent } from "./read/Receiver.ts"
import type { ReadyRun } from "./read/RequestPlan.ts"

/** What a run needs of the database and of the other runs of its sync. */
export interface EntityRunOptions {
  /** The run of an entity, once the database has granted its lock and its table is as declared. */
  readonly begun: (entity: Entity) => Effect.Effect<ReadyRun, RunFailure, SqlClient.SqlClient>
  /** Waits for the loads that this entity's lookups and foreign keys depend on. */
  readonly loadAfter: (entity: Entity) => Effect.Effect<void>
  /** Tries a load again once other entities have released the keys that it needs. */
  readonly giveWay: KeyHandover
  readonly release: (entity: Entity) => Effect.Effect<unknown>
  readonly onEvent: (event: SyncEvent) => Effect.Effect<void>
}

/** A read under way. */
export interface SharedRead {
  readonly startedAt: number
  readonly deadline: RunDeadline
  /** Completes when the read has ended. */
  readonly ended: Effect.Effect<Completeness, Failure | RunFailure | UpstreamError>
  readonly spent: (isWhole: boolean) => Effect.Effect<ReadSpent>
  readonly confirmation: Confirmation
}

export const runEntity = Effect.fnUntraced(
  function* (options: EntityRunOptions, read: SharedRead, sink: Sink) {
    const { target } = sink
    const { entity } = target
    const outcome = yield* inTime(read, options.begun(entity), Effect.succeed([])).pipe(
      Effect.tap((run) => Effect.annotateLogsScoped({ run_id: Number(run.id) })),
      Effect.flatMap((run) =>
        run.skipped ? Effect.succeed(skippedResult(target)) : audited(options, read, sink, run)
      ),
      Effect.ensuring(read.confirmation.leave(target)),
      Effect.catch((error) =>
        Effect.succeed(failedResult(target, reasonOf(error), { fetched: 0, rejected: 0, warnings: [] }))
      ),
      Effect.catchDefect((defect) => failAbandoned(target, options.begun(entity), defect))
    )
    yield* options.release(entity)
    const result = { ...outcome, durationMs: (yield* Clock.currentTimeMillis) - read.startedAt }
    yield* options.onEvent({ _tag: "Finished", entity: targetName(entity), result })
    return result
  },
  (effect, _options, _read, { target }) =>
    annotateRun(
      Effect.onInterrupt(effect, () => RunLog.logInterruption),
      target
    )
)

/** Adds the names of the run's audit row to everything that is logged on the way. */
export const annotateRun = <A, E, R>(effect: Effect.Effect<A, E, R>, target: RunTarget) =>
  Effect.scoped(Effect.annotateLogs(effect, { ...targetColumns(target), ...ownerOf(target) }))

const ownerOf = ({ entity: { account } }: RunTarget) => (account === undefined ? {} : { owner: account.owner })

const inTime = <A, E, R>(
  { deadline }: SharedRead,
  effect: Effect.Effect<A, E, R>,
  requests: Effect.Effect<ReadonlyArray<LastRequest>>
) =>
  deadline.within(
    effect,
    Effect.flatMap(requests, (last) => new RunFailure({ reason: lateReason(deadline.limit, last.at(-1)) }))
  )

/** Waiting as a source asks has no limit but the deadline, so that tells of it. */
const lateReason = (deadline: Duration.Duration, last: LastRequest | undefined): Reason => {
  const limit = spanOf(deadline)
  return last?.status === 429 || last?.status === 503
    ? reason("run.deadlineRefused", { limit, status: last.status })
    : reason("run.deadline", { limit })
}

/** Runs with the lock held; whatever happens from here on ends in the audit row. */
const audited = (options: EntityRunOptions, read: SharedRead, sink: Sink, run: ReadyRun) => {
  const facts = Effect.map(read.spent(false), (spent) => sink.facts(complete, spent))
  const requests = Effect.map(facts, ({ lastRequests }) => lastRequests)
  return inTime(read, Effect.catchDefect(load(options, read, sink, run), asFailure), requests).pipe(
    Effect.tap(() => Metrics.fieldsChanged(targetColumns(sink.target), countsOf(sink.drift))),
    Effect.map((result) => loadedResult(sink.target, result)),
    Effect.catch((error) => Effect.flatMap(facts, (known) => failure(sink.target, run.id, error, known))),
    Effect.onInterrupt(() => Effect.flatMap(facts, (known) => recordFailure(run.id, reason("run.interrupted"), known)))
  )
}

/** Loads when the read and the loads before have ended. Rows that would be deleted are looked for in a second read. */
const load = Effect.fnUntraced(function* (options: EntityRunOptions, read: SharedRead, sink: Sink, run: ReadyRun) {
  const { entity } = sink.target
  const completeness = yield* read.ended
  yield* options.loadAfter(entity)
  yield* options.onEvent({ _tag: "Loading", entity: targetName(entity) })
  const attempt = (second?: SecondRead) =>
    checkReplaceable(entity, completeness, second).pipe(
      Effect.andThen(read.spent(completeness._tag === "Complete" && second?.doubt === undefined)),
      Effect.zip(read.deadline.millis),
      Effect.flatMap(([spent, deadline]) => sink.load(completeness, spent, { ...run, deadline }, second)),
      retryWhileAway,
      (load) => options.giveWay(entity, load)
    )
  const outcome = yield* attempt()
  if (!("gone" in outcome)) return outcome
  const second = yield* read.confirmation.ask(sink.target, outcome.gone, run.stored, sink)
  const written = yield* attempt(second)
  return "gone" in written ? yield* Effect.die(new Error("a load that was answered asks again")) : written
})

/** The load may have committed at the moment it was given up, so the audit row decides. */
const failure = Effect.fnUntraced(function* (
  target: RunTarget,
  runId: bigint,
  error: DescribedError,
  facts: Runs.FailureFacts
) {
  const why = yield* reasonWithLock(error, target.entity.table)
  yield* recordFailure(runId, why, facts)
  const audit = yield* Load.readOutcome(runId).pipe(
    Effect.timeout("5 seconds"),
    Effect.orElseSucceed(() => undefined)
  )
  const outcome = Load.outcomeOf(audit)
  return outcome === undefined ? failedResult(target, why, facts, audit) : loadedResult(target, outcome)
})

/** If the database is away for this too, the next run of the entity marks this one as interrupted. */
const recordFailure = (runId: bigint, why: Reason, facts: Runs.FailureFacts) =>
  Runs.fail(runId, why, facts).pipe(
    Effect.timeout("5 seconds"),
    Effect.catch((error) => Effect.logWarning(`the audit row of run ${runId} could not be completed: ${error.message}`))
  )
