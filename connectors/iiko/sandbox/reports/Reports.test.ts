import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { count, pluck, startAndLogIn, today } from "../TestClient.ts"

describe("balances", () => {
  it.effect("need a timestamp; a date alone misses the day's own postings", () =>
    Effect.gen(function* () {
      const { get, rows, state } = yield* startAndLogIn()
      assert.strictEqual((yield* get("/v2/reports/balance/stores")).status, 400)
      assert.strictEqual((yield* get("/v2/reports/balance/stores?timestamp=05.03.2026")).status, 400)
      const [posting] = state.postings.filter(({ at }) => at.startsWith(today))
      assert.isDefined(posting)
      const amountAt = (timestamp: string) =>
        rows(
          `/v2/reports/balance/stores?timestamp=${timestamp}&store=${posting?.store}&product=${posting?.product}`
        ).pipe(Effect.map(([row]) => row?.amount))
      assert.notStrictEqual(yield* amountAt(today), yield* amountAt(`${today}T23:59:59`))
    })
  )

  it.effect("have negative rows and sums that contradict their amounts", () =>
    Effect.gen(function* () {
      const { state } = yield* startAndLogIn()
      assert.isAtLeast(state.balances.length, 3000)
      assert.isTrue(state.balances.some(({ amount }) => amount < 0))
      assert.isTrue(state.balances.some(({ amount, sum }) => amount * sum < 0))
      assert.isTrue(state.balances.some(({ amount, sum }) => amount !== 0 && sum === 0))
    })
  )
})

describe("OLAP", () => {
  const v1 = (rest: string) => `/reports/olap?report=TRANSACTIONS&from=05.03.2026&to=05.03.2026&${rest}`

  it.effect("v1 answers dotted element names with trimmed product names, and takes only dd.MM.yyyy", () =>
    Effect.gen(function* () {
      const { get } = yield* startAndLogIn()
      const { text } = yield* get(v1("groupRow=Account.Name&groupRow=Product.Name&agr=FinalBalance.Amount"))
      assert.match(text, /<r><Account\.Name>Бар \(Мира\)<\/Account\.Name><Product\.Name>[^<]+<\/Product\.Name><Final/)
      assert.notMatch(text, / <\/Product\.Name>/)
      assert.strictEqual((yield* get("/reports/olap?report=SALES&from=2026-03-05&to=2026-03-05")).status, 400)
      assert.strictEqual(
        (yield* get(v1("groupRow=Nope"))).text,
        "java.lang.IllegalArgumentException: Unknown OLAP field 'Nope'"
      )
    })
  )

  it.effect("v1 adds a summary row up to 9.1.1, and `to` can be made exclusive", () =>
    Effect.gen(function* () {
      const { get, state } = yield* startAndLogIn()
      const path = v1("groupRow=Account.Type&agr=Amount.In")
      assert.strictEqual(count((yield* get(path)).text, "<r>"), 1)
      state.behaviour.version = "9.1.1"
      assert.strictEqual(count((yield* get(path)).text, "<r>"), 2)
      assert.strictEqual(count((yield* get(`${path}&summary=false`)).text, "<r>"), 1)
      state.behaviour.olapToExclusive = true
      assert.match((yield* get(`${path}&summary=false`)).text, /<rows\/>$/)
    })
  )

  const day = (rest: object = {}) => ({
    "OpenDate.Typed": { filterType: "DateRange", periodType: "CUSTOM", from: today, to: "2026-03-06", ...rest }
  })
  const sales = { reportType: "SALES", groupByRowFields: ["PayTypes"], aggregateFields: ["DishDiscountSumInt"] }

  it.effect("v2 demands a date filter with an exclusive end, and groups may be null", () =>
    Effect.gen(function* () {
      const { json, post } = yield* startAndLogIn()
      assert.strictEqual((yield* post("/v2/reports/olap", JSON.stringify(sales))).status, 400)
      const { data, summary } = yield* json("/v2/reports/olap", { ...sales, filters: day({ from: "2026-02-05" }) })
      assert.include(pluck(data, "PayTypes"), null)
      assert.deepStrictEqual(summary, [])
      const query = { ...sales, groupByRowFields: ["OpenDate.Typed"] }
      const exclusive = yield* json("/v2/reports/olap", { ...query, filters: day({ from: "2026-03-04", to: today }) })
      assert.deepStrictEqual(pluck(exclusive.data, "OpenDate.Typed"), ["2026-03-04"])
      const filters = day({ from: "2026-03-04", to: today, includeHigh: true })
      const inclusive = yield* json("/v2/reports/olap", { ...query, filters })
      assert.strictEqual(inclusive.data.length, 2)
    })
  )

  it.effect("v2 sums up, filters values, and nests columns", () =>
    Effect.gen(function* () {
      const { json } = yield* startAndLogIn()
      const cash = { PayTypes: { filterType: "IncludeValues", values: ["Наличные"] } }
      const filtered = yield* json("/v2/reports/olap", {
        ...sales,
        filters: { ...day(), ...cash },
        buildSummary: "true"
      })
      assert.deepStrictEqual(pluck(filtered.data, "PayTypes"), ["Наличные"])
      assert.deepStrictEqual(filtered.summary, [[{}, { DishDiscountSumInt: filtered.data[0].DishDiscountSumInt }]])
      const columns = { ...sales, groupByRowFields: ["Department"], groupByColFields: ["PayTypes"], filters: day() }
      const nested = yield* json("/v2/reports/olap", columns)
      assert.isNumber(nested.data[0].DishDiscountSumInt.Наличные)
    })
  )

  it.effect("what /columns allows is what a report accepts", () =>
    Effect.gen(function* () {
      const { json, post } = yield* startAndLogIn()
      const columns = yield* json("/v2/reports/olap/columns?reportType=TRANSACTIONS")
      assert.isFalse(columns["FinalBalance.Amount"].filteringAllowed)
      const dates = { filterType: "DateRange", from: today, to: today }
      const filters = { "DateTime.DateTyped": dates, "FinalBalance.Amount": { filterType: "Range", from: 0, to: 1 } }
      const refused = yield* post("/v2/reports/olap", JSON.stringify({ reportType: "TRANSACTIONS", filters }))
      assert.deepInclude(refused, { status: 400, text: "Filtering is not allowed for field FinalBalance.Amount" })
    })
  )

  it.effect("presets run by id, except the one that answers 409", () =>
    Effect.gen(function* () {
      const { get, json, rows } = yield* startAndLogIn()
      const ids = pluck(yield* rows("/v2/reports/olap/presets"), "id")
      const path = (id: unknown) =>
        `/v2/reports/olap/byPresetId/${id}?dateFrom=${today}T00:00:00&dateTo=2026-03-06T00:00:00`
      assert.isNotEmpty((yield* json(path(ids[0]))).data)
      assert.strictEqual((yield* get(path(ids[2]))).status, 409)
    })
  )
})
