/** FinTablo's handling of writes, one behaviour at a time, over real HTTP. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parts } from "./Model.ts"
import { decodeEnvelope, firstOf, refusalOf, start } from "./TestClient.ts"

describe("FinTablo sandbox: writes", () => {
  it.effect("a wrong date is 400 in a filter and 422 in a body, with obtaining's own exceptions", () =>
    Effect.gen(function* () {
      const { refusal, state } = yield* start
      const [deal, obtaining] = [firstOf(state.items.deal).id, firstOf(state.items.obtaining).id]
      const text = "Date format need is dd.mm.YYYY"
      assert.deepStrictEqual(
        yield* refusal("GET", "/v1/deal?startDateFrom=2026-01-31"),
        refusalOf("Required date format is dd.mm.YYYY", 400)
      )
      assert.deepStrictEqual(yield* refusal("PUT", `/v1/deal/${deal}`, { endDate: "31/01/2026" }), refusalOf(text, 422))
      assert.deepStrictEqual(yield* refusal("GET", "/v1/obtaining?dateTo=01.13.2026"), refusalOf(text, 400, 422))
      assert.deepStrictEqual(yield* refusal("PUT", `/v1/obtaining/${obtaining}`, { date: "tomorrow" }), {
        http: 422,
        answer: [{ status: 422, statusText: text }]
      })
    })
  )

  it.effect("wrong kinds, missing fields and unknown paths are refused in the vendor's words", () =>
    Effect.gen(function* () {
      const { refusal } = yield* start
      const cases: ReadonlyArray<readonly [string, string, unknown, string, number]> = [
        ["GET", "/v1/category?type=other", undefined, "Invalid type", 400],
        ["POST", "/v1/category", { name: "x", type: "operating", group: "other" }, "Invalid group", 400],
        ["POST", "/v1/partner", { inn: "1" }, "Required fields not exist", 400],
        ["POST", "/v1/partner", {}, "The request data is empty", 400],
        ["POST", "/v1/partner", { name: "x", groupId: 1 }, "The groupId is not found", 422],
        ["POST", "/v1/job", { name: "x", cost: "much" }, "Invalid cost value", 422],
        ["PUT", "/v1/partner", { name: "x" }, "ID is required", 400],
        ["POST", "/v1/salary", { name: "x" }, "Unknown method", 400],
        ["GET", "/v1/invoice", undefined, "Unknown method", 400]
      ]
      for (const [method, path, body, text, status] of cases) {
        assert.deepStrictEqual(yield* refusal(method, path, body), refusalOf(text, status), `${method} ${path}`)
      }
    })
  )

  it.effect("PUT changes what it names and ignores what it may not change", () =>
    Effect.gen(function* () {
      const { state, stored } = yield* start
      const { id, name } = firstOf(state.items.moneybag)
      const changed = yield* stored("PUT", `/v1/moneybag/${id}`, { currency: "USD", number: "42" })
      assert.deepInclude(changed, { id, name, currency: "RUB", number: "42" })
    })
  )

  it.effect("built-in items cannot be changed, related ones cannot be removed, directions nest once", () =>
    Effect.gen(function* () {
      const { refusal, state } = yield* start
      const builtIn = firstOf(state.items.category, ({ isBuiltIn }) => isBuiltIn === 1).id
      const { partnerId } = firstOf(state.items.transaction, (row) => row.partnerId !== null)
      const nested = firstOf(state.items.direction, ({ parentId }) => parentId !== null).id
      assert.deepStrictEqual(
        yield* refusal("PUT", `/v1/category/${builtIn}`, { name: "x" }),
        refusalOf("The item is built in", 422)
      )
      assert.deepStrictEqual(
        yield* refusal("DELETE", `/v1/partner/${partnerId}`),
        refusalOf("The item is related to others and cannot be removed", 422)
      )
      assert.deepStrictEqual(
        yield* refusal("POST", "/v1/direction", { name: "x", parentId: nested }),
        refusalOf("The item cannot be child of child item", 422)
      )
    })
  )

  it.effect("an employee is made from a partner that is never shown again", () =>
    Effect.gen(function* () {
      const { state, stored } = yield* start
      const { id: partnerId, name, inn } = firstOf(state.items.partner)
      const employee = yield* stored("POST", "/v1/employees", { partnerId, positions: [{ post: "Повар" }] })
      assert.deepInclude(employee, { name, inn })
      assert.notProperty(employee, "partnerId")
      assert.isNumber(firstOf(parts(employee.positions)).positionId)
    })
  )

  it.effect("an employee whose positions lack an id is refused and gone, unless switched off", () =>
    Effect.gen(function* () {
      const { refusal, state } = yield* start
      const [lost, kept] = state.items.employees.map(({ id }) => id)
      const body = { positions: [{ post: "Бармен" }] }
      assert.strictEqual((yield* refusal("PUT", `/v1/employees/${lost}`, body)).http, 400)
      assert.deepStrictEqual(yield* refusal("GET", `/v1/employees/${lost}`), refusalOf("No item found", 422))
      state.switches.employeePutRemoves = false
      assert.strictEqual((yield* refusal("PUT", `/v1/employees/${kept}`, body)).http, 400)
      assert.strictEqual((yield* refusal("GET", `/v1/employees/${kept}`)).http, 200)
    })
  )

  it.effect("a split keeps its parent, adds up, and is undone by unsplit", () =>
    Effect.gen(function* () {
      const { items, refusal, state, stored } = yield* start
      const categoryId = firstOf(state.items.category).id
      const moneybagId = firstOf(state.items.moneybag).id
      const body = { value: 100.3, group: "outcome", moneybagId, date: "05.03.2026" }
      const paid = yield* stored("POST", "/v1/transaction", { ...body, split: [{ value: 100.1 }, { value: 0.2 }] })
      assert.deepInclude(paid, { timestamp: 1772704800, factMonth: "03.2026", parentId: null })
      assert.lengthOf(yield* items(`/v1/transaction?parentId=${paid.id}`), 2)
      assert.deepStrictEqual(
        yield* refusal("POST", `/v1/transaction/${paid.id}/split`, { split: [{ value: 1 }] }),
        refusalOf("Invalid cost value", 422)
      )
      yield* stored("POST", `/v1/transaction/${paid.id}/unsplit`, { categoryId })
      assert.lengthOf(yield* items(`/v1/transaction?parentId=${paid.id}`), 0)
    })
  )

  it.effect("an outcome and an income merge into a transfer, which splits into two again", () =>
    Effect.gen(function* () {
      const { call, items, state, stored } = yield* start
      const [from, to] = state.items.moneybag.map(({ id }) => id)
      const pay = (group: string, moneybagId = 0) =>
        stored("POST", "/v1/transaction", { value: 50, group, moneybagId, date: "05.03.2026" })
      const [outcome, income] = [yield* pay("outcome", from), yield* pay("income", to)]
      const transfer = yield* stored("POST", `/v1/transaction/${outcome.id}/merge/${income.id}`)
      assert.deepInclude(transfer, { id: outcome.id, group: "transfer", value2: 50, moneybag2Id: to })
      const { answer } = yield* call("POST", `/v1/transaction/${outcome.id}/split-transfer`)
      assert.deepStrictEqual(
        decodeEnvelope(answer).items.map(({ group, moneybagId }) => [group, moneybagId]),
        [
          ["outcome", from],
          ["income", to]
        ]
      )
      assert.notProperty(firstOf(yield* items(`/v1/transaction/${outcome.id}`)), "value2")
    })
  )

  it.effect("a planned transaction becomes a fact on the day it is confirmed for", () =>
    Effect.gen(function* () {
      const { state, stored } = yield* start
      const plan = firstOf(state.items.transaction, ({ isPlan }) => isPlan === 1).id
      assert.deepInclude(yield* stored("POST", `/v1/transaction/${plan}/confirm`, { date: "01.02.2026" }), {
        isPlan: 0,
        date: "01.02.2026"
      })
    })
  )

  it.effect("a stage is added to its deal and may stand for it", () =>
    Effect.gen(function* () {
      const { state, stored } = yield* start
      const deal = firstOf(state.items.deal, (each) => parts(each.stages).length === 0).id
      const { stages } = yield* stored("POST", `/v1/deal/${deal}/add-stage`, { name: "Закрытие", amount: 10 })
      const stage = firstOf(parts(stages))
      assert.deepInclude(stage, { name: "Закрытие", amount: 10, endDate: null })
      const wage = { dealId: stage.id, employeeId: firstOf(state.items.employees).id, value: 1 }
      assert.deepInclude(yield* stored("POST", "/v1/deal-salary", wage), { dealId: stage.id })
    })
  )

  it.effect("another process edits lists and switches over HTTP", () =>
    Effect.gen(function* () {
      const { call, state } = yield* start
      const gone = firstOf(state.items.partner).id
      const changed = firstOf(state.items.partner, ({ id }) => id !== gone).id
      const { http } = yield* call("POST", "/_sandbox/data", [
        { collection: "partner", put: [{ id: changed, name: "Другой" }], remove: [{ id: gone }] },
        { collection: "switches", put: [{ splitParts: "subs" }] }
      ])
      assert.strictEqual(http, 200)
      assert.lengthOf(state.items.partner, 119)
      assert.deepInclude(firstOf(state.items.partner), { id: changed, name: "Другой" })
      assert.strictEqual(state.switches.splitParts, "subs")
    })
  )
})
