/**
 * The runs of all entities that share one read, from the first request to the audit rows. Records go to each of them;
 * the loads follow once the read has ended. Nothing reaches an entity's table before its load, which writes a whole run
 * or nothing. Only a long read of a mode that never deletes is loaded in parts (Checkpoint.ts).
 */
import { Clock, Effect, Fiber, Ref } from "effect"
import type { Entity } from "../config/Entity.ts"
import { targetName, targetOf } from "../config/RunTarget.ts"
import * as Metrics from "../observe/Metrics.ts"
import * as RequestTrace from "../upstream/exchange/RequestTrace.ts"
import { annotateRun, type EntityRunOptions, runEntity, type SharedRead } from "./EntityRun.ts"
import { Sink } from "./load/Sink.ts"
import * as RunDeadline from "./RunDeadline.ts"
import { asFailure, reasonOf } from "./RunFailure.ts"
import { checkpoints } from "./read/Checkpoint.ts"
import * as DeleteConfirmation from "./read/DeleteConfirmation.ts"
import { type ReadPlan, read } from "./read/Read.ts"
import type { ReadCost } from "./read/Receiver.ts"
import type { Target } from "./read/Target.ts"

export interface PipelineOptions extends ReadPlan, EntityRunOptions {
  /** Whether the loads that this entity's lookups and foreign keys depend on are over. */
  readonly isLoadable: (entity: Entity) => Effect.Effect<boolean>
  /** `Dependencies.step`, once the tables are known. */
  readonly stepOf: Effect.Effect<(entity: Entity) => number>
  /** Waits for what the read must not begin before. The time counts for others and not for this run. */
  readonly readAfter: Effect.Effect<void>
  /** Whether the cursors move past rejected records. */
  readonly pastRejected: boolean
}

/** Runs one group to its end. Failures are results, so that one source never stops another. */
export const run = Effect.fn("Pipeline.run")(
  function* (options: PipelineOptions) {
    const { declaration, group, onEvent } = options
    const deadline = RunDeadline.make(declaration.limits.deadline)
    const sinks = group.targets.map((target) => sinkOf(options, target, deadline))
    for (const { entity } of group.targets) yield* onEvent({ _tag: "Started", entity: targetName(entity) })
    yield* Effect.annotateCurrentSpan({ connector: declaration.name, entity: group.reader.name })
    const shared = yield* startRead(options, sinks, deadline)
    return yield* Effect.forEach(sinks, (sink) => runEntity(options, shared, sink), { concurrency: "unbounded" })
  },
  (effect, { group }) => annotateRun(effect, targetOf(group.reader)),
  (effect, { group }) => Metrics.countRunning(group.reader.connector, group.targets.length)(effect)
)

const sinkOf = (options: PipelineOptions, target: Target, { millis }: RunDeadline.RunDeadline): Sink => {
  const { declaration, group, pastRejected } = options
  const { entity } = target
  const isLimited = options.limit !== undefined
  const run = Effect.zipWith(options.begun(entity), millis, (ready, deadline) => ({ ...ready, deadline }))
  const rule = checkpoints({
    entity,
    isAlone: group.targets.length === 1,
    // A load in parts moves cursors.
    limits: isLimited ? { checkpoint: false } : declaration.limits,
    isReady: options.isLoadable(entity),
    run
  })
  const runId = Effect.map(run, ({ id }) => id)
  return new Sink(target, runId, { pastRejected, checkpoints: rule, isLimited })
}

/**
 * Waits for the locks of entities with versions. An answer to a request from before the lock might be older than what
 * the run before has just found unchanged, of which the rows do not tell.
 */
const locksOfVersions = ({ begun, group }: PipelineOptions) =>
  Effect.forEach(
    group.targets.filter(({ entity }) => entity.versions !== undefined),
    ({ entity }) => Effect.exit(begun(entity)),
    { concurrency: "unbounded", discard: true }
  )

/** Starts before a lock is granted: the first request is under way while a perhaps distant database decides. */
const startRead = Effect.fnUntraced(function* (
  options: PipelineOptions,
  sinks: ReadonlyArray<Sink>,
  deadline: RunDeadline.RunDeadline
) {
  const { group } = options
  const { pause } = deadline
  const startedAt = yield* Clock.currentTimeMillis
  const cost = yield* Ref.make<ReadCost>({ requests: 0, bytes: 0 })
  const trail = new RequestTrace.RequestTrace()
  const traced = RequestTrace.withTrace(trail)
  // The tables are known before any entity asks for a second read.
  let stepOf = (_: Entity): number => 0
  const confirmation = yield* DeleteConfirmation.makeConfirmation(
    group.targets,
    ({ entity }) => stepOf(entity),
    (searches) =>
      DeleteConfirmation.readAgain(
        searches,
        (receivers) => traced(read({ ...options, leads: undefined, list: undefined, wary: true }, receivers, cost)),
        reasonOf
      )
  )
  const whenLocked = locksOfVersions(options).pipe(
    Effect.andThen(pause(options.readAfter)),
    Effect.andThen(read({ ...options, pause }, sinks, cost))
  )
  const reading = yield* Effect.forkScoped(traced(Effect.catchDefect(whenLocked, asFailure)))
  const tablesKnown = Effect.map(options.stepOf, (known) => {
    stepOf = known
  })
  return {
    startedAt,
    deadline,
    ended: Effect.tap(Fiber.join(reading), tablesKnown),
    spent: (isWhole) =>
      Effect.map(Ref.get(cost), (spent) => ({ ...spent, lastRequests: isWhole ? [] : trail.lastRequests })),
    confirmation
  } satisfies SharedRead
})
