/**
 * Runs the selected entities: all reads at once, each within its connector's budget; one round trip for the locks and
 * one for the loads, whatever the number of entities. Each account of a connector is a sync of its own, and only as many
 * begin at once as the connector may send requests: one that is slow or fails delays no other, and locks stay few.
 */
import { Context, Effect, FiberSet, Layer, Scope, type Stream } from "effect"
import { SqlClient } from "effect/sql"
import { type Entity, entityId } from "../config/Entity.ts"
import type { Period } from "../config/PeriodEntity.ts"
import { targetName } from "../config/RunTarget.ts"
import { Locks } from "../database/connection/Locks.ts"
import * as EventBus from "../observe/EventBus.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { AccountSource } from "../plugin/AccountSource.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import * as AccountTurns from "./AccountTurns.ts"
import { type ReadingOptions, runGroups } from "./GroupRuns.ts"
import { keyedPart, ledRuns, periodPart, type RunServices } from "./KeyedRuns.ts"
import { askMissing, type Lists, makeLists } from "./MissingRuns.ts"
import { logDefect } from "./RunFailure.ts"
import type { RunResult, SyncEvent } from "./RunResult.ts"
import { begin } from "./RunSession.ts"
import { partsOf, type SyncPart } from "./SyncParts.ts"

export interface SyncOptions extends Initiator, ReadingOptions {
  /** Reads only the records with these keys, of the one entity that is given; it has `one`. */
  readonly keys?: ReadonlyArray<string> | undefined
  /** Reads only this period, of entities that have windows. */
  readonly period?: Period | undefined
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
    /**
     * Runs the given entities; those of a connector with accounts once for each active account, unless they are bound to
     * one. A failed entity is a result, never an error.
     */
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
      const services = Context.add(database, AccountSource, yield* AccountSource)
      const background = yield* Effect.scope
      const { closing } = yield* Locks
      const events = yield* EventBus.make<RunEvent>(eventsKept)
      const inTurn = yield* AccountTurns.make
      const runOnce = Effect.fnUntraced(function* (
        { isPart, registry, selected }: SyncPart,
        options: SyncOptions,
        lists: Lists
      ) {
        // Releasing the locks is one more round trip: only the next run waits for it, not the caller.
        const locks = yield* Scope.fork(background)
        yield* Effect.addFinalizer((exit) => FiberSet.run(closing, Scope.close(locks, exit)))
        const context = {
          trigger: options.trigger,
          actor: options.actor,
          configHash: isPart === true ? null : registry.hash
        }
        const session = yield* Scope.provide(begin(selected, registry, context), locks)
        const onEvent = publisher(events, options)
        const leadsOf = ledRuns({ registry, services, runPart: runFrom })
        return yield* runGroups({ selected, registry, session, reading: options, leadsOf, listOf: lists.of, onEvent })
      }, Effect.scoped)
      const runPart: RunPart = Effect.fnUntraced(function* (part, options) {
        const lists = makeLists()
        const results = yield* runOnce(part, options, lists)
        yield* askMissing(lists, results, part.registry, runFrom)
        return results
      })
      const runFrom = (part: SyncPart, from: Entity) => runPart(part, { trigger: "event", actor: targetName(from) })
      const run = Effect.fn("Sync.run")(
        function* (selected: ReadonlyArray<Entity>, options: SyncOptions) {
          const registry = options.generation ?? (yield* current)
          const { byConnector, plain, unread } = yield* partsOf(selected, registry)
          const runOwn = (part: SyncPart) => runPart(partIn(part, options), options)
          const ofAccounts = Effect.forEach(
            byConnector,
            ({ concurrency, connector, parts }) =>
              Effect.forEach(parts, (part) => inTurn(connector, concurrency)(runOwn(part)), { concurrency }),
            { concurrency: "unbounded" }
          )
          const others = plain.selected.length === 0 ? Effect.succeed([]) : runOwn(plain)
          const results = yield* Effect.all([others, Effect.map(ofAccounts, (each) => each.flat(2))], {
            concurrency: "unbounded"
          })
          return inOrderOf(selected, [...unread, ...results.flat()])
        },
        Effect.provide(services),
        (effect, _, { trigger }) => Effect.annotateLogs(effect, { trigger })
      )
      return Sync.of({ run, events: events.events })
    })
  )
}

type RunPart = (part: SyncPart, options: SyncOptions) => Effect.Effect<ReadonlyArray<RunResult>, never, RunServices>

/** What of the part is read. Keys are of the one entity that the caller has selected. */
const partIn = (part: SyncPart, { keys, period, trigger }: SyncOptions): SyncPart => {
  const [entity] = part.selected
  if (entity !== undefined && keys !== undefined) return keyedPart(part.registry, entity, keys)
  // A job that reads its last days promises no more than them; a person may read any.
  return period === undefined ? part : periodPart(part, period, trigger !== "job")
}

/** A failing observer breaks nothing. */
const publisher = (
  events: EventBus.EventBus<RunEvent>,
  { onEvent = () => Effect.void, trigger }: Pick<SyncOptions, "onEvent" | "trigger">
) => {
  const observed = (event: SyncEvent) =>
    Effect.catchDefect(
      Effect.suspend(() => onEvent(event)),
      logDefect
    )
  return (event: SyncEvent) => Effect.andThen(events.publish({ ...event, trigger }), observed(event))
}

/** The results of an entity's accounts stay as they are. */
const inOrderOf = (selected: ReadonlyArray<Entity>, results: ReadonlyArray<RunResult>): ReadonlyArray<RunResult> => {
  const place = new Map(selected.map((entity, at) => [entityId(entity), at]))
  const at = (result: RunResult) => place.get(`${result.connector}.${result.entity}`) ?? 0
  return results.toSorted((left, right) => at(left) - at(right))
}
