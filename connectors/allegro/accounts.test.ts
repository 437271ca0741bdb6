/** Sellers in the vault, their orders in the database. */
import { assert, describe, it } from "@effect/vitest"
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
import { layerDatabase } from "../../test/support/database.ts"
import { connectorType } from "./index.ts"
import { rows } from "./rows.ts"
import { makeEdit } from "./sandbox/Edits.ts"
import { start } from "./TestClient.ts"

const by = { trigger: "test", actor: null } as const
const owners = ["anna", "bert"] as const

const retryingAtOnce = (declaration: ConnectorDeclaration): ConnectorDeclaration => ({
  ...declaration,
  retry: { delays: [Duration.zero] }
})

/** Two sellers whose accounts are in the vault, and syncs of all their entities. */
const world = Effect.gen(function* () {
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

describe("a seller who has not allowed the orders", () => {
  it.live("keeps the account, whose runs name the right and what to do, and stops nobody", () =>
    Effect.gen(function* () {
      const { accounts, operations, sellers, syncOf, vendor } = yield* world
      vendor.state.switches.scope = "allegro:api:profile:read"
      const narrow = yield* vendor.credentialsOf(sellers[0])
      const eva = { connector: "allegro", owner: "eva", name: "shop", perOwner: 1 }
      const added = yield* accounts.add(eva, { credentials: narrow }, { operations }, by)

      const runs = yield* syncOf(undefined)
      for (const { name } of vendor.declaration.entities) {
        const { error, status } = runs[`${name} eva/shop`] ?? assert.fail(name)
        assert.strictEqual(status, "failed", name)
        assert.match(
          error ?? "",
          /lacks the right allegro:api:orders:read: .*pause the account, add it again .*resume it/,
          name
        )
        assert.deepInclude(runs[`${name} anna/shop`], { status: "ok" }, name)
      }
      assert.deepInclude(yield* accounts.read(added.id), { status: "active", reason: null })

      vendor.state.switches.scope = "allegro:api:orders:read allegro:api:profile:read"
      yield* accounts.pause(added, by)
      yield* accounts.add(eva, { credentials: yield* vendor.credentialsOf(sellers[0]) }, { operations }, by)
      yield* accounts.resume(added, by)
      assert.deepInclude((yield* syncOf("order"))["order eva/shop"], { status: "ok" })
    }).pipe(Effect.scoped, Effect.provide(layerDatabase))
  )
})

describe("the stored orders", () => {
  it.live("show which were cancelled after they were sent, and what a seller sold today", () =>
    Effect.gen(function* () {
      const { accounts, sql, syncOf, vendor } = yield* world
      const entity = vendor.declaration.entities.find(({ name }) => name === "order") ?? assert.fail("no orders")
      const [cancelled = assert.fail("no alert")] = rows.alerts
      const [today = assert.fail("no list")] = rows.lists
      yield* syncOf("order")
      const before = new Set((yield* cancelled.find(entity)).map(({ id }) => id))

      const pick = (where: string) =>
        sql.unsafe<{ id: string }>(
          `select id from orders where status = 'READY_FOR_PROCESSING' and ${where} order by id`
        )
      const [byBuyer, byPanel] = yield* pick("fulfillment_status = 'SENT'")
      const [unsent] = yield* pick("fulfillment_status = 'NEW'")
      if (!byBuyer || !byPanel || !unsent) return assert.fail("the sandbox has sent nothing yet, or everything")
      const panel = { status: "CANCELLED" }
      yield* makeEdit(vendor.state)([
        {
          collection: "orders",
          put: [
            { ...byBuyer, status: "CANCELLED" },
            { ...byPanel, fulfillment: panel },
            { ...unsent, fulfillment: panel },
            { id: "00000000-0000-4000-8000-00000000000a" }
          ]
        }
      ])
      yield* syncOf("order")
      const found = (yield* cancelled.find(entity)).filter(({ id }) => !before.has(id))
      assert.sameMembers(
        found.map(({ id }) => id),
        [byBuyer.id, byPanel.id]
      )
      assert.match(found[0]?.name ?? "", /^[\da-f-]{36} \((?:anna|bert)\/shop\)$/)

      const anna = (yield* accounts.list("allegro"))[0]?.id ?? ""
      const { head, lines } = yield* today.read(entity, { account: anna, timezone: vendor.declaration.timezone })
      assert.isAbove(lines.length, 0)
      assert.strictEqual(head.params.count, lines.length)
      const bought = lines.find(({ params }) => params.id === "00000000-0000-4000-8000-00000000000a")
      assert.deepInclude(bought?.params, { status: "READY_FOR_PROCESSING, NEW" })
      assert.match(String(bought?.params.total), /^\d+\.\d\d PLN$/)
    }).pipe(Effect.scoped, Effect.provide(layerDatabase))
  )
})

describe("the events of sellers", () => {
  it.live("bring the orders that they name and every version of them, before they are there themselves", () =>
    Effect.gen(function* () {
      const { sellers, sql, syncOf, vendor } = yield* world
      const first = yield* syncOf("order_event")
      for (const owner of owners) {
        assert.deepInclude(first[`order_event ${owner}/shop`], { status: "ok", warnings: [], rejected: 0 })
      }
      // Orders that were paid together are one now, and events still name the old ones.
      const dead = yield* sql`select from order_events as e where not exists (
        select from orders as o where o.account_id = e.account_id and o.id = e.order_id)`
      assert.isNotEmpty(dead)
      const [known] = yield* sql<{ count: number; early: number }>`
        select count(distinct (account_id, order_id))::integer as count,
          count(*) filter (where processed_at is null or processed_at > _first_seen_at)::integer as early from order_events`
      const notes = owners.flatMap((owner) => first[`order_event ${owner}/shop`]?.notes ?? [])
      const led = notes.flatMap((note) => {
        const [, count] = /led to (\d+) records? of allegro.order@/.exec(note) ?? []
        return count === undefined ? [] : Number(count)
      })
      assert.strictEqual(
        led.reduce((sum, count) => sum + count, 0),
        known?.count
      )
      assert.strictEqual(known?.early, 0)
      const wrong = yield* sql`select from orders as o where o.raw ->> 'id' <> o.id::text or not exists (
        select from order_events as e where e.account_id = o.account_id and e.order_id = o.id)`
      assert.isEmpty(wrong)

      const [order = { id: "" }, part = { id: "" }] = yield* sql<{ id: string }>`
        select o.id from orders as o join tributary.account as a on a.id = o.account_id where a.owner = 'anna' limit 2`
      // The buyer pays for one order together with another: its id is dead, and an event names it once more.
      const seller = vendor.state.sellers.find(({ login }) => login === sellers[0])
      const bought = seller?.byId.get(part.id)
      if (seller === undefined || bought === undefined) return assert.fail("the order is nobody's")
      seller.byId.set(part.id, { ...bought, steps: [...bought.steps, { kind: "merged", at: 0 }] })
      const put = [{ id: order.id, note: { text: "by hand" } }, { id: part.id }]
      yield* makeEdit(vendor.state)([{ collection: "orders", put }])
      yield* vendor.clearRequests
      const second = yield* syncOf("order_event")
      assert.deepInclude(second["order_event anna/shop"], { status: "ok", inserted: 2 })
      assert.deepInclude(second["order_event bert/shop"], { status: "ok", inserted: 0, notes: [] })
      const asked = (yield* vendor.requests).flatMap(({ path }) => (path.startsWith("/order/checkout") ? [path] : []))
      assert.deepEqual(asked.toSorted(), [order, part].map(({ id }) => `/order/checkout-forms/${id}`).toSorted())
      const versions = yield* sql<{ id: string; note: string | null; open: boolean; gone: boolean }>`
        select v.id, v.content #>> '{note,text}' as note, v.valid_to is null as open, o.gone_at is not null as gone
        from order_versions as v join orders as o on o.account_id = v.account_id and o.id = v.id
        where v.id in (${order.id}::uuid, ${part.id}::uuid) order by v.valid_from`
      assert.deepEqual(
        versions.filter(({ id }) => id === order.id).map(({ gone, note, open }) => [note, open, gone]),
        [
          [null, false, false],
          ["by hand", true, false]
        ]
      )
      assert.deepEqual(
        versions.filter(({ id }) => id === part.id).map(({ gone, open }) => [open, gone]),
        [[false, true]]
      )
    }).pipe(Effect.scoped, Effect.provide(layerDatabase))
  )

  it.live("are read again when their orders could not be loaded, or nothing could be after those", () =>
    Effect.gen(function* () {
      const { sql, syncOf, vendor } = yield* world
      const counts = Effect.map(
        sql<{ orders: number; events: number; cursors: number }>`select
          (select count(*) from orders)::integer as orders, (select count(*) from order_events)::integer as events,
          (select count(*) from tributary.sync_cursor)::integer as cursors`,
        ([one]) => one
      )
      // 400 opens no circuit, however many requests are under way.
      yield* vendor.fault({ path: "/order/checkout-forms/*", mode: "status", status: 400, after: 3 })
      const failed = yield* syncOf("order_event")
      for (const owner of owners) {
        const { error, status } = failed[`order_event ${owner}/shop`] ?? {}
        assert.strictEqual(status, "failed")
        assert.include(error, `allegro.order@${owner}/shop, to which its records lead, could not be loaded`)
      }
      assert.deepEqual(yield* counts, { orders: 0, events: 0, cursors: 0 })

      // The orders of the first page of events are loaded, and the next page never comes.
      yield* vendor.clearFaults
      yield* vendor.fault({ path: "/order/events", mode: "disconnect", after: 2 })
      const cut = yield* syncOf("order_event")
      assert.deepEqual(
        owners.map((owner) => cut[`order_event ${owner}/shop`]?.status),
        ["failed", "failed"]
      )
      const between = yield* counts
      assert.isAbove(between?.orders ?? 0, 0)
      assert.deepInclude(between, { events: 0, cursors: 0 })

      yield* vendor.clearFaults
      const whole = yield* syncOf("order_event")
      assert.deepEqual(
        owners.map((owner) => whole[`order_event ${owner}/shop`]?.status),
        ["ok", "ok"]
      )
      assert.deepInclude(yield* counts, { orders: between?.orders ?? 0, cursors: 2 })
      const [order] = yield* sql<{ id: string }>`select o.id from orders as o
        join tributary.account as a on a.id = o.account_id where a.owner = 'anna' limit 1`
      yield* sql`delete from orders where id = ${order?.id ?? ""}::uuid`
      const imported = yield* syncOf("order", { keys: [order?.id ?? ""] })
      assert.deepInclude(imported["order anna/shop"], { status: "ok", inserted: 1, fetched: 1 })
      assert.deepInclude(yield* counts, { orders: between?.orders ?? 0 })
    }).pipe(Effect.scoped, Effect.provide(layerDatabase))
  )
})
