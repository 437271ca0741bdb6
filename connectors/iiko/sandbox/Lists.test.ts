import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { count, pluck, startAndLogIn, today } from "./TestClient.ts"

describe("JSON lists", () => {
  it.effect("reference lists come with deleted entries unless declined, for several root types at once", () =>
    Effect.gen(function* () {
      const { get, rows, state } = yield* startAndLogIn()
      const all = yield* rows("/v2/entities/list?rootType=MeasureUnit&rootType=OrderType")
      assert.deepStrictEqual([...new Set(pluck(all, "rootType"))], ["MeasureUnit", "OrderType"])
      assert.isTrue(pluck(all, "deleted").includes(true))
      const live = yield* rows("/v2/entities/list?rootType=MeasureUnit&includeDeleted=false")
      assert.isFalse(pluck(live, "deleted").includes(true))
      assert.notProperty(live[0], "revision")
      const accounts = yield* rows("/v2/entities/list?rootType=Account")
      assert.includeMembers(pluck(accounts, "name"), ["Бар (Мира)", "Списание бар"])
      assert.strictEqual(accounts.length, state.accounts.length)
      assert.strictEqual((yield* get("/v2/entities/list?rootType=Nothing")).status, 400)
    })
  )

  it.effect("revisionFrom is strictly greater", () =>
    Effect.gen(function* () {
      const { rows, state } = yield* startAndLogIn()
      const last = Math.max(...state.references.map(({ revision }) => revision))
      const at = (revision: number) => rows(`/v2/entities/list?rootType=TaxCategory&revisionFrom=${revision}`)
      assert.strictEqual((yield* at(last - 1)).length, 1)
      assert.deepStrictEqual(yield* at(last), [])
    })
  )

  it.effect(
    "products come without deleted ones by default, with trailing spaces, missing units and, on demand, a duplicate",
    () =>
      Effect.gen(function* () {
        const { rows, state } = yield* startAndLogIn()
        const live = yield* rows("/v2/entities/products/list")
        assert.strictEqual((yield* rows("/v2/entities/products/list?includeDeleted=true")).length, 2000)
        assert.isFalse(pluck(live, "deleted").includes(true))
        assert.isTrue(live.some(({ name }) => String(name).endsWith(" ")))
        assert.isTrue(live.some(({ mainUnit }) => mainUnit === null))
        state.behaviour.duplicateProduct = true
        const doubled = yield* rows("/v2/entities/products/list")
        assert.strictEqual(new Set(pluck(doubled, "id")).size, doubled.length - 1)
      })
  )

  it.effect("products are chosen by repeated parameters, by GET and by a form; an empty value means null", () =>
    Effect.gen(function* () {
      const { post, rows } = yield* startAndLogIn()
      const some = yield* rows("/v2/entities/products/list?nums=00001&nums=00002&includeDeleted=true")
      assert.deepStrictEqual(pluck(some, "num"), ["00001", "00002"])
      const form = yield* post(
        "/v2/entities/products/list",
        "nums=00003&includeDeleted=true",
        "application/x-www-form-urlencoded"
      )
      assert.deepStrictEqual(pluck(JSON.parse(form.text), "num"), ["00003"])
      const uncategorised = yield* rows("/v2/entities/products/list?types=GOODS&categoryIds=")
      assert.deepStrictEqual([...new Set(pluck(uncategorised, "category"))], [null])
    })
  )

  it.effect("what a version does not have yet is 404", () =>
    Effect.gen(function* () {
      const { get, state } = yield* startAndLogIn({ version: "9.1.2" })
      assert.strictEqual((yield* get("/v2/entities/TaxCategory/ids")).status, 200)
      state.behaviour.version = "7.9.2"
      assert.strictEqual((yield* get("/v2/entities/TaxCategory/ids")).status, 404)
      assert.strictEqual((yield* get(`/v2/documents/writeoff?dateFrom=${today}&dateTo=${today}`)).status, 404)
      assert.strictEqual((yield* get("/entities/products/list")).status, 404)
    })
  )
})

