/** The events of sellers, and the orders that they name. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../../test/support/database.ts"
import { makeEdit } from "./sandbox/Edits.ts"
import { owners, world } from "./TestSellers.ts"

describe("the events of sellers", () => {
  it.live("begin behind the latest one, after all orders are loaded, without a read for each of them", () =>
    Effect.gen(function* () {
      const { sql, syncOf, vendor } = yield* world
      yield* vendor.clearRequests
      const first = yield* syncOf("order_event")
      const asked = (yield* vendor.requests).flatMap(({ path }) => (path.startsWith("/order/") ? [path] : []))
      const kinds = ["/order/event-stats", "/order/checkout-forms", "/order/events"]
      assert.deepEqual([...new Set(asked)].toSorted(), kinds.toSorted())
      const places = kinds.map((path) => asked.indexOf(path))
      assert.deepEqual(
        places,
        places.toSorted((left, right) => left - right),
        asked.join()
      )
      for (const owner of owners) {
        const { notes = [], status } = first[`order_event ${owner}/shop`] ?? {}
        assert.strictEqual(status, "ok")
        assert.include(notes.join(), `before all of allegro.order@${owner}/shop was read`)
      }
      const [before] = yield* sql<{ orders: number; events: number }>`select
        (select count(*) from orders)::integer as orders, (select count(*) from order_events)::integer as events`
      assert.isAbove(before?.orders ?? 0, 40)
      assert.strictEqual(before?.events, 0)

      const [order = { id: "" }] = yield* sql<{ id: string }>`
        select o.id from orders as o join tributary.account as a on a.id = o.account_id where a.owner = 'anna' limit 1`
      yield* makeEdit(vendor.state)([{ collection: "orders", put: [{ id: order.id }] }])
      yield* vendor.clearRequests
      const second = yield* syncOf("order_event")
      console.log("WARN", JSON.stringify(second["order_event anna/shop"]))
      assert.deepInclude(second["order_event anna/shop"], { status: "ok", inserted: 1 })
      assert.deepInclude(second["order_event bert/shop"], { status: "ok", inserted: 0, notes: [] })
      const paths = new Set((yield* vendor.requests).map(({ path }) => path))
      assert.isTrue(paths.has(`/order/checkout-forms/${order.id}`))
      assert.isFalse(paths.has("/order/event-stats") || paths.has("/order/checkout-forms"))
    }).pipe(Effect.scoped, Effect.provide(layerDatabase))
  )

  it.live("bring the orders that they name and every version of them, before they are there themselves", () =>
    Effect.gen(function* () {
      const { sellers, sql, syncOf, vendor } = yield* world
      const first = yield* syncOf("order_event", { full: true })
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
      const failed = yield* syncOf("order_event", { full: true })
      for (const owner of owners) {
        const { error, status } = failed[`order_event ${owner}/shop`] ?? {}
        assert.strictEqual(status, "failed")
        assert.include(error, `allegro.order@${owner}/shop, to which its records lead, could not be loaded`)
      }
      assert.deepEqual(yield* counts, { orders: 0, events: 0, cursors: 0 })

      // The orders of the first page of events are loaded, and the next page never comes.
      yield* vendor.clearFaults
      yield* vendor.fault({ path: "/order/events", mode: "disconnect", after: 2 })
      const cut = yield* syncOf("order_event", { full: true })
      assert.deepEqual(
        owners.map((owner) => cut[`order_event ${owner}/shop`]?.status),
        ["failed", "failed"]
      )
      const between = yield* counts
      assert.isAbove(between?.orders ?? 0, 0)
      assert.deepInclude(between, { events: 0, cursors: 0 })

      yield* vendor.clearFaults
      const whole = yield* syncOf("order_event", { full: true })
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
