import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { type Event, noon, start, textOf } from "./sandbox/TestClient.ts"

/** Two months of a busy seller, in which everything happens. */
const busy = start({ ordersPerDay: 25, days: 60 })

type Started = Effect.Success<ReturnType<typeof start>>

const allEvents = Effect.fnUntraced(function* ({ events }: Started) {
  const all: Array<Event> = []
  while (true) {
    const last = all.at(-1)
    const page = yield* events(`?limit=1000${last === undefined ? "" : `&from=${last.id}`}`)
    if (page.length === 0) return all
    all.push(...page)
  }
})

const allOrders = Effect.fnUntraced(function* ({ orders }: Started) {
  const all: Array<Effect.Success<ReturnType<typeof orders>>["checkoutForms"][number]> = []
  while (true) {
    const { checkoutForms } = yield* orders(`?offset=${all.length}`)
    if (checkoutForms.length === 0) return all
    all.push(...checkoutForms)
  }
})

const ofType = (events: ReadonlyArray<Event>, ...types: ReadonlyArray<string>) =>
  events.filter(({ type }) => types.includes(type))

/** When the line items of an order were bought. */
const timesIn = (form: unknown): ReadonlyArray<number> =>
  [...JSON.stringify(form).matchAll(/"boughtAt":"([^"]+)/g)].map(([, at = ""]) => Date.parse(at))

const codeOf = ({ answer, status }: Effect.Success<ReturnType<Started["get"]>>): unknown => {
  const [error] = Array.isArray(answer.errors) ? answer.errors : []
  return typeof error === "object" && error !== null && !Array.isArray(error)
    ? [status, error.code, error.message]
    : [status]
}

describe("events", () => {
  it.effect(
    "come oldest first behind an exclusive cursor, a hundred at a time, and the newest is in the statistics",
    () =>
      Effect.gen(function* () {
        const running = yield* busy
        const first = yield* running.events()
        assert.lengthOf(first, 100)
        const all = yield* allEvents(running)
        assert.deepEqual(all.slice(0, 100), first)
        const ids = all.map(({ id }) => Number(id))
        assert.deepEqual(
          ids,
          [...new Set(ids)].sort((a, b) => a - b)
        )
        const last = all.at(-1)
        const { answer } = yield* running.get("/order/event-stats")
        assert.deepEqual<unknown>(answer, { latestEvent: { id: last?.id, occurredAt: last?.occurredAt } })
        assert.deepEqual(yield* running.events(`?from=${last?.id}`), [])
        const bought = yield* running.events("?type=BOUGHT&type=AUTO_CANCELLED&limit=1000")
        assert.deepEqual(bought, ofType(all, "BOUGHT", "AUTO_CANCELLED").slice(0, 1_000))
      })
  )

  it.effect("come twice, late, out of order, and for purchases that another order has taken", () =>
    Effect.gen(function* () {
      const running = yield* busy
      const all = yield* allEvents(running)
      const times = all.map(({ occurredAt }) => occurredAt)
      assert.notDeepEqual(times, times.toSorted())
      const delayHours = ({ id, occurredAt }: Event) => (Number(id) / 1_000 - Date.parse(occurredAt)) / 3_600_000
      assert.isAbove(Math.max(...ofType(all, "READY_FOR_PROCESSING").map(delayHours)), 3)
      const filled = ofType(all, "FILLED_IN").map(({ order }) => order.checkoutForm.id)
      assert.isBelow(new Set(filled).size, filled.length)
      const listed = new Set((yield* allOrders(running)).map(({ id }) => id))
      const gone = ofType(all, "BOUGHT").filter(({ order }) => !listed.has(order.checkoutForm.id))
      assert.isNotEmpty(gone)
      const dead = gone[0]?.order.checkoutForm.id
      assert.deepEqual(codeOf(yield* running.get(`/order/checkout-forms/${dead}`)), [
        404,
        "CheckoutFormNotFoundException",
        `Checkout form with id ${dead} was not found`
      ])
      // The line items live on under their own ids.
      const items = (yield* allOrders(running)).flatMap(({ lineItems }) => lineItems)
      assert.include(JSON.stringify(items), textOf(gone[0]?.order.lineItems[0]?.id))
    })
  )

  it.effect("are forgotten after sixty days, and there are none of a seller without orders", () =>
    Effect.gen(function* () {
      const running = yield* start({ days: 70 })
      const [oldest] = yield* running.events("?limit=1")
      const age = noon - Number(oldest?.id) / 1_000
      assert.isAtMost(age, 60 * 24 * 3_600_000)
      assert.isAtLeast(age, 59 * 24 * 3_600_000)
      const { get } = yield* start({ ordersPerDay: 0 })
      assert.deepEqual((yield* get("/order/event-stats")).answer, {})
    })
  )

  it.effect("are refused with what the vendor does not know", () =>
    Effect.gen(function* () {
      const { get } = yield* start()
      for (const query of [
        "limit=0",
        "limit=1001",
        "from=2026-06-01T00:00:00Z",
        "type=BUYER_MODIFIED",
        "type[]=BOUGHT"
      ]) {
        assert.strictEqual((yield* get(`/order/events?${query}`)).status, 422, query)
      }
    })
  )
})

