/** `incremental.start`: where a list begins that has no cursor yet. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { stored } from "./cursorFixtures.ts"
import { declared, type Order, shop, textsOf } from "./leadFixtures.ts"
import { served, type Vendor } from "./served.ts"

const start = "start: { path: /latest, pointer: /last/id }"
const starting = (name: string) => declared(name).replace("ordered: true }", `ordered: true, ${start} }`)

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a list that begins at its latest record", () => {
    it.effect("begins behind the latest record, of which it asks first, once all of the other entity is loaded", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(starting("visit"))
        const only = ["visit_event"]
        const asked: Array<string> = []
        const events = [1, 2]
        const orders: Record<string, Order> = { 1: { state: "new", items: [1] }, 2: { state: "new" } }
        /** An order changes while the list is read, after the latest event was asked for. */
        const busy =
          (fails: boolean): Vendor =>
          (url) => {
            if (url.pathname === "/latest") {
              asked.push("latest")
              return Response.json(events.length === 0 ? {} : { last: { id: events.length } })
            }
            const answer = shop(orders, events, asked)(url)
            if (url.pathname !== "/orders") return answer
            if (fails) return new Response(null, { status: 403 })
            if (events.length === 2) {
              events.push(2)
              orders[2] = { state: "sent" }
            }
            return answer
          }
        const { visit_event: refused } = yield* sync(busy(true), { only })
        assert.deepInclude(refused, { status: "failed", inserted: 0 })
        assert.include(refused?.error, "shop.visit, to which its records lead, could not be loaded")
        assert.deepStrictEqual(yield* stored("visit_event"), [])

        asked.length = 0
        const { visit_event: first } = yield* sync(busy(false), { only })
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
        yield* sync(busy(false), { only, full: true })
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
        yield* sync(quiet({}), { only })
        assert.deepStrictEqual(asked, ["events"])
        const { call_event: odd } = yield* sync(quiet({ last: { id: "soon" } }), { only })
        assert.include(odd?.error, "incremental.start has soon at /last/id, which is no value of id")
        asked.length = 0
        for (const _ of [1, 2]) yield* sync(quiet({ last: { id: "7" } }), { only })
        assert.deepStrictEqual(asked, ["/orders", "events 7", "events 7"])
        assert.deepStrictEqual(textsOf(yield* stored("call_event")), [" 7"])
      })
    )
  })
})
