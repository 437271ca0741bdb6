import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { current, difference, type StoppedProduct } from "./State.ts"
import { start, withDatabase, withStatementCount } from "./TestClient.ts"

const history = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ open: boolean }>`select ended_at is null as open from stoplist_history`
  return { open: rows.filter(({ open }) => open).length, closed: rows.filter(({ open }) => !open).length }
})

describe("a sync of the stop list", () => {
  it.effect("opens an interval for what is new and closes it for what is gone; without news it writes nothing", () =>
    Effect.gen(function* () {
      const { cloud, stopList } = yield* start
      const { answer: first, statements } = yield* withStatementCount(stopList)
      assert.deepInclude(first, { status: "ok", error: null, warnings: [], inserted: 7 })
      assert.deepEqual(yield* history, { open: 7, closed: 0 })
      assert.deepInclude(yield* stopList, { status: "ok", unchanged: 7, inserted: 0, updated: 0, deleted: 0 })
      const [gone] = cloud.stopList.splice(0, 1)
      const { answer: second, statements: later } = yield* withStatementCount(stopList)
      assert.deepInclude(second, { status: "ok", deleted: 1, unchanged: 6 })
      assert.deepEqual(yield* history, { open: 6, closed: 1 })
      // Statements for the shape of the tables and the schemas, and the load.
      assert.deepEqual([statements > later, later], [true, 3])
      if (gone !== undefined) cloud.stopList.push(gone)
      yield* stopList
      assert.deepEqual(yield* history, { open: 7, closed: 1 })
    }).pipe(withDatabase)
  )

  it.effect("ends everything when the list is empty, as it is every morning", () =>
    Effect.gen(function* () {
      const { cloud, stopList } = yield* start
      yield* stopList
      cloud.stopList.splice(0)
      assert.deepInclude(yield* stopList, { status: "ok", fetched: 0, deleted: 7, warnings: [] })
      assert.deepEqual(yield* history, { open: 0, closed: 7 })
      assert.deepEqual(yield* current("iiko"), [])
    }).pipe(withDatabase)
  )

  it.effect("ends nothing while one organisation is refused, left out or broken, and takes what is new", () =>
    Effect.gen(function* () {
      const { ask, cloud, clearFaults, fault, first, stopList } = yield* start
      yield* stopList
      const [hall, delivery] = cloud.terminalGroups.map(({ id }) => id)
      const [stopped] = cloud.stopList
      yield* ask("stop_lists/clear", { organizationId: first, terminalGroupId: hall })
      const add = { organizationId: first, terminalGroupId: delivery, items: [{ productId: stopped?.productId }] }
      yield* ask("stop_lists/add", add)
      const contentType = "application/json"
      const group = { terminalGroupId: hall }
      const broken = { terminalGroupStopLists: [{ organizationId: first, items: [group] }] }
      const faults = [
        { status: 400, body: '{"errorDescription":"Organization is not found"}', says: "answered 400" },
        { status: 200, body: '{"terminalGroupStopLists":[]}', says: "says nothing of organisation" },
        { status: 200, body: JSON.stringify(broken), says: "had no readable key" }
      ]
      for (const { body, says, status } of faults) {
        yield* fault({ path: "/api/1/stop_lists", mode: "status", status, body, contentType, times: 1 })
        const result = yield* stopList
        assert.deepInclude(result, { status: "warning", deleted: 0, error: null })
        assert.include(result.warnings.join(), says)
        assert.deepEqual((yield* history).closed, 0, says)
        yield* clearFaults
      }
      assert.deepInclude(yield* stopList, { status: "ok", deleted: 4 })
      assert.deepEqual(yield* history, { open: 4, closed: 4 })
    }).pipe(withDatabase)
  )

  it.effect("fails when no organisation answers, and keeps what is known", () =>
    Effect.gen(function* () {
      const { fault, stopList } = yield* start
      yield* stopList
      yield* fault({ path: "/api/1/stop_lists", mode: "status", status: 400, body: "{}" })
      const { error, status } = yield* stopList
      assert.strictEqual(status, "failed")
      assert.include(error, "iiko cloud: POST /api/1/stop_lists: answered 400")
      assert.deepEqual(yield* history, { open: 7, closed: 0 })
    }).pipe(withDatabase)
  )
})

describe("the present state", () => {
  it.effect("is told by one statement, with names, once for a product of a department", () =>
    Effect.gen(function* () {
      const { ask, cloud, first, state, stopList } = yield* start
      const [delivery] = cloud.terminalGroups.slice(1).map(({ id }) => id)
      const [stopped] = cloud.stopList
      const items = [{ productId: stopped?.productId, balance: 2 }]
      yield* ask("stop_lists/add", { organizationId: first, terminalGroupId: delivery, items })
      assert.deepInclude(yield* stopList, { inserted: 8, warnings: [] })
      const { answer, statements } = yield* withStatementCount(current("iiko"))
      assert.strictEqual(statements, 1)
      assert.lengthOf(answer, 7)
      const both = answer.filter(({ productId }) => productId === stopped?.productId)
      assert.sameMembers(
        both.map(({ department }) => department),
        ["Кафе на Мира", "Кафе на Гагарина"]
      )
      const department = state.corporateItems.find(({ name }) => name === "Кафе на Мира")
      const dish = state.products.find(({ id }) => id === stopped?.productId)
      assert.deepInclude(answer, {
        departmentId: department?.id ?? null,
        department: "Кафе на Мира",
        productId: dish?.id ?? "",
        product: dish?.name.trim() ?? null,
        balance: "0",
        since: "2026-03-04T21:47:15.120Z"
      })
    }).pipe(withDatabase)
  )

  const one = (departmentId: string, product: string, balance = "0"): StoppedProduct => ({
    departmentId,
    department: departmentId,
    productId: product,
    product,
    balance,
    since: "2026-03-05T10:00:00.000Z"
  })

  it("differs by what came and went in each department, sorted by name as people read it", () => {
    const before = [one("a", "Щи"), one("a", "ёрш"), one("b", "Борщ"), one("a", "Борщ", "3")]
    const after = [one("b", "Щи"), one("a", "Борщ", "1"), one("a", "Ёжик"), one("a", "ёрш")]
    assert.deepEqual(difference(before, after), {
      added: [one("a", "Ёжик"), one("b", "Щи")],
      gone: [one("b", "Борщ"), one("a", "Щи")],
      still: [one("a", "Борщ", "1"), one("a", "ёрш")]
    })
    assert.deepEqual(difference([], []), { added: [], gone: [], still: [] })
  })
})