describe("orders", () => {
  it.effect("are listed newest first, whole and up to the ten-thousandth", () =>
    Effect.gen(function* () {
      const running = yield* start()
      const all = yield* allOrders(running)
      const { count, totalCount } = yield* running.orders("?limit=3")
      assert.deepEqual([count, totalCount], [3, all.length])
      const times = all.map((form) => Math.max(...timesIn(form)))
      assert.deepEqual(
        times,
        times.toSorted((a, b) => b - a)
      )
      const { answer } = yield* running.get(`/order/checkout-forms/${all[0]?.id}`)
      assert.deepEqual(answer, all[0])
      assert.deepEqual(codeOf(yield* running.get("/order/checkout-forms?offset=9950")), [
        422,
        "VALIDATION_ERROR",
        "Offset and limit parameters exceed maximal result size of 10000 items"
      ])
      assert.strictEqual((yield* running.get("/order/checkout-forms?offset=9900")).status, 200)
    })
  )

  it.effect("are chosen by every documented filter, and by none that does not exist", () =>
    Effect.gen(function* () {
      const running = yield* start()
      const all = yield* allOrders(running)
      const some = all[5]
      const given: ReadonlyArray<readonly [string, string]> = [
        ["status", textOf(some?.status)],
        ["buyer.login", textOf(Object(some?.buyer).login)],
        ["marketplace.id", "allegro-pl"],
        ["fulfillment.provider.id", "ALLEGRO"],
        ["fulfillment.shipmentSummary.lineItemsSent", "NONE"],
        ["fulfillment.status", "PICKED_UP"]
      ]
      for (const [name, value] of given) {
        const { checkoutForms, totalCount } = yield* running.orders(`?${new URLSearchParams({ [name]: value })}`)
        const fits = (form: unknown) =>
          name.split(".").reduce<unknown>((found, key) => Object(found)[key], form) === value
        assert.isTrue(checkoutForms.every(fits), name)
        assert.strictEqual(totalCount, all.filter(fits).length, name)
      }
      const from = "2026-06-10T00:00:00.000Z"
      const isLate = (form: unknown) => timesIn(form).some((at) => at >= Date.parse(from))
      const late = yield* running.orders(`?lineItems.boughtAt.gte=${from}&sort=lineItems.boughtAt`)
      assert.isTrue(late.checkoutForms.every(isLate))
      assert.strictEqual(late.totalCount, all.filter(isLate).length)
      for (const [query, status] of [
        ["createdAt.gte=2026-01-01T00:00:00Z", 422],
        ["limit=101", 422],
        ["offset=-1", 422],
        ["status=NEW", 400],
        ["updatedAt.gte=yesterday", 400],
        ["sort=createdAt", 400]
      ] as const) {
        assert.strictEqual((yield* running.get(`/order/checkout-forms?${query}`)).status, status, query)
      }
      assert.strictEqual((yield* running.get("/order/checkout-forms/17")).status, 422)
    })
  )

  it.effect("change as time passes, and a change of the fulfilment leaves their time and revision as they were", () =>
    Effect.gen(function* () {
      const running = yield* start()
      const before = new Map((yield* allOrders(running)).map((form) => [form.id, form]))
      const seen = (yield* allEvents(running)).length
      yield* TestClock.adjust("11 hours")
      const after = yield* allOrders(running)
      assert.isNotEmpty(after.filter(({ id }) => !before.has(id)))
      const silent = after.filter((form) => {
        const old = before.get(form.id)
        return old?.revision === form.revision && JSON.stringify(old) !== JSON.stringify(form)
      })
      assert.isNotEmpty(silent)
      for (const form of silent) assert.strictEqual(form.updatedAt, before.get(form.id)?.updatedAt)
      assert.isAbove((yield* allEvents(running)).length, seen)
    })
  )

  it.effect("are the same for the same seed, and stand still for five minutes", () =>
    Effect.gen(function* () {
      const first = yield* start()
      const all = yield* allOrders(first)
      yield* TestClock.adjust("299 seconds")
      assert.deepEqual(yield* allOrders(first), all)
      assert.deepEqual(yield* allOrders(yield* start()), all)
      assert.notDeepEqual(yield* allOrders(yield* start({ seed: 8 })), all)
    })
  )

  it.effect("are bought and changed by edits, with an event behind the last one", () =>
    Effect.gen(function* () {
      const { edit, events, get, state } = yield* start()
      const id = "00000000-0000-4000-8000-000000000001"
      const before = (yield* get("/order/event-stats")).answer.latestEvent
      yield* edit([{ collection: "orders", put: [{ id, note: { text: "first" } }] }])
      yield* edit([{ collection: "orders", put: [{ id, status: "CANCELLED" }] }])
      const { answer } = yield* get(`/order/checkout-forms/${id}`)
      assert.deepInclude(answer, { status: "CANCELLED", note: { text: "first" } })
      const own = yield* events(`?from=${Object(before).id}`)
      assert.deepEqual(
        own.map(({ order, type }) => [order.checkoutForm.id, type]),
        [
          [id, "READY_FOR_PROCESSING"],
          [id, "FULFILLMENT_STATUS_CHANGED"]
        ]
      )
      yield* edit([{ collection: "switches", put: [{ extraTotal: 5 }] }])
      assert.strictEqual(state.switches.extraTotal, 5)
    })
  )
})
