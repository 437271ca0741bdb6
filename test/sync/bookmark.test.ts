/** `incremental.start`: where a list begins that has no cursor yet. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { layerDatabase } from "../support/database.ts"
import { stored } from "./cursorFixtures.ts"
import { declared, type Order, shop, textsOf } from "./leadFixtures.ts"
import { type SlowVendor, served, type Vendor } from "./served.ts"

const start = "start: { path: /latest, pointer: /last/id }"
const starting = (name: string) => declared(name).replace("ordered: true }", `ordered: true, ${start} }`)

/** Knows its latest event. An order changes while the list is read, after the latest event was asked for. */
const busy =
  (orders: Record<string, Order>, events: Array<number>, asked: Array<string>): Vendor =>
  (url) => {
    if (url.pathname === "/latest") {
      asked.push("latest")
      return Response.json(events.length === 0 ? {} : { last: { id: events.length } })
    }
    const answer = shop(orders, events, asked)(url)
    if (url.pathname === "/orders" && events.length === 2) {
      events.push(2)
      orders[2] = { state: "sent" }
    }
    return answer
  }

const refusing =
  (vendor: Vendor): Vendor =>
  (url) =>
    url.pathname === "/orders" ? new Response(null, { status: 403 }) : vendor(url)

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a list that begins at its latest record", () => {
    it.effect("begins behind the latest record, of which it asks first, once all of the other entity is loaded", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(starting("visit"))
        const only = ["visit_event"]
        const asked: Array<string> = []
        const events = [1, 2]
        const orders: Record<string, Order> = { 1: { state: "new", items: [1] }, 2: { state: "new" } }
        const { visit_event: refused } = yield* sync(refusing(busy(orders, events, asked)), { only })
        assert.deepInclude(refused, { status: "failed", inserted: 0 })
        assert.include(refused?.error, "shop.visit, to which its records lead, could not be loaded")
        assert.deepStrictEqual(yield* stored("visit_event"), [])

        asked.length = 0
        const { visit_event: first } = yield* sync(busy(orders, events, asked), { only })
        assert.deepInclude(first, { status: "ok", inserted: 1 })
        assert.include(
          first?.notes.join("; "),
          "it begins behind 2, the latest that the source had before all of shop.visit was read"
        )
        assert.deepStrictEqual(asked, ["latest", "/orders", "events 2", "/orders/2", "events 3"])
        assert.deepStrictEqual(textsOf(yield* rows("visit")), ["1 new null", "2 sent null"])
        assert.deepStrictEqual(textsOf(yield* rows("visit_item")), ["1 1"])
        assert.deepStrictEqual(textsOf(yield* stored("visit_event")), [" 3"])

        asked.length = 0
        yield* sync(busy(orders, events, asked), { only, full: true })
        assert.deepStrictEqual(asked.slice(0, 2), ["events", "/orders/1"])
      })
    )

    it.effect("keeps the cursor of a beginning that no record has followed yet", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(starting("call"))
        const only = ["call_event"]
        const asked: Array<string> = []
        const quiet =
          (latest: object): Vendor =>
          (url) =>
            url.pathname === "/latest" ? Response.json(latest) : shop({}, [], asked)(url)
        for (const latest of [{}, { last: { id: null } }]) {
          asked.length = 0
          yield* sync(quiet(latest), { only })
          assert.deepStrictEqual(asked, ["events"], JSON.stringify(latest))
        }
        const { call_event: odd } = yield* sync(quiet({ last: { id: "soon" } }), { only })
        assert.include(odd?.error, "incremental.start has soon at /last/id, which is no value of id")
        asked.length = 0
        for (const _ of [1, 2]) yield* sync(quiet({ last: { id: "7" } }), { only })
        assert.deepStrictEqual(asked, ["/orders", "events 7", "events 7"])
        assert.deepStrictEqual(textsOf(yield* stored("call_event")), [" 7"])
      })
    )

    it.effect("is behind the load of the same sync, which is read once and after the question", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(starting("trip"))
        const asked: Array<string> = []
        const orders: Record<string, Order> = { 1: { state: "new", items: [1] }, 2: { state: "new" } }
        const first = yield* sync(busy(orders, [1, 2], asked))
        assert.deepStrictEqual(asked, ["latest", "/orders", "events 2", "/orders/2", "events 3"])
        assert.deepInclude(first.trip, { status: "ok", inserted: 2 })
        assert.deepInclude(first.trip_event, { status: "ok", inserted: 1 })
        assert.deepStrictEqual(textsOf(yield* rows("trip")), ["1 new null", "2 sent null"])
        asked.length = 0
        yield* sync(shop(orders, [1, 2, 2], asked))
        assert.sameMembers(asked, ["/orders", "events 3"])
      })
    )

    it.effect("fails with the load of the same sync, and takes none that leaves something out", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(starting("ride"))
        const asked: Array<string> = []
        const { ride, ride_event: refused } = yield* sync(refusing(busy({ 1: { state: "new" } }, [1], asked)))
        assert.deepStrictEqual([ride?.status, refused?.status], ["failed", "failed"])
        assert.include(refused?.error, "shop.ride, to which its records lead, could not be loaded")
        assert.deepStrictEqual(asked, ["latest"])
        asked.length = 0
        const items: Record<string, Order> = { 1: { state: "new", items: [1] } }
        const results = yield* sync(busy(items, [1], asked), { only: ["ride", "ride_event"] })
        assert.strictEqual(results.ride_event?.status, "ok")
        assert.strictEqual(asked.filter((path) => path === "/orders").length, 2, "the sync has not read the items")
      })
    )

    it.effect("takes the time of the load from no deadline but the load's own", () =>
      Effect.gen(function* () {
        const passed = { "/latest": 5, "/orders": 12, "/events": 9 } as const
        for (const [name, only] of [
          ["walk", ["walk_event"]],
          ["hike", []]
        ] as const) {
          const { sync } = yield* served(`${starting(name)}\nlimits: { timeout: 1h, deadline: 15m }\n`)
          const vendor = busy({ 1: { state: "new" } }, [1], [])
          const slow: SlowVendor = (url) =>
            Effect.as(TestClock.adjust(`${passed[url.pathname as keyof typeof passed] ?? 0} minutes`), vendor(url))
          const results = yield* sync(slow, { only })
          assert.deepInclude(results[`${name}_event`], { status: "ok" })
        }
      }).pipe(Effect.provide(TestClock.layer()))
    )
  })
})
