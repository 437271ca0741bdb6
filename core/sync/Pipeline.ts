/**
 * One read, from the first request to the audit rows. Records go to every entity that shares the read; the loads follow
 * once it has ended. Nothing reaches an entity's table before its load, which writes a whole run or nothing. Only a
 * long read of a mode that never deletes is loaded in parts (Checkpoint.ts).
 */
import { Clock, Duration, Effect, Fiber, Ref } from "effect"
import type { SqlClient } from "effect/sql"
import { type Entity, entityId } from "../config/Entity.ts"
import { type RunTarget, targetColumns, targetOf } from "../config/RunTarget.ts"
import * as Runs from "../database/audit/Runs.ts"
import * as Load from "../database/load/Load.ts"
import * as Metrics from "../observe/Metrics.ts"
import * as RunLog from "../observe/RunLog.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import * as RequestTrace from "../upstream/exchange/RequestTrace.ts"
import { complete } from "../upstream/Source.ts"
import { abandoned } from "./Abandoned.ts"
import { reasonWithLock } from "./Blocked.ts"
import type { KeyHandover } from "./load/KeyHandover.ts"
import { Sink } from "./load/Sink.ts"
import { countsOf } from "./map/FieldDrift.ts"
import { failed, loadedResult, skipped } from "./Results.ts"
import { asFailure, RunFailure, reasonOf, retryWhileAway } from "./RunFailure.ts"
import { checkpoints } from "./read/Checkpoint.ts"
import * as DeleteConfirmation from "./read/DeleteConfirmation.ts"
import { type ReadPlan, read } from "./read/Read.ts"
import type { ReadCost } from "./read/Receiver.ts"
import type { ReadyRun } from "./read/RequestPlan.ts"

export interface PipelineOptions extends ReadPlan {
  /** The run of an entity, once the database has granted its lock and its table is as declared. */
  readonly begun: (entity: Entity) => Effect.Effect<ReadyRun, RunFailure, SqlClient.SqlClient>
  /** Waits for the loads that this entity's lookups and foreign keys depend on. */
  readonly loadAfter: (entity: Entity) => Effect.Effect<void>
  /** Whether those loads are over. */
  readonly isLoadable: (entity: Entity) => Effect.Effect<boolean>
  /** `Needs.step`, once the tables are known. */
  readonly stepOf: Effect.Effect<(entity: Entity) => number>
  /** Tries a load again once other entities have released the keys that it needs. */
  readonly giveWay: KeyHandover
  readonly release: (entity: Entity) => Effect.Effect<unknown>
  /** Whether the cursors move past rejected records. */
  readonly pastRejected: boolean
}

