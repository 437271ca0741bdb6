/** A daemon of the simulated day: its inbox and its actions, over a connection to the database that can be cut. */
import { Context, Duration, Effect, Exit, Layer, type Redacted, Scope } from "effect"
import { TestClock } from "effect/testing"
import { connectorType } from "../../../connectors/bitrix24/index.ts"
import { Actions } from "../../../core/actions/Actions.ts"
import type { ConnectorDeclaration } from "../../../core/config/Declarations.ts"
import { Inbox } from "../../../core/inbox/Inbox.ts"
import * as InboxWorkers from "../../../core/inbox/InboxWorkers.ts"
import type { Json } from "../../../core/plugin/Action.ts"
import { Registry } from "../../../core/plugin/Registry.ts"
import { Sync } from "../../../core/sync/Sync.ts"
import { layerHttp } from "../../../core/upstream/exchange/Http.ts"
import { layerOf } from "../month/Daemon.ts"
import * as Wire from "../Wire.ts"

const source = "poll-form"

/** Real time passes too, or nothing that is real would ever come in time. */
export const tick = Effect.andThen(TestClock.adjust("200 millis"), TestClock.withLive(Effect.sleep("1 millis")))

/** Lets the clock run until the effect ends, or for `ticks` at most. */
export const ticking = Effect.fnUntraced(function* <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  ticks = Number.POSITIVE_INFINITY
) {
  const fiber = yield* Effect.forkChild(effect)
  for (let count = 0; count < ticks && fiber.pollUnsafe() === undefined; count++) yield* tick
  return fiber
})

export const begin = Effect.fnUntraced(function* (
  url: Redacted.Redacted,
  declaration: ConnectorDeclaration,
  token: string
) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const wire = yield* Scope.provide(Wire.make(url), scope)
  const database = yield* TestClock.withLive(Layer.buildWithScope(layerOf(wire.url), scope))
  const engine = Layer.merge(InboxWorkers.layer(Duration.seconds(6)), Actions.layerRecovery).pipe(
    Layer.provideMerge([Inbox.layer, Actions.layer]),
    Layer.provideMerge(Sync.layer),
    Layer.provideMerge(Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType])),
    Layer.provide(layerHttp)
  )
  const services = yield* Layer.buildWithScope(engine, scope).pipe(Effect.provide(database))
  const { connector } = yield* Context.get(services, Registry).current
  const { inbox: sources } = yield* Scope.provide(connector(declaration.name), scope)
  const admit = sources?.get(source)?.admit ?? (() => Effect.die("there is no such source"))
  return {
    /** Stores what the sender of a form posts, as the HTTP server does before it answers. */
    receive: Effect.fnUntraced(function* (body: Json) {
      const bytes = new TextEncoder().encode(JSON.stringify(body))
      const headers = { "x-token": token, "content-type": "application/json" }
      const admitted = yield* admit({ headers, bytes, query: new URLSearchParams() })
      if (admitted._tag !== "Accepted") return yield* Effect.die(admitted._tag)
      const { _tag: _, ...delivery } = admitted
      return yield* Context.get(services, Inbox).receive({ ...delivery, connector: declaration.name, source })
    }),
    /** Ends it as a killed process ends: nothing that it does on the way reaches the database. */
    kill: Effect.andThen(
      wire.cut,
      Effect.suspend(() => ticking(Scope.close(scope, Exit.void)))
    )
  }
})

export type Daemon = Effect.Success<ReturnType<typeof begin>>
