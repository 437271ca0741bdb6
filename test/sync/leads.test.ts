/** Records read by their keys: those that events lead to, and those that a person names. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { lastPeriod } from "../../core/config/PeriodEntity.ts"
import * as EntityFacts from "../../core/database/audit/EntityFacts.ts"
import { layerDatabase } from "../support/database.ts"
import { entity } from "../support/source.ts"
import { stored } from "./cursorFixtures.ts"
import { declared, type Order, shop, textsOf } from "./leadFixtures.ts"
import { served, type Vendor } from "./served.ts"

const audited = (name: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ trigger: string; actor: string; status: string; fetched: number; notes: ReadonlyArray<string> }>`
      select trigger, actor, status, fetched, notes from tributary.sync_log where entity = ${name} order by id`
  )

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a list that leads to other records", () => {
    it.effect("has them read once per page, with what they contain, before its own records are loaded", () =>
      Effect.gen(function* () {
        const asked: Array<string> = []
        const { rows, sync } = yield* served(declared("parcel"))
        const orders = { 7: { state: "new", items: [1, 2] }, 8: { state: "new", items: [3] } }
        const first = yield* sync(shop(orders, [7, null, 7, 8, 7], asked), { only: ["parcel_event"] })
        assert.deepInclude(first.parcel_event, { status: "ok", inserted: 5, warnings: [] })
        assert.include(first.parcel_event?.notes.join("; "), "led to 3 records of shop.parcel, each read by its key")
        assert.deepStrictEqual(asked, ["events", "/orders/7", "events 3", "/orders/8", "/orders/7", "events 5"])
        assert.deepStrictEqual(textsOf(yield* rows("parcel")), ["7 new null", "8 new null"])
        assert.deepStrictEqual(textsOf(yield* rows("parcel_item")), ["7 1", "7 2", "8 3"])
        assert.deepStrictEqual(yield* audited("parcel"), [
          {
            trigger: "event",
            actor: "shop.parcel_event",
            status: "ok",
            fetched: 1,
            notes: ["1 record was asked for by key"]
          },
          {
            trigger: "event",
            actor: "shop.parcel_event",
            status: "ok",
            fetched: 2,
            notes: ["2 records were asked for by key"]
          }
        ])
        // An item that has left its order goes, and those of other orders stay.
        const fewer = { 7: { state: "sent", items: [2] }, 8: { state: "new", items: [] } }
        const second = yield* sync(shop(fewer, [7, null, 7, 8, 7, 7]), { only: ["parcel_event"] })
        assert.deepInclude(second.parcel_event, { status: "ok", inserted: 1 })
        assert.deepStrictEqual(textsOf(yield* rows("parcel")), ["7 sent null", "8 new null"])
        assert.deepStrictEqual(textsOf(yield* rows("parcel_item")), ["7 2", "8 3"])
      })
    )

    it.effect(
      "passes over records that the source has no more, and fails with its cursor in place for any other refusal",
      () =>
        Effect.gen(function* () {
          const { rows, sync } = yield* served(declared("order"))
          const merged = yield* sync(shop({ 2: { state: "paid" } }, [1, 2]), { only: ["order_event"] })
          assert.deepInclude(merged.order_event, { status: "ok", inserted: 2 })
          const [led] = yield* audited("order")
          assert.deepInclude(led, { status: "ok", fetched: 1 })
          assert.include(led?.notes.join("; "), "the source has no 1 (1 of them)")
          assert.deepStrictEqual(textsOf(yield* stored("order_event")), [" 2"])

          const events = [1, 2, 2, 3, 4]
          const refusing: Vendor = (url) =>
            url.pathname === "/orders/4"
              ? new Response(null, { status: 403 })
              : shop({ 2: { state: "sent" }, 3: { state: "new" } }, events)(url)
          const failed = yield* sync(refusing, { only: ["order_event"] })
          assert.deepInclude(failed.order_event, { status: "failed", inserted: 0 })
          assert.include(failed.order_event?.error, "shop.order, to which its records lead, could not be loaded")
          assert.include(failed.order_event?.error, "answered 403")
          assert.deepStrictEqual(textsOf(yield* stored("order_event")), [" 2"])
          assert.deepStrictEqual(textsOf(yield* rows("order")), ["2 paid null"])

          const again = yield* sync(shop({ 2: { state: "sent" }, 3: { state: "new" }, 4: { state: "new" } }, events), {
            only: ["order_event"]
          })
          assert.deepInclude(again.order_event, { status: "ok", inserted: 3 })
          assert.deepStrictEqual(textsOf(yield* rows("order")), ["2 sent null", "3 new null", "4 new null"])
        })
    )

    it.effect("takes none of many as gone when the source has none of them, and warns", () =>
      Effect.gen(function* () {
        const orders = "versions: form_versions"
        const { rows, sync } = yield* served(declared("form", { orders }))
        const all = Object.fromEntries([1, 2, 3, 4].map((id) => [id, { state: "new" }]))
        yield* sync(shop(all, []), { only: ["form"] })
        const { form: lost } = yield* sync(shop({}, []), { only: ["form"], keys: ["1", "2", "3", "4"] })
        assert.strictEqual(lost?.status, "warning")
        assert.include(lost?.warnings.join("; "), "the source has none of the 4 records that were asked for by key")
        const goneOf = Effect.map(rows("form"), (found) => found.map(({ gone_at }) => gone_at !== null))
        assert.deepStrictEqual(yield* goneOf, [false, false, false, false])
        yield* sync(shop({ 1: { state: "new" } }, []), { only: ["form"], keys: ["1", "2"] })
        assert.deepStrictEqual(yield* goneOf, [false, true, false, false])
      })
    )

    it.effect("does not take another record, or none, for the one that was asked for", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(declared("sale"))
        for (const [answer, why] of [
          [{ id: 9, state: "new" }, "the answer for 1 is not the record with that key"],
          [{ error: "busy" }, "the answer for 1 is not the record with that key"],
          [[{ id: 1, state: "new" }], "there is no object"]
        ] as const) {
          const odd: Vendor = (url) => (url.pathname === "/events" ? shop({}, [1])(url) : Response.json(answer))
          const { sale_event: failed } = yield* sync(odd, { only: ["sale_event"] })
          assert.strictEqual(failed?.status, "failed")
          assert.include(failed?.error, why)
        }
        assert.deepStrictEqual(yield* rows("sale"), [])
      })
    )

    it.effect("is processed again from an earlier record on, and never begins behind its cursor", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(declared("note"))
        const only = ["note_event"]
        const events = [1, 2, 3, 4]
        const of = (state: string) => Object.fromEntries(events.map((id) => [id, { state }]))
        yield* sync(shop(of("new"), events), { only })
        const asked: Array<string> = []
        const { note_event: again } = yield* sync(shop(of("sent"), events, asked), { only, since: "2" })
        assert.deepInclude(again, { status: "ok", inserted: 0 })
        assert.deepStrictEqual(asked, ["events 2", "/orders/3", "/orders/4", "events 4"])
        const states = Effect.map(rows("note"), (found) => found.map(({ state }) => state))
        assert.deepStrictEqual(yield* states, ["new", "new", "sent", "sent"])
        assert.deepStrictEqual(textsOf(yield* stored("note_event")), [" 4"])
        asked.length = 0
        yield* sync(shop(of("sent"), [...events, 1], asked), { only, since: "9" })
        assert.deepStrictEqual(asked, ["events 4", "/orders/1", "events 5"])
        const { note_event: odd } = yield* sync(shop({}, []), { only, since: "soon" })
        assert.include(odd?.error, '"soon" is no value of id, the column of the cursor')
      })
    )

    it.effect("warns when a record that it led to is rejected", () =>
      Effect.gen(function* () {
        const orders = "guard: { maxReject: 50% }"
        const { sync } = yield* served(declared("bill", { orders }).replace("state: text", "state: integer"))
        const { bill_event: warned } = yield* sync(shop({ 1: { state: "x" } }, [1]), { only: ["bill_event"] })
        assert.strictEqual(warned?.status, "warning")
        assert.include(
          warned?.warnings.join("; "),
          "shop.bill, to which its records lead: 1 of 1 records were rejected"
        )
      })
    )

    it.effect("waits for the list of the same entity, and both are loaded in one sync", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(declared("lot"))
        const asked: Array<string> = []
        const both = yield* sync(shop({ 1: { state: "new" } }, [1], asked))
        assert.deepInclude(both.lot, { status: "ok", inserted: 1 })
        assert.deepInclude(both.lot_event, { status: "ok", inserted: 1 })
        assert.deepStrictEqual(textsOf(yield* rows("lot")), ["1 new null"])
        assert.include(asked, "/orders/1")
      })
    )

    it.effect("is told how many rows a period brought that it had not led to", () =>
      Effect.gen(function* () {
        const orders = 'query: { since: "{from}" }\n    windows: { from: today-30d, step: 60d }'
        const { sync } = yield* served(declared("lease", { orders }))
        const period = lastPeriod({ offset: Duration.days(3) })
        const known: Record<string, Order> = { 1: { state: "new" } }
        yield* sync(shop(known, [1]), { only: ["lease_event"] })
        const same = yield* sync(shop(known, [1]), { only: ["lease"], period })
        assert.notInclude(same.lease?.notes.join("; "), "lease_event")
        const more = { 1: { state: "sent" }, 2: { state: "new" } }
        const swept = yield* sync(shop(more, [1]), { only: ["lease"], period })
        assert.deepInclude(swept.lease, { status: "ok", inserted: 1, updated: 1 })
        const note = "2 rows were new or changed before any record of shop.lease_event led to them"
        assert.include(swept.lease?.notes.join("; "), note)
        const [last] = (yield* audited("lease")).toReversed()
        assert.include(last?.notes.join("; "), note)
      })
    )

    it.effect("makes the entity no fresher, and neither well nor ill", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(declared("offer"))
        const facts = EntityFacts.health(
          [{ entity: entity("offer", { connector: "shop" }), account: null }],
          () => false
        )
        yield* sync(shop({ 1: { state: "new" } }, [1]), { only: ["offer_event"] })
        assert.deepInclude((yield* facts)[0], { fresh_at: null, status: null })
        yield* sync(() => new Response(null, { status: 403 }), { only: ["offer"] })
        yield* sync(shop({ 1: { state: "new" } }, [1, 1]), { only: ["offer_event"] })
        assert.deepInclude((yield* facts)[0], { fresh_at: null, status: "failed" })
      })
    )

    it.effect("is planned with the number of records that a sync would read, none of which is read", () =>
      Effect.gen(function* () {
        const asked: Array<string> = []
        const { plan } = yield* served(declared("task"))
        const { entities } = yield* plan(shop({ 1: { state: "new" } }, [1, 5], asked))
        const planned = entities.find((one) => one.entity === "task_event")
        assert.include(planned?.notes?.join("; "), "leads to 2 records of shop.task")
        assert.notInclude(asked.join(), "/orders/")
      })
    )
  })

  describe("records that are named by their keys", () => {
    it.effect("are read and loaded with their children, and nothing else is touched", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(declared("deal").replace("mode: upsert", "mode: mirror"))
        const before = { 1: { state: "new", items: [1] }, 2: { state: "new", items: [2] } }
        yield* sync(shop(before, []), { only: ["deal", "deal_item"] })
        const asked: Array<string> = []
        const now = { 1: { state: "won", items: [4] }, 2: { state: "lost" }, 3: { state: "new" } }
        const { deal } = yield* sync(shop(now, [], asked), { only: ["deal"], keys: ["1", "3", "1", "5"] })
        assert.deepInclude(deal, { status: "ok", inserted: 1, updated: 1, deleted: 0 })
        assert.include(deal?.notes.join("; "), "the source has no 5 (1 of them)")
        assert.deepStrictEqual(asked, ["/orders/1", "/orders/3", "/orders/5"])
        assert.deepStrictEqual(textsOf(yield* rows("deal")), ["1 won null", "2 new null", "3 new null"])
        assert.deepStrictEqual(textsOf(yield* rows("deal_item")), ["1 4", "2 2"])
      })
    )

    it.effect("keep what is known of the fields of their source, and lose what they lack", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(declared("case"))
        const noted: Vendor = () => Response.json([{ id: 1, state: "new", note: "call" }])
        yield* sync(noted, { only: ["case"] })
        const { case: again } = yield* sync(shop({ 1: { state: "new" } }, []), { only: ["case"], keys: ["1"] })
        assert.deepInclude(again, { status: "ok", warnings: [], updated: 1 })
        assert.deepStrictEqual(textsOf(yield* rows("case")), ["1 new null"])
        assert.deepInclude((yield* sync(noted, { only: ["case"] })).case, { status: "ok", warnings: [] })
      })
    )
  })
})
