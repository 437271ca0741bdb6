/**
 * Runs the selected entities: all reads at once, each within its connector's budget; one round trip for the locks and
 * one for the loads, whatever the number of entities.
 */
import { Clock, Context, Duration, Effect, Exit, Fiber, FiberSet, Layer, Scope, type Stream } from "effect"
import { SqlClient } from "effect/sql"
import { type Entity, entityId } from "../config/Entity.ts"
import { targetOf } from "../config/RunTarget.ts"
import * as Runs from "../database/audit/Runs.ts"
import { Locks } from "../database/connection/Locks.ts"
import * as EventBus from "../observe/EventBus.ts"
import type { Initiator } from "../observe/Initiator.ts"
import * as Metrics from "../observe/Metrics.ts"
import * as RunLog from "../observe/RunLog.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import { abandoned } from "./Abandoned.ts"
import { ensureTables } from "./load/EnsureTables.ts"
import * as KeyHandover from "./load/KeyHandover.ts"
import * as Pipeline from "./Pipeline.ts"
import type { RunResult, SyncEvent } from "./Run.ts"
import { logDefect, RunFailure, reasonOf, retryWhileAway } from "./RunFailure.ts"
import * as CompletionLatch from "./read/CompletionLatch.ts"
import { group, needsOf, type ReadGroup } from "./read/ReadGroup.ts"
import { type RunOf, readersOf, requestPlanOf } from "./read/RequestPlan.ts"

export interface SyncOptions extends Initiator {
  /** Reads everything, whatever the cursors say; afterwards the cursors are where this read ends. */
  readonly full?: boolean | undefined
  /** Whether the cursors move past records that are rejected in this run. */
  readonly pastRejected?: boolean | undefined
  /** Reads at most so many records of each source: a partial read, which deletes nothing and moves no cursor. */
  readonly limit?: number | undefined
  /** The generation that the entities were selected from; by default the one that is live when the run begins. */
  readonly generation?: Generation
  readonly onEvent?: (event: SyncEvent) => Effect.Effect<void>
}

/** An event of a run of this process, with the run's trigger. */
export type RunEvent = SyncEvent & { readonly trigger: string }

/** Buffers events for a subscriber that is slow for a moment. One that stays slow loses the oldest. */
const eventsKept = 4096

export class Sync extends Context.Service<
  Sync,
  {
    /** Runs the given entities. A failed entity is a result, never an error. */
    readonly run: (selected: ReadonlyArray<Entity>, options: SyncOptions) => Effect.Effect<ReadonlyArray<RunResult>>
    /** The events of every run from now on; a subscriber never holds up a run. */
    readonly events: Stream.Stream<RunEvent>
  }
>()("tributary/core/sync/Sync") {
  static readonly layer = Layer.effect(
    Sync,
    Effect.gen(function* () {
      const { current } = yield* Registry
      // Nothing else is taken from where the layer was built: a run belongs to the trace of its caller.
      const database = Context.pick(SqlClient.SqlClient, Locks)(yield* Effect.context<SqlClient.SqlClient | Locks>())
      const background = yield* Effect.scope
      const { closing } = yield* Locks
      const events = yield* EventBus.make<RunEvent>(eventsKept)
      const run = Effect.fn("Sync.run")(
        function* (selected: ReadonlyArray<Entity>, options: SyncOptions) {
          const registry = options.generation ?? (yield* current)
          const { onEvent: listen = () => Effect.void, trigger } = options
          // A failing observer breaks nothing.
          const onEvent = (event: SyncEvent) =>
            Effect.andThen(
              events.publish({ ...event, trigger }),
              Effect.catchDefect(
                Effect.suspend(() => listen(event)),
                logDefect
              )
            )
          const ended = yield* CompletionLatch.make<RunResult>(selected)
          const groups = group(selected, registry.entities)
          const needs = needsOf(groups)
          const giveWay = KeyHandover.make(groups, needs, ended)
          // Releasing the locks is one more round trip: only the next run waits for it, not the caller.
          const locks = yield* Scope.fork(background)
          yield* Effect.addFinalizer((exit) => FiberSet.run(closing, Scope.close(locks, exit)))
          const context = { trigger: options.trigger, actor: options.actor, configHash: registry.hash }
          const session = yield* Scope.provide(begin(selected, registry, context), locks)

          const loads = yield* Effect.cached(
            Effect.map(session.references, (references) => needsOf(groups, references))
          )
          const pipeline = Effect.fnUntraced(function* (reads: ReadGroup) {
            const { reader } = reads
            return yield* Pipeline.run({
              group: reads,
              declaration: yield* Effect.orDie(registry.declaration(reader.connector)),
              connector: yield* Effect.orDie(registry.connector(reader.connector)),
              reads: Effect.flatMap(ended.wait(needs.parents(reader)), (results) => {
                const known = { declared: registry.entities, ended: results }
                return requestPlanOf(reads, readersOf(reads, session.runOf, known), options.full)
              }),
              pastRejected: options.pastRejected ?? false,
              limit: options.limit,
              begun: session.runOf,
              giveWay,
              loadAfter: (entity) => Effect.asVoid(Effect.flatMap(loads, (known) => ended.wait(known.loads(entity)))),
              isLoadable: (entity) =>
                Effect.flatMap(loads, (known) => Effect.map(Effect.forEach(known.loads(entity), ended.isOver), all)),
              stepOf: Effect.map(loads, ({ step }) => step),
              release: session.release,
              onEvent: (event) => (event._tag === "Finished" ? finished(event) : onEvent(event))
            })
          })
          const finished = (event: Extract<SyncEvent, { readonly _tag: "Finished" }>) =>
            Effect.all(
              [
                Metrics.runEnded(event.result),
                RunLog.ended(event.result),
                ended.end(event.entity, event.result),
                onEvent(event)
              ],
              { discard: true }
            )
          /** Fails the entities of a group that cannot be read at all (its connector is gone, say), and no others. */
          const unread = ({ targets }: ReadGroup, defect: unknown) =>
            Effect.forEach(
              targets,
              Effect.fnUntraced(function* (target) {
                const { entity } = target
                const result = { ...(yield* abandoned(target, session.runOf(entity), defect)), durationMs: 0 }
                yield* session.release(entity)
                yield* finished({ _tag: "Finished", entity: entityId(entity), result })
                return result
              })
            )
          const results = yield* Effect.forEach(
            groups,
            (reads) => Effect.catchDefect(pipeline(reads), (defect) => unread(reads, defect)),
            { concurrency: "unbounded" }
          )
          return inOrderOf(selected, results.flat())
        },
        Effect.scoped,
        Effect.provide(database),
        (effect, _, { trigger }) => Effect.annotateLogs(effect, { trigger })
      )
      return Sync.of({ run, events: events.events })
    })
  )
}

