/**
 * Syncs that wait for quiet: a source that tells of every single change is read once it has told of none for a minute, and
 * five minutes after the first at the latest. What waits is kept apart from connectors, so a reload loses nothing of it;
 * a daemon that stops does, and the schedule must make up for it.
 */
import { Cause, Clock, Context, Duration, Effect, FiberMap, FiberSet, Layer } from "effect"
import { entityId } from "../config/Entity.ts"
import { Registry } from "../plugin/Registry.ts"
import { Sync } from "./Sync.ts"

export interface DebouncedSyncRequest {
  /** Whose news these are: what waits for one connector is read together. */
  readonly connector: string
  /** Ids of its entities; those that are no longer declared by then are left out. */
  readonly entities: ReadonlyArray<string>
  /** What the audit says set it off. */
  readonly trigger: string
}

export class DebouncedSync extends Context.Service<
  DebouncedSync,
  {
    /** Answers at once. */
    readonly ask: (request: DebouncedSyncRequest) => Effect.Effect<void>
  }
>()("tributary/core/sync/DebouncedSync") {
  /** `grace`: what runs when the layer is released gets that long to end by itself. */
  static readonly layer = (grace: Duration.Duration) =>
    Layer.effect(
      DebouncedSync,
      Effect.gen(function* () {
        const [registry, sync] = [yield* Registry, yield* Sync]
        const runs = yield* FiberSet.make<void>()
        yield* Effect.addFinalizer(() => Effect.ignore(Effect.timeout(FiberSet.awaitEmpty(runs), grace)))
        const timers = yield* FiberMap.make<string>()
        const waiting = new Map<string, Waiting>()

        const run = Effect.fn("DebouncedSync.run")(function* ({
          entities,
          ...request
        }: Waiting): Effect.fn.Return<void> {
          const generation = yield* registry.current
          const selected = generation.entities.filter((entity) => entities.has(entityId(entity)))
          if (selected.length === 0) return
          const results = yield* sync.run(selected, { trigger: request.trigger, actor: null, generation })
          // A run that was under way may have read before the change.
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
/** A source that never falls silent is read all the same. */
const maxDelay = Duration.minutes(5)

interface Waiting {
  readonly connector: string
  readonly entities: ReadonlySet<string>
  readonly trigger: string
  /** When the first of the news came, in milliseconds since the epoch. */
  readonly since: number
}