/** Runs one group to its end. Failures are results, so that one source never stops another. */
export const run = Effect.fn("Pipeline.run")(
  function* (options: PipelineOptions) {
    const { declaration, group, onEvent } = options
    const startedAt = yield* Clock.currentTimeMillis
    const cost = yield* Ref.make<ReadCost>({ requests: 0, bytes: 0 })
    const trail = new RequestTrace.RequestTrace()
    const spentOn = (isWhole: boolean) =>
      Effect.map(Ref.get(cost), (spent) => ({ ...spent, lastRequests: isWhole ? [] : trail.lastRequests }))
    const deadline = Duration.toMillis(declaration.limits.deadline)
    const sinks = yield* Effect.forEach(
      group.targets,
      Effect.fnUntraced(function* (target) {
        const { entity } = target
        const run = Effect.map(options.begun(entity), (ready) => ({ ...ready, deadline }))
        const isAlone = group.targets.length === 1
        // What is loaded in parts moves cursors.
        const limits = options.limit === undefined ? declaration.limits : { checkpoint: false as const }
        const rule = checkpoints({ entity, isAlone, limits, isReady: options.isLoadable(entity), run })
        const runId = Effect.map(run, ({ id }) => id)
        const isLimited = options.limit !== undefined
        return new Sink(target, runId, { pastRejected: options.pastRejected, checkpoints: rule, isLimited })
      })
    )
    for (const { entity } of group.targets) yield* onEvent({ _tag: "Started", entity: entityId(entity) })
    yield* Effect.annotateCurrentSpan({ connector: declaration.name, entity: group.reader.name })
    const watched = RequestTrace.within(trail)
    const again = (searches: ReadonlyArray<DeleteConfirmation.Search>) =>
      DeleteConfirmation.readAgain(
        searches,
        (receivers) => watched(read({ ...options, wary: true }, receivers, cost)),
        reasonOf
      )
    // The tables are known before any entity asks for a second read.
    let stepOf = (_: Entity): number => 0
    const confirmation = yield* DeleteConfirmation.makeConfirmation(
      group.targets,
      ({ entity }) => stepOf(entity),
      again
    )
    // Starts before the lock is granted: the first request is under way while a perhaps distant database decides.
    const reading = yield* Effect.forkScoped(watched(Effect.catchDefect(read(options, sinks, cost), asFailure)))

    const loaded = Effect.fnUntraced(function* (sink: Sink, run: ReadyRun) {
      const { entity } = sink.target
      const completeness = yield* Fiber.join(reading)
      stepOf = yield* options.stepOf
      yield* options.loadAfter(entity)
      yield* onEvent({ _tag: "Loading", entity: entityId(entity) })
      if (entity.mode === "replace" && completeness._tag === "Partial") {
        return yield* new RunFailure({
          reason: reason("run.replacePartial", { why: completeness.reason })
        })
      }
      const load = (second?: DeleteConfirmation.Second) =>
        spentOn(completeness._tag === "Complete" && second?.doubt === undefined).pipe(
          Effect.flatMap((spent) => sink.load(completeness, spent, { ...run, deadline }, second)),
          retryWhileAway,
          (load) => options.giveWay(entity, load)
        )
      const outcome = yield* load()
      if (!("gone" in outcome)) return outcome
      const second = yield* confirmation.ask(sink.target, outcome.gone, run.stored, sink.tombstones)
      if (entity.mode === "replace" && second.doubt !== undefined) {
        return yield* new RunFailure({
          reason: reason("confirm.replace", { why: second.doubt })
        })
      }
      const written = yield* load(second)
      return "gone" in written ? yield* Effect.die(new Error("a load that was answered asks again")) : written
    })

    const inTime = Effect.timeoutOrElse({
      duration: declaration.limits.deadline,
      orElse: () =>
        new RunFailure({
          reason: reason("run.deadline", { limit: Duration.format(declaration.limits.deadline) })
        })
    })

    /** Runs with the lock held; whatever happens from here on ends in the audit row. */
    const execute = Effect.fnUntraced(function* (sink: Sink, run: ReadyRun) {
      const { entity } = sink.target
      const runId = run.id
      const facts = Effect.map(spentOn(false), (spent) => sink.facts(complete, spent))
      return yield* inTime(Effect.catchDefect(loaded(sink, run), asFailure)).pipe(
        Effect.tap(() => Metrics.fieldsChanged(targetColumns(sink.target), countsOf(sink.drift))),
        Effect.map((result) => loadedResult(sink.target, result)),
        Effect.catch((error) =>
          Effect.gen(function* () {
            const known = yield* facts
            const why = yield* reasonWithLock(error, entity.table)
            yield* recordFailure(runId, why, known)
            // The load may have committed at the moment it was given up, so the audit row decides.
            const audit = yield* Load.written(runId).pipe(
              Effect.timeout("5 seconds"),
              Effect.orElseSucceed(() => undefined)
            )
            const outcome = Load.outcomeOf(audit)
            return outcome === undefined ? failed(sink.target, why, known, audit) : loadedResult(sink.target, outcome)
          })
        ),
        Effect.onInterrupt(() =>
          Effect.flatMap(facts, (known) => recordFailure(runId, reason("run.interrupted"), known))
        )
      )
    })

    const finish = Effect.fnUntraced(
      function* (sink: Sink) {
        const { entity } = sink.target
        const outcome = yield* inTime(options.begun(entity)).pipe(
          Effect.tap((run) => Effect.annotateLogsScoped({ run_id: Number(run.id) })),
          Effect.flatMap((run) => (run.skipped ? Effect.succeed(skipped(sink.target)) : execute(sink, run))),
          Effect.ensuring(confirmation.leave(sink.target)),
          Effect.catch((error) =>
            Effect.succeed(failed(sink.target, reasonOf(error), { fetched: 0, rejected: 0, warnings: [] }))
          ),
          Effect.catchDefect((defect) => abandoned(sink.target, options.begun(entity), defect))
        )
        yield* options.release(entity)
        const result = { ...outcome, durationMs: (yield* Clock.currentTimeMillis) - startedAt }
        yield* onEvent({ _tag: "Finished", entity: entityId(entity), result })
        return result
      },
      (effect, { target }) =>
        annotated(
          Effect.onInterrupt(effect, () => RunLog.interrupted),
          target
        )
    )
    return yield* Effect.forEach(sinks, finish, { concurrency: "unbounded" })
  },
  (effect, { group }) => annotated(effect, targetOf(group.reader)),
  (effect, { group }) => Metrics.running(group.reader.connector, group.targets.length)(effect)
)

/** Adds the names of the run's audit row to everything that is logged on the way. */
const annotated = <A, E, R>(effect: Effect.Effect<A, E, R>, target: RunTarget) =>
  Effect.scoped(Effect.annotateLogs(effect, targetColumns(target)))

/** If the database is away for this too, the next run of the entity marks this one as interrupted. */
const recordFailure = (runId: bigint, why: Reason, facts: Runs.FailureFacts) =>
  Runs.fail(runId, why, facts).pipe(
    Effect.timeout("5 seconds"),
    Effect.catch((error) => Effect.logWarning(`the audit row of run ${runId} could not be completed: ${error.message}`))
  )
