/**
 * Syncs that wait for quiet. A source that announces every single change is read after a minute without news, and at
 * most five minutes after the first. Waiting requests live outside the connectors, so a reload loses none of them. A
 * daemon that stops loses them, and the schedule has to make up for it.
 */
import { Cause, Clock, Context, Duration, Effect, FiberMap, FiberSet, Layer } from "effect"
import { entityId } from "../config/Entity.ts"
import { Registry } from "../plugin/Registry.ts"
import { Sync } from "./Sync.ts"

export interface DebouncedSyncRequest {
  /** The connector that changed; requests for one connector are read together. */
  readonly connector: string
  /** The ids of its entities. Entities that are no longer declared when the sync begins are left out. */
  readonly entities: ReadonlyArray<string>
  /** The trigger that the audit records. */
  readonly trigger: string
}

export class DebouncedSync extends Context.Service<
  DebouncedSync,
  {
    /** Returns at once. */
    readonly ask: (request: DebouncedSyncRequest) => Effect.Effect<void>
  }
>()("tributary/core/sync/DebouncedSync") {
  /** `grace` is the time that running syncs get to finish when the layer is released. */
  static readonly layer = (grace: Duration.Duration) =>
    Layer.effect(
      DebouncedSync,
      Effect.gen(function* () {
        const [registry, sync] = [yield* Registry, yield* Sync]
        const runs = yield* FiberSet.make<void>()
        yield* Effect.addFinalizer(() => Effect.ignore(Effect.timeout(FiberSet.awaitEmpty(runs), grace)))
        const timers = yield* FiberMap.make<string>()
        const waiting = new Map<string, PendingSync>()

        const run = Effect.fn("DebouncedSync.run")(function* ({
          entities,
          ...request
        }: PendingSync): Effect.fn.Return<void> {
          const generation = yield* registry.current
          const selected = generation.entities.filter((entity) => entities.has(entityId(entity)))
          if (selected.length === 0) return
          const results = yield* sync.run(selected, { trigger: request.trigger, actor: null, generation })
          // A run that was already under way may have read before the change.
          const missed = results.filter(({ status }) => status === "skipped")
          if (missed.length === 0) return
          yield* ask({ ...request, entities: missed.map(({ connector, entity }) => `${connector}.${entity}`) })
        })

        const begin = (connector: string) =>
          Effect.suspend(() => {
            const due = waiting.get(connector)
            if (due === undefined) return Effect.void
            waiting.delete(connector)
            return FiberSet.run(
              runs,
              Effect.catchCause(run(due), (cause) =>
                Cause.hasInterruptsOnly(cause)
                  ? Effect.void
                  : Effect.logError("a sync that waited for quiet ended unexpectedly", Cause.squash(cause))
              )
            )
          }).pipe(Effect.asVoid, Effect.uninterruptible)

        const ask = Effect.fn("DebouncedSync.ask")(function* ({
          connector,
          entities,
          trigger
        }: DebouncedSyncRequest): Effect.fn.Return<void> {
          const now = yield* Clock.currentTimeMillis
          const { entities: known = [], since = now } = waiting.get(connector) ?? {}
          waiting.set(connector, { connector, trigger, since, entities: new Set([...known, ...entities]) })
          const left = Math.max(0, since + Duration.toMillis(maxDelay) - now)
          const pause = Duration.min(quiet, Duration.millis(left))
          yield* FiberMap.run(timers, connector, Effect.andThen(Effect.sleep(pause), begin(connector)))
        })

        return DebouncedSync.of({ ask })
      })
    )
}

const quiet = Duration.minutes(1)
/** A source that never falls silent is still read after this time. */
const maxDelay = Duration.minutes(5)

interface PendingSync {
  readonly connector: string
  readonly entities: ReadonlySet<string>
  readonly trigger: string
  /** The time of the first request, in milliseconds since the epoch. */
  readonly since: number
}
