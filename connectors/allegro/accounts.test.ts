/** Sellers in the vault, their orders in the database. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../../test/support/database.ts"
import { rows } from "./rows.ts"
import { makeEdit } from "./sandbox/Edits.ts"
import { by, owners, world } from "./TestSellers.ts"

/** As Allegro refuses a path that the authorization has no right for. */
const denied = JSON.stringify({
  errors: [
    {
      ...{ code: "AccessDenied", message: "Access is denied", details: null, path: null },
      userMessage: "No access to the specified resource."
    }
  ]
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

describe("a seller whose events are refused from one day on", () => {
  it.live("keeps the account, whose other entities are read as before, and the events again when they may be", () =>
    Effect.gen(function* () {
      const { accounts, sql, syncOf, vendor } = yield* world
      yield* syncOf(undefined)
      const refusal = { status: 403, body: denied, contentType: "application/json" }
      yield* vendor.fault({ path: "/order/events", mode: "status", ...refusal })
      yield* sql`update orders set status = null`
      for (const _day of [1, 2]) {
        const runs = yield* syncOf(undefined)
        for (const owner of owners) {
          const events = runs[`order_event ${owner}/shop`]
          assert.strictEqual(events?.status, "failed")
          assert.include(events?.error, "lacks the right allegro:api:orders:read")
          for (const name of ["order", "order_to_send"]) {
            assert.deepInclude(runs[`${name} ${owner}/shop`], { status: "ok", error: null }, name)
          }
        }
        for (const account of yield* accounts.list("allegro")) {
          assert.deepInclude(account, { status: "active", reason: null })
        }
      }
      assert.lengthOf(yield* sql`select from orders where status is null`, 0, "what was read anew is stored")
      yield* vendor.clearFaults
      const again = yield* syncOf("order_event")
      for (const owner of owners) assert.deepInclude(again[`order_event ${owner}/shop`], { status: "ok", error: null })
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
