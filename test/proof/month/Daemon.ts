/** A daemon of the simulated month: its vault and its syncs, over a connection to the database that can be cut. */
import { Context, Duration, Effect, Exit, Layer, type Redacted, Scope } from "effect"
import { TestClock } from "effect/testing"
import { connectorType } from "../../../connectors/allegro/index.ts"
import { Accounts } from "../../../core/accounts/Accounts.ts"
import { AccountVendors } from "../../../core/accounts/AccountVendors.ts"
import { Authorizations } from "../../../core/accounts/Authorizations.ts"
import { MasterKeys } from "../../../core/accounts/MasterKeys.ts"
import * as VaultSource from "../../../core/accounts/VaultSource.ts"
import * as VaultWorker from "../../../core/accounts/VaultWorker.ts"
import type { ConnectorDeclaration } from "../../../core/config/Declarations.ts"
import * as Database from "../../../core/database/connection/Database.ts"
import { Registry } from "../../../core/plugin/Registry.ts"
import { Sync } from "../../../core/sync/Sync.ts"
import { layerHttp } from "../../../core/upstream/exchange/Http.ts"
import { masterKey } from "../../accounts/fixtures.ts"
import { declaration as databaseDeclaration } from "../../support/database.ts"
import * as Wire from "../Wire.ts"

export const forever = Duration.days(10_000)

/** Not recycled, since the clock jumps by hours. */
export const layerOf = (url: Redacted.Redacted) =>
  Database.layer({ declaration: { ...databaseDeclaration(url), connections: 4, recycle: forever }, dataDirectory: "" })

export const begin = Effect.fnUntraced(function* (url: Redacted.Redacted, declaration: ConnectorDeclaration) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const wire = yield* Scope.provide(Wire.make(url), scope)
  const database = yield* TestClock.withLive(Layer.buildWithScope(layerOf(wire.url), scope))
  const worker = VaultWorker.layer.pipe(Layer.provide(Authorizations.layer))
  const engine = Layer.merge(Sync.layer, worker).pipe(
    Layer.provideMerge(AccountVendors.layer),
    Layer.provide(VaultSource.layer),
    Layer.provideMerge(Accounts.layer),
    Layer.provide(MasterKeys.layer(Effect.succeed(masterKey))),
    Layer.provide(Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType])),
    Layer.provide(layerHttp)
  )
  const services = yield* Layer.buildWithScope(engine, scope).pipe(Effect.provide(database))
  return {
    accounts: Context.get(services, Accounts),
    sync: Context.get(services, Sync).run,
    vendor: Context.get(services, AccountVendors).find(declaration.name),
    /** Ends it as a killed process ends: nothing that it does on the way reaches the database. */
    kill: Effect.gen(function* () {
      yield* wire.cut
      yield* ticking(Scope.close(scope, Exit.void))
    })
  }
})

export type Daemon = Effect.Success<ReturnType<typeof begin>>

/** Real time passes too: otherwise a busy machine takes longer than the grace in which the vendor repeats its tokens. */
export const tick = Effect.andThen(TestClock.adjust("50 millis"), TestClock.withLive(Effect.sleep("1 millis")))

/** Lets the clock run until the effect ends, or for `ticks` at most; returns whether it has ended. */
export const ticking = Effect.fnUntraced(function* <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  ticks = Number.POSITIVE_INFINITY
) {
  const fiber = yield* Effect.forkChild(effect)
  for (let count = 0; count < ticks && fiber.pollUnsafe() === undefined; count++) yield* tick
  return fiber
})
