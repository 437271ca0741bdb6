/** The oddities of FinTablo's answers that clients must handle, one by one, over real HTTP. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { parts } from "./sandbox/Model.ts"
import { firstOf, refusalOf, start } from "./sandbox/TestClient.ts"

describe("FinTablo sandbox: answers", () => {
  it.effect("lists and single objects come in the same envelope, a deletion without items", () =>
    Effect.gen(function* () {
      const { call, items, stored } = yield* start
      assert.lengthOf(yield* items("/v1/partner"), 120)
      const created = yield* stored("POST", "/v1/partner", { name: "ООО «Новый»" })
      assert.deepInclude(created, { name: "ООО «Новый»", inn: null, groupId: null, comment: null })
      assert.deepStrictEqual(yield* items(`/v1/partner/${created.id}`), [created])
      const { http, answer } = yield* call("DELETE", `/v1/partner/${created.id}`)
      assert.deepStrictEqual([http, answer], [200, { status: 200 }])
    })
  )

  it.effect("a missing object is 422, a missing token 401, and every answer has a request id", () =>
    Effect.gen(function* () {
      const { call, refusal } = yield* start
      assert.deepStrictEqual(yield* refusal("GET", "/v1/partner/1"), refusalOf("No item found", 422))
      const { http, headers, answer } = yield* call("GET", "/v1/partner", undefined, "wrong")
      assert.deepStrictEqual({ http, answer }, refusalOf("Your request was made with invalid credentials.", 401))
      assert.isNotNull(headers.get("x-request-id"))
    })
  )

  it.effect("the 301st call within a minute is 429 without Retry-After, and the next minute is free", () =>
    Effect.gen(function* () {
      const { call, state } = yield* start
      state.switches.requestsPerMinute = 3
      for (const _ of [1, 2, 3]) assert.strictEqual((yield* call("GET", "/v1/job")).http, 200)
      const { http, headers, answer } = yield* call("GET", "/v1/job")
      assert.deepStrictEqual({ http, answer }, refusalOf("Too many requests", 429))
      assert.isNull(headers.get("retry-after"))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* call("GET", "/v1/job")).http, 200)
    })
  )

  it.effect("the same seed gives the same books", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* start, yield* start]
      assert.deepStrictEqual(one.state.items, other.state.items)
      assert.lengthOf(one.state.items.deal, 600)
    })
  )
})

describe("FinTablo sandbox: lists", () => {
  it.effect("transactions come by 50 unless asked, at most by 1000", () =>
    Effect.gen(function* () {
      const { items, state } = yield* start
      const total = state.items.transaction.length
      assert.lengthOf(yield* items("/v1/transaction"), 50)
      assert.lengthOf(yield* items("/v1/transaction?pageSize=5000"), 1000)
      assert.lengthOf(yield* items("/v1/transaction?pageSize=1000&page=2"), total - 1000)
      assert.lengthOf(yield* items("/v1/transaction?pageSize=1000&page=3"), 0)
    })
  )

  it.effect("deals come by 500 whatever the page size asked for", () =>
    Effect.gen(function* () {
      const { items } = yield* start
      assert.lengthOf(yield* items("/v1/deal?pageSize=1000"), 500)
      assert.lengthOf(yield* items("/v1/deal?page=2"), 100)
    })
  )

  it.effect("a list without paging ignores the page and repeats itself", () =>
    Effect.gen(function* () {
      const { items } = yield* start
      assert.deepStrictEqual(yield* items("/v1/partner?page=2&pageSize=10"), yield* items("/v1/partner"))
    })
  )

  it.effect("amortization pages count possessions and its rows have no id", () =>
    Effect.gen(function* () {
      const { items, state } = yield* start
      const rows = yield* items("/v1/amortization?pageSize=2")
      assert.deepStrictEqual(
        [...new Set(rows.map((row) => row.possessionId))],
        state.items.possession.slice(0, 2).map(({ id }) => id)
      )
      assert.isTrue(rows.length > 2 && rows.every((row) => !("id" in row)))
    })
  )

  it.effect("filters narrow a list by date, by substring and by a position's field", () =>
    Effect.gen(function* () {
      const { items, state } = yield* start
      const day = String(firstOf(state.items.obtaining).date)
      const dated = yield* items(`/v1/obtaining?dateFrom=${day}&dateTo=${day}`)
      assert.isTrue(dated.length > 0 && dated.every(({ date }) => date === day))
      const banquets = yield* items(`/v1/deal?name=${encodeURIComponent("банкет")}`)
      assert.isTrue(banquets.length > 0 && banquets.every(({ name }) => String(name).startsWith("Банкет")))
      const cooks = yield* items(`/v1/employees?post=${encodeURIComponent("Повар")}`)
      assert.isTrue(cooks.length > 0 && cooks.every(({ positions }) => firstOf(parts(positions)).post === "Повар"))
    })
  )

  it.effect("salaries show the current month unless another is named", () =>
    Effect.gen(function* () {
      const { items, state } = yield* start
      const rows = yield* items("/v1/salary")
      assert.lengthOf(rows, 50)
      assert.lengthOf(yield* items("/v1/salary?page=2"), 10)
      assert.isTrue(rows.every(({ date }) => date === state.currentMonth))
      assert.strictEqual(firstOf(yield* items("/v1/salary?date=11.1969")).date, "11.1969")
    })
  )

  it.effect("empty and partial faults give a valid envelope with fewer items", () =>
    Effect.gen(function* () {
      const { fault, items } = yield* start
      yield* fault({ path: "/v1/partner", mode: "empty", times: 1 })
      assert.lengthOf(yield* items("/v1/partner"), 0)
      yield* fault({ path: "/v1/partner", mode: "partial", keep: 7 })
      assert.lengthOf(yield* items("/v1/partner"), 7)
    })
  )
})

describe("FinTablo sandbox: shapes", () => {
  it.effect("an INN keeps its leading zero as text and loses it where it drifts to a number", () =>
    Effect.gen(function* () {
      const { items, state } = yield* start
      const { id, inn } = firstOf(state.items.partner, (partner) => String(partner.inn).startsWith("0"))
      assert.deepInclude(firstOf(yield* items(`/v1/partner/${id}`)), { inn })
      state.switches.drift.push("partner.inn")
      assert.deepInclude(firstOf(yield* items(`/v1/partner/${id}`)), { inn: Number(inn) })
    })
  )

  it.effect("drifts change one field's form: text, list, stray comma, missing key, null for a missing key", () =>
    Effect.gen(function* () {
      const { items, state } = yield* start
      state.switches.drift = [
        "job.directionId",
        "salary.totalPay",
        "amortization.possessionId",
        "moneybag-group.isBuiltIn",
        "transaction.value2"
      ]
      assert.isString(firstOf(yield* items("/v1/job")).directionId)
      assert.isArray(firstOf(yield* items("/v1/salary")).totalPay)
      assert.match(String(firstOf(yield* items("/v1/amortization")).possessionId), /^\d+,$/)
      assert.notProperty(firstOf(yield* items("/v1/moneybag-group")), "isBuiltIn")
      assert.deepInclude(firstOf(yield* items("/v1/transaction?group=income")), { value2: null })
    })
  )

  it.effect("a transfer lacks the keys of a deal, other transactions those of a transfer", () =>
    Effect.gen(function* () {
      const { items } = yield* start
      const [transfer] = yield* items("/v1/transaction?group=transfer")
      const [income] = yield* items("/v1/transaction?group=income")
      assert.notProperty(transfer, "dealId")
      assert.property(transfer, "value2")
      assert.notProperty(income, "value2")
      assert.property(income, "dealId")
    })
  )

  it.effect("parts of a split transaction are rows, or `subs` of their parent", () =>
    Effect.gen(function* () {
      const { items, state } = yield* start
      const { parentId } = firstOf(state.items.transaction, (row) => row.parentId !== null)
      const rows = yield* items(`/v1/transaction?parentId=${parentId}`)
      assert.lengthOf(rows, 2)
      state.switches.splitParts = "subs"
      assert.lengthOf(yield* items(`/v1/transaction?parentId=${parentId}`), 0)
      assert.deepStrictEqual(firstOf(yield* items(`/v1/transaction/${parentId}`)).subs, [...rows])
    })
  )
})
