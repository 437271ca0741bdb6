/** Two sellers in the vault and a database, for tests. */
import { Context, Duration, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { AccountVendors } from "../../core/accounts/AccountVendors.ts"
import { MasterKeys } from "../../core/accounts/MasterKeys.ts"
import * as VaultSource from "../../core/accounts/VaultSource.ts"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync, type SyncOptions } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { masterKey } from "../../test/accounts/fixtures.ts"
import { connectorType } from "./index.ts"
import { start } from "./TestClient.ts"

export const by = { trigger: "test", actor: null } as const
export const owners = ["anna", "bert"] as const

const retryingAtOnce = (declaration: ConnectorDeclaration): ConnectorDeclaration => ({
  ...declaration,
  retry: { delays: [Duration.zero] }
})

/** Two sellers whose accounts are in the vault, and syncs of all their entities. */
export const world = Effect.gen(function* () {
  const vendor = yield* start({ isLive: true, days: 6, change: retryingAtOnce })
  const layer = Layer.mergeAll(Sync.layer, AccountVendors.layer).pipe(
    Layer.provide(VaultSource.layer),
    Layer.provideMerge(Accounts.layer),
    Layer.provide(MasterKeys.layer(Effect.succeed(masterKey))),
    Layer.provideMerge(Registry.layer({ connectors: [vendor.declaration], jobs: [] }, [connectorType])),
    Layer.provide(layerHttp)
  )
  const services = yield* Layer.build(layer)
  const accounts = Context.get(services, Accounts)
  const { operations, traits } = yield* Context.get(services, AccountVendors).find("allegro")
  const sellers = vendor.state.sellers.map(({ login }) => login)
  for (const [at, owner] of owners.entries()) {
    const credentials = yield* vendor.credentialsOf(sellers[at])
    const added = { connector: "allegro", owner, name: "shop", perOwner: traits.perOwner }
    yield* accounts.add(added, { credentials }, { operations }, by)
  }
  const { run } = Context.get(services, Sync)
  const syncOf = (only: string | undefined, more: Partial<SyncOptions> = {}) => {
    const entities = vendor.declaration.entities.filter(({ name }) => name === (only ?? name))
    return Effect.map(run(entities, { ...by, ...more }), (results) =>
      Object.fromEntries(results.map((result) => [`${result.entity} ${result.accountName}`, result]))
    )
  }
  return { accounts, operations, sync: syncOf(undefined), syncOf, sql: yield* SqlClient.SqlClient, sellers, vendor }
})
