/** Sellers in the vault, their orders in the database. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { AccountVendors } from "../../core/accounts/AccountVendors.ts"
import { MasterKeys } from "../../core/accounts/MasterKeys.ts"
import * as VaultSource from "../../core/accounts/VaultSource.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { masterKey } from "../../test/accounts/fixtures.ts"
import { layerDatabase } from "../../test/support/database.ts"
import { connectorType } from "./index.ts"
import { makeEdit } from "./sandbox/Edits.ts"
import { start } from "./TestClient.ts"

const by = { trigger: "test", actor: null } as const
const owners = ["anna", "bert"] as const

/** Two sellers whose accounts are in the vault, and syncs of all their entities. */
const world = Effect.gen(function* () {
  const vendor = yield* start({ isLive: true, days: 6 })
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
  const sync = Effect.map(run(vendor.declaration.entities, by), (results) =>
    Object.fromEntries(results.map((result) => [`${result.entity} ${result.accountName}`, result]))
  )
  return { accounts, sync, sql: yield* SqlClient.SqlClient, sellers, vendor }
})

describe("the orders of several sellers", () => {
  it.live("are in one table, each seller's by its account, and one that is refused stops nobody", () =>
    Effect.gen(function* () {
      const { accounts, sellers, sql, sync, vendor } = yield* world
      const first = yield* sync
      for (const owner of owners) {
        for (const { name } of vendor.declaration.entities) {
          assert.deepInclude(first[`${name} ${owner}/shop`], { status: "ok", warnings: [], rejected: 0 }, name)
        }
      }
      const listed = yield* accounts.list("allegro")
      assert.deepEqual(
        listed.map(({ belongsTo, owner }) => [owner, belongsTo]),
        owners.map((owner, at) => [owner, sellers[at]])
      )
      const stored = yield* sql<{ account_id: string; id: string }>`select account_id, id from orders order by id`
      const sold = yield* Effect.forEach(sellers, (login, at) =>
        Effect.gen(function* () {
          const { records } = yield* vendor.read("order", {
            credential: vendor.accounts.credential(yield* vendor.credentialsOf(login))
          })
          return records.map(({ id }) => ({ account_id: listed[at]?.id ?? "", id: String(id) }))
        })
      )
      assert.isAbove(sold[0]?.length ?? 0, 40)
      assert.deepEqual(
        stored,
        sold.flat().toSorted((left, right) => (left.id < right.id ? -1 : 1))
      )

      const again = yield* sync
      for (const [name, { inserted, status, updated }] of Object.entries(again)) {
        assert.deepEqual([status, inserted, updated], ["ok", 0, 0], name)
      }

      yield* makeEdit(vendor.state)([{ collection: "sellers", put: [{ login: sellers[0] }] }])
      const refused = yield* sync
      assert.strictEqual(refused["order anna/shop"]?.status, "failed")
      assert.include(refused["order anna/shop"]?.error, "the credentials of anna/shop are refused")
      assert.deepInclude(refused["order bert/shop"], { status: "ok", inserted: 0 })
      const states = yield* accounts.list("allegro")
      assert.deepEqual(
        states.map(({ status }) => status),
        ["invalid", "active"]
      )
      assert.deepEqual(Object.keys(yield* sync), [
        "order bert/shop",
        "order_event bert/shop",
        "order_to_send bert/shop"
      ])
      const kept = yield* sql`select from orders where account_id = ${listed[0]?.id ?? ""}::uuid`
      assert.strictEqual(kept.length, sold[0]?.length, "the orders of a refused seller stay")
    }).pipe(Effect.scoped, Effect.provide(layerDatabase))
  )
})
