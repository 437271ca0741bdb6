import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { Actions } from "../../../core/actions/Actions.ts"
import { inTime } from "../../../test/actions/fixtures.ts"
import { remember, start, withDatabase, withStatementCount } from "./TestClient.ts"

const by = { trigger: "test", actor: "anna" }

const world = Effect.gen(function* () {
  const { services, ...vendor } = yield* start
  const built = yield* Layer.build(Actions.layer.pipe(Layer.provide(Layer.succeedContext(services))))
  const { run } = Context.get(built, Actions)
  return {
    ...vendor,
    run,
    stopList: (input: object = {}) => run("iiko.stop-list", input, by),
    report: (input: object = {}) => run("iiko.stop-list-report", input, by)
  }
})

/** A part of an action's data, as a program reads it. */
const names = (data: unknown, part: string): ReadonlyArray<string> =>
  Object(data)[part].map(({ department, product }: Record<string, string>) => `${product} · ${department}`)

describe("iiko.stop-list", () => {
  it.effect("reads the list and tells what is new, gone and still there, whatever its length, in five statements", () =>
    Effect.gen(function* () {
      const { ask, cloud, first, state, stopList } = yield* world
      assert.strictEqual((yield* stopList()).summary, "on the stop list: 7 new, 0 gone, 0 still there")
      const [hall, delivery] = cloud.terminalGroups.map(({ id }) => id)
      yield* ask("stop_lists/clear", { organizationId: first, terminalGroupId: hall })
      const goods = state.products.filter(({ deleted, type }) => type === "GOODS" && !deleted).slice(0, 40)
      const items = goods.map(({ id }) => ({ productId: id }))
      yield* ask("stop_lists/add", { organizationId: first, terminalGroupId: delivery, items })
      const { answer, statements } = yield* withStatementCount(stopList())
      assert.deepInclude(answer, {
        status: "ok",
        summary: "on the stop list: 40 new, 4 gone, 3 still there",
        items: [],
        notes: []
      })
      // The state before and after, and the sync: the shape of the tables and the schemas, and the load.
      assert.strictEqual(statements, 5)
      const collator = new Intl.Collator("ru")
      const expected = goods.map(({ name }) => name.trim()).toSorted(collator.compare)
      assert.deepEqual(
        names(answer.data, "added"),
        expected.map((name) => `${name} · Кафе на Мира`)
      )
      assert.lengthOf(names(answer.data, "gone"), 4)
      const again = yield* stopList({ refresh: false })
      assert.strictEqual(again.summary, "on the stop list: 0 new, 0 gone, 43 still there")
    }).pipe(withDatabase)
  )

  it.effect("says what it could not read anew, and tells what is known", () =>
    Effect.gen(function* () {
      const { cloud, stopList, sync } = yield* world
      yield* sync("stop_list")
      cloud.behaviour.failing = true
      const { data, notes, status } = yield* inTime(stopList())
      assert.strictEqual(status, "warning")
      assert.include(notes.join(), "iiko.stop_list is as it was before: iiko cloud: POST /api/1/")
      assert.lengthOf(names(data, "still"), 7)
    }).pipe(withDatabase)
  )
})

describe("iiko.stop-list-report", () => {
  it.effect("tells today in the chain's zone, the longest first, with a total; one statement", () =>
    Effect.gen(function* () {
      const { cloud, report, state, sync } = yield* world
      yield* sync("stop_list")
      const [hall = ""] = cloud.terminalGroups.map(({ id }) => id)
      const [soup, cake] = state.products.filter(({ deleted, type }) => type === "DISH" && !deleted)
      const day = { group: hall, from: "2026-03-05T06:30:00Z", to: "2026-03-05T08:00:00Z" }
      yield* remember([
        { ...day, product: soup?.id ?? "" },
        { ...day, product: cake?.id ?? "", to: null }
      ])
      const { answer, statements } = yield* withStatementCount(report())
      assert.strictEqual(statements, 1)
      const [soupName, cakeName] = [soup?.name.trim(), cake?.name.trim()]
      assert.deepInclude(answer, {
        status: "ok",
        summary: `on the stop list on 2026-03-05, 08:00 to 21:00: 2 products, the longest ${cakeName} (Кафе на Мира) for 3 h 30 min; 5 h in all`
      })
      assert.deepInclude(Object(answer.data), { date: "2026-03-05", from: "08:00", to: "21:00", totalMinutes: 300 })
      assert.deepEqual(names(answer.data, "lines"), [`${cakeName} · Кафе на Мира`, `${soupName} · Кафе на Мира`])
    }).pipe(withDatabase)
  )

  it.effect("has a calm word for a day without stops, and names a department that nobody knows", () =>
    Effect.gen(function* () {
      const { report, run, sync } = yield* world
      const early = yield* report()
      assert.strictEqual(early.status, "failed")
      assert.include(
        early.summary,
        `the stop list cannot be told, PostgreSQL: relation "stoplist_history" does not exist`
      )
      yield* sync("stop_list")
      const calm = yield* report({ date: "2026-03-01" })
      assert.deepInclude(calm, {
        status: "ok",
        summary: "nothing was on the stop list on 2026-03-01, 08:00 to 21:00"
      })
      const lost = yield* report({ department: "Кафе на Луне" })
      assert.deepInclude(lost, { status: "failed", summary: 'there is no department "Кафе на Луне"' })
      const { message } = yield* Effect.flip(run("iiko.stop-list-report", { date: "2026-02-30" }, by))
      assert.include(message, "date: expected a day such as 2026-03-05")
    }).pipe(withDatabase)
  )
})
