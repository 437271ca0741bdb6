/** Records of which an answer says that the source has them no more: their rows stay where versions are kept. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { layerDatabase } from "../support/database.ts"
import { served, type Vendor } from "./served.ts"
import { setTime, timed, type Version } from "./versionFixtures.ts"

const declared = (name: string, more = "") => `
  ${name}:
    path: /orders
    key: id
    mode: upsert
    one: { path: "/orders/{id}", gone: [404] }
    fields: { id: bigint, state: text }
    ${more}
  ${name}_event:
    path: /events
    mode: append
    key: id
    incremental: { cursor: id, param: from, overlap: 0 }
    leads: { to: ${name}, by: order_id }
    fields: { id: bigint, order_id: bigint }`

/** Events lead to these orders; those without a state are not there. */
const shop =
  (events: number, orders: Readonly<Record<number, string | null>>): Vendor =>
  ({ pathname }) => {
    const ids = Object.keys(orders).map(Number)
    if (pathname === "/events") return Response.json(ids.map((order, at) => ({ id: events + at, order_id: order })))
    if (pathname === "/orders") return Response.json(ids.map((id) => ({ id, state: orders[id] })))
    const id = Number(pathname.slice("/orders/".length))
    const state = orders[id] ?? null
    return state === null ? new Response(null, { status: 404 }) : Response.json({ id, state })
  }

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a record that is gone from the source", () => {
    it.effect("keeps its row with the time, its version ends, and it begins anew when it comes back", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const { sync } = yield* served(declared("sold", "versions: sold_versions"))
        const lead = (at: number, ...vendor: Parameters<typeof shop>) => {
          setTime(at)
          return sync(shop(...vendor), { only: ["sold_event"] })
        }
        const held = sql`
          select id::text, state, extract(epoch from _read_at)::integer as read, extract(epoch from gone_at)::integer as gone
          from shop_sold order by id`
        const audited = sql<{ updated: number; unchanged: number; deleted: number; notes: ReadonlyArray<string> }>`
          select updated, unchanged, deleted, notes from tributary.sync_log where entity = 'sold' order by id desc limit 1`
        yield* lead(100, 1, { 1: "new", 2: "new" })
        yield* lead(110, 10, { 1: null, 3: null })
        assert.deepStrictEqual(yield* held, [
          { id: "1", state: "new", read: 100, gone: 110 },
          { id: "2", state: "new", read: 100, gone: null }
        ])
        const [first] = yield* audited
        assert.deepInclude(first, { updated: 1, unchanged: 0, deleted: 0 })
        assert.include(first?.notes ?? [], "1 record is gone from the source: its row stays and has gone_at")
        // Said again, it changes nothing; an answer from before it does not bring the row back.
        yield* lead(120, 20, { 1: null })
        assert.deepInclude((yield* audited)[0], { updated: 0, unchanged: 0 })
        yield* lead(105, 30, { 1: "old" })
        assert.deepStrictEqual((yield* held)[0], { id: "1", state: "new", read: 100, gone: 110 })
        yield* lead(130, 40, { 1: "new" })
        yield* lead(140, 50, { 1: null })
        yield* lead(150, 60, { 1: "sent" })
        assert.deepStrictEqual((yield* held)[0], { id: "1", state: "sent", read: 150, gone: null })
        const versions = yield* sql<{ version: Version }>`
          select json_build_array(id, extract(epoch from valid_from)::integer, extract(epoch from valid_to)::integer, content ->> 'state') as version
          from sold_versions order by id, valid_from`
        assert.deepStrictEqual(
          versions.map(({ version }) => version),
          [
            [1, 100, 110, "new"],
            [1, 130, 140, "new"],
            [1, 150, null, "sent"],
            [2, 100, null, "new"]
          ]
        )
      }).pipe(timed)
    )

    it.effect("goes from a mirror with its row, and has no column without versions", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        setTime(100)
        const plain = yield* served(declared("bare"))
        yield* plain.sync(shop(1, { 1: "new" }), { only: ["bare_event"] })
        yield* plain.sync(shop(10, { 1: null }), { only: ["bare_event"] })
        assert.deepStrictEqual(yield* plain.rows("bare"), [{ id: 1n, state: "new" }])
        const mirror = declared("shown", "versions: shown_versions").replace("mode: upsert", "mode: mirror")
        const { sync } = yield* served(mirror)
        yield* sync(shop(1, { 1: "new", 2: "new" }), { only: ["shown"] })
        setTime(110)
        yield* sync(shop(10, { 1: null }), { only: ["shown_event"] })
        assert.deepStrictEqual(yield* sql`select id::integer from shop_shown where gone_at is not null`, [{ id: 1 }])
        setTime(120)
        yield* sync(shop(1, { 2: "new" }), { only: ["shown"] })
        assert.deepStrictEqual(yield* sql`select id::integer from shop_shown`, [{ id: 2 }])
        assert.deepStrictEqual(
          yield* sql`select id::integer, extract(epoch from valid_to)::integer as to from shown_versions order by id`,
          [
            { id: 1, to: 110 },
            { id: 2, to: null }
          ]
        )
      }).pipe(timed)
    )

    it.effect("is asked for when a list leaves it out between its first and its last record", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const missing = declared("left", "versions: left_versions")
          .replace("gone: [404]", "gone: [404], missing: at")
          .replace("state: text }\n    versions", "state: text, at: timestamp }\n    versions")
        const { sync } = yield* served(missing)
        const asked: Array<string> = []
        /** The list has the orders with a number, in its order; an order with none is there and not listed. */
        const listing =
          (listed: ReadonlyArray<number>, there: ReadonlyArray<number>): Vendor =>
          ({ pathname }) => {
            const order = (id: number) => ({ id, state: "new", at: `2026-01-0${id}T00:00:00Z` })
            if (pathname === "/orders") return Response.json(listed.map(order))
            asked.push(pathname)
            const id = Number(pathname.slice("/orders/".length))
            return there.includes(id) ? Response.json(order(id)) : new Response(null, { status: 404 })
          }
        const read = (at: number, ...lists: Parameters<typeof listing>) => {
          setTime(at)
          return sync(listing(...lists), { only: ["left"] })
        }
        const gone = Effect.map(
          sql<{ id: number }>`select id::integer from shop_left where gone_at is not null order by id`,
          (rows) => rows.map(({ id }) => id)
        )
        yield* read(100, [1, 2, 3, 4, 5, 6, 7], [])
        assert.deepStrictEqual(asked, [])
        // 1 and 7 may be outside of what is listed, 3 and 5 are there, 4 has been joined with another one.
        yield* read(110, [2, 6], [3, 5])
        assert.deepStrictEqual(asked.splice(0), ["/orders/3", "/orders/4", "/orders/5"])
        assert.deepStrictEqual(yield* gone, [4])
        // All that the next list lacks are gone: one that it has proves that the source knows the path.
        const { left } = yield* read(120, [1, 7], [7])
        assert.strictEqual(left?.status, "ok")
        assert.deepStrictEqual(
          asked.splice(0),
          [2, 3, 5, 6, 7].map((id) => `/orders/${id}`)
        )
        assert.deepStrictEqual(yield* gone, [2, 3, 4, 5, 6])
        // If that one is 404 as well, the others are not gone.
        yield* read(130, [1, 2, 3, 4, 5, 6, 7], [])
        assert.deepStrictEqual(yield* gone, [])
        yield* read(140, [1, 7], [])
        assert.lengthOf(asked.splice(0), 6)
        assert.deepStrictEqual(yield* gone, [])
        // A list that is not whole says nothing about what it lacks.
        const part: Vendor = (url) => {
          const answer = listing([1, 7], [])(url)
          return url.pathname === "/orders" ? new Response(answer.body, { ...answer, status: 206 }) : answer
        }
        setTime(150)
        assert.strictEqual((yield* sync(part, { only: ["left"] })).left?.status, "warning")
        assert.deepStrictEqual(asked, [])
        setTime(150)
        yield* sync(listing([1, 7], []), { only: ["left"], limit: 1 })
        assert.deepStrictEqual(asked, [])
        // Neither does one that could not be loaded.
        yield* sql`create function refuse_left() returns trigger language plpgsql as 'begin raise ''not now''; end'`
        yield* sql`create trigger refused before insert or update or delete on shop_left for each statement execute function refuse_left()`
        const refused = yield* sync(listing([1, 7], []), { only: ["left"] })
        assert.strictEqual(refused.left?.status, "failed")
        assert.deepStrictEqual(asked, [])
        const runs =
          yield* sql`select trigger, actor from tributary.sync_log where entity = 'left' and trigger = 'event' order by id`
        assert.deepStrictEqual(runs, Array(3).fill({ trigger: "event", actor: "shop.left" }))
      }).pipe(timed)
    )
  })
})