describe("XML lists", () => {
  it.effect("every employee has a boolean of its own name inside, and repeated siblings instead of lists", () =>
    Effect.gen(function* () {
      const { get, state } = yield* startAndLogIn()
      const { text } = yield* get("/employees?includeDeleted=true")
      assert.strictEqual(count(text, "<employee>true</employee>"), state.employees.length)
      assert.match(text, /<roleCodes>BAR<\/roleCodes><roleCodes>MNG<\/roleCodes>/)
      assert.match(text, /^<\?xml[^>]*standalone="yes"\?>\n<employees xmlns:xsi=/)
      assert.include(text, "<login/>")
      assert.include(text, "<note></note>")
      const people = state.employees.filter(({ code, deleted }) => code !== "" && !deleted)
      assert.strictEqual(people.length, 60)
    })
  )

  it.effect("suppliers have the employees' root, and a list may have one or no element", () =>
    Effect.gen(function* () {
      const { get, state } = yield* startAndLogIn()
      assert.match((yield* get("/suppliers")).text, /\n<employees><employee>.*<supplier>true<\/supplier>/s)
      state.suppliers.splice(1)
      assert.strictEqual(count((yield* get("/suppliers")).text, "<supplier>"), 1)
      state.suppliers.splice(0)
      assert.match((yield* get("/suppliers")).text, /\n<employees\/>$/)
    })
  )

  it.effect("departments are the whole tree, stores its leaves, and a removed node vanishes", () =>
    Effect.gen(function* () {
      const { get, state } = yield* startAndLogIn()
      const { text } = yield* get("/corporation/departments")
      for (const type of ["CORPORATION", "JURPERSON", "DEPARTMENT", "MANUFACTURE", "STORE"]) {
        assert.include(text, `<type>${type}</type>`)
      }
      assert.notInclude(text, "<deleted>")
      assert.strictEqual(count((yield* get("/corporation/stores")).text, "<corporateItemDto>"), 14)
      state.corporateItems.pop()
      assert.strictEqual(count((yield* get("/corporation/stores")).text, "<corporateItemDto>"), 13)
    })
  )

  it.effect("ids and names repeat at three depths of a group", () =>
    Effect.gen(function* () {
      const { get } = yield* startAndLogIn()
      const { text } = yield* get("/corporation/groups")
      const [first = ""] = text.split("</groupDto>")
      assert.isAbove(count(first, "<id>"), 3)
    })
  )
})

describe("assembly charts", () => {
  it.effect("dateTo is exclusive, prepared charts are null unless asked for, in either profile", () =>
    Effect.gen(function* () {
      const { get, json, state } = yield* startAndLogIn()
      assert.strictEqual((yield* get("/v2/assemblyCharts/getAll")).status, 400)
      const change = state.charts.find(({ dateTo }) => dateTo !== null)?.dateTo ?? ""
      const upTo = yield* json(`/v2/assemblyCharts/getAll?dateFrom=2025-01-01&dateTo=${change}`)
      assert.isFalse(pluck(upTo.assemblyCharts, "dateFrom").includes(change))
      assert.isNull(upTo.preparedCharts)
      const path = "/v2/assemblyCharts/getAll?dateFrom=2026-03-01&includePreparedCharts=true"
      assert.isNumber((yield* json(path)).preparedCharts[0].items[0].amount)
      state.behaviour.preparedItems = "amountOut"
      const [item] = (yield* json(path)).preparedCharts[0].items
      assert.notProperty(item, "amount")
      assert.isNumber(item.amountOut)
    })
  )

  it.effect("increments follow a known revision; an unknown one is answered with -1", () =>
    Effect.gen(function* () {
      const { json, state } = yield* startAndLogIn()
      const known = state.revision()
      assert.deepStrictEqual((yield* json(`/v2/assemblyCharts/getAllUpdate?knownRevision=${known}`)).assemblyCharts, [])
      const [chart] = state.charts
      if (chart) chart.revision = state.nextRevision()
      const update = yield* json(`/v2/assemblyCharts/getAllUpdate?knownRevision=${known}`)
      assert.strictEqual(update.assemblyCharts.length, 1)
      const stale = yield* json("/v2/assemblyCharts/getAllUpdate?knownRevision=999999")
      assert.deepInclude(stale, { knownRevision: -1, assemblyCharts: null })
    })
  )
})