const all = (each: ReadonlyArray<boolean>): boolean => each.every((one) => one)

/**
 * Requests locks and tables of the whole selection in one go while the reads begin. Each entity gets its own answer: a
 * table that cannot be changed fails one entity, not the others.
 */
const begin = Effect.fnUntraced(function* (
  selected: ReadonlyArray<Entity>,
  { declarations, entities }: Generation,
  context: Runs.RunContext
) {
  const chosen = new Set(selected.map(({ connector }) => connector))
  const limits = declarations.flatMap(({ limits, name }) => (chosen.has(name) ? [limits] : []))
  const shortest = Math.min(...limits.map(({ deadline }) => Duration.toMillis(deadline)))
  const until = (yield* Clock.currentTimeMillis) + shortest
  const asked = yield* Effect.forkScoped(
    // Each is retried alone: a second `begin` would find its own locks held, and skip.
    Effect.all(
      [
        retryWhileAway(Runs.begin(selected.map(targetOf), context)),
        retryWhileAway(ensureTables(selected, entities, until))
      ],
      {
        concurrency: "unbounded"
      }
    ).pipe(Effect.mapError((error) => new RunFailure({ reason: reasonOf(error) })))
  )
  const runOf: RunOf = Effect.fnUntraced(function* (entity) {
    const [begun, { conflicts, stored }] = yield* Fiber.join(asked)
    const conflict = conflicts.get(entityId(entity))
    const run = begun.runs[selected.indexOf(entity)]
    if (run === undefined) return yield* new RunFailure({ reason: reason("run.notBegun") })
    if (conflict === undefined || run.skipped) return { ...run, stored: stored(entity) }
    yield* Effect.ignore(Runs.fail(run.id, conflict, Runs.nothingRead))
    return yield* new RunFailure({ reason: conflict })
  })
  const scope = yield* Effect.scope
  // A run that gave up waiting for the database has no lock to release, and does not wait for one.
  const release = (entity: Entity) =>
    Effect.suspend(() => {
      const exit = asked.pollUnsafe()
      return exit !== undefined && Exit.isSuccess(exit)
        ? Effect.forkIn(Effect.uninterruptible(exit.value[0].release(targetOf(entity))), scope)
        : Effect.void
    })
  // Without tables nothing is loaded.
  const references = Effect.map(Fiber.await(asked), (exit) =>
    Exit.isSuccess(exit) ? exit.value[1].references : undefined
  )
  return { references, release, runOf }
})

const inOrderOf = (selected: ReadonlyArray<Entity>, results: ReadonlyArray<RunResult>): ReadonlyArray<RunResult> => {
  const place = new Map(selected.map((entity, at) => [entityId(entity), at]))
  const at = (result: RunResult) => place.get(`${result.connector}.${result.entity}`) ?? 0
  return results.toSorted((left, right) => at(left) - at(right))
}
