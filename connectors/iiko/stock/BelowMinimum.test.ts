import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Schema } from "effect"
import { start, withDatabase } from "../documents/TestClient.ts"
import { withStatementCount } from "../stop-list/TestClient.ts"

const Data = Schema.Struct({
  departments: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      name: Schema.String,
      products: Schema.Array(
        Schema.Struct({
          id: Schema.String,
          name: Schema.String,
          unit: Schema.NullOr(Schema.String),
          stock: Schema.String,
          minimum: Schema.String,
          maximum: Schema.NullOr(Schema.String),
          deficit: Schema.String
        })
      )
    })
  )
})
const decodeData = Schema.decodeUnknownEffect(Data)

/** Levels of four products in one café, whose two stores hold them together. */
const prepare = Effect.gen(function* () {
  const world = yield* start()
  const { sql, state } = world
  const department = (name: string) => state.corporateItems.find((item) => item.name === name)?.id ?? ""
  const cafe = department("Кафе на Мира")
  const living = state.products.filter(
    ({ deleted, mainUnit, type }) => type === "GOODS" && !deleted && mainUnit !== null
  )
  const [milk, salt, flour, gone] = living.map(({ id }) => id)
  const [bar, kitchen] = [world.store("Бар (Мира)"), world.store("Кухня (Мира)")]
  const chosen = new Set([milk, salt, flour, gone])
  const own = new Set(state.corporateItems.filter(({ parentId }) => parentId === cafe).map(({ id }) => id))
  const others = state.balances.filter((row) => !(own.has(row.store) && chosen.has(row.product)))
  const setStock = (rows: ReadonlyArray<readonly [string, string | undefined, number]>) => {
    const stock = rows.map(([store, product = "", amount]) => ({ store, product, amount, sum: 1 }))
    state.balances.splice(0, state.balances.length, ...others, ...stock)
  }
  yield* sql`
    create table min_stock_level (product_id uuid, department_id uuid, min_level numeric, max_level numeric)`
  const level = (product: string | undefined, minimum: string, maximum: string | null, of = cafe) =>
    sql`insert into min_stock_level values (${product ?? ""}::uuid, ${of}::uuid, ${minimum}::numeric, ${maximum}::numeric)`
  yield* level(milk, "10", "20")
  yield* level(salt, "2.50", null)
  yield* level(flour, "100", "200")
  yield* level(gone, "5", "6")
  const removed = state.products.find(({ id }) => id === gone)
  if (removed !== undefined) removed.deleted = true
  setStock([
    [bar, milk, 4],
    [kitchen, milk, 5],
    [bar, salt, 0.5],
    [kitchen, flour, 120]
  ])
  const found = (input: object = {}) =>
    Effect.flatMap(world.run("below-minimum", input), ({ data }) => decodeData(data))
  const names = (ids: ReadonlyArray<string | undefined>) =>
    ids.map((id) => state.products.find((product) => product.id === id)?.name.trim())
  return { ...world, bar, cafe, department, found, level, names, milk, salt, flour, kitchen, setStock }
})

const scenario = (name: string, test: (world: Effect.Success<typeof prepare>) => Effect.Effect<void, unknown>) =>
  it.effect(name, () => withDatabase(Effect.flatMap(prepare, test)).pipe(Effect.provide(Logger.layer([]))))

describe("below-minimum", () => {
  scenario("adds up all stores of a department and begins with what lacks most of its minimum", (world) =>
    Effect.gen(function* () {
      const { departments } = yield* world.found()
      assert.deepEqual(
        departments.map(({ id, name }) => [id, name]),
        [[world.cafe, "Кафе на Мира"]]
      )
      const products = departments[0]?.products ?? []
      assert.deepEqual(
        products.map(({ name }) => name),
        world.names([world.salt, world.milk])
      )
      assert.deepInclude(products[0], { stock: "0.5", minimum: "2.5", maximum: null, deficit: "2" })
      assert.deepInclude(products[1], { stock: "9", minimum: "10", maximum: "20", deficit: "1" })
      assert.isString(products[0]?.unit)
    })
  )

  scenario("counts a product that lies nowhere as none, and what is owed as less", (world) =>
    Effect.gen(function* () {
      world.setStock([[world.kitchen, world.milk, -3]])
      const { departments } = yield* world.found()
      const stocks = (departments[0]?.products ?? []).map(({ deficit, stock }) => [stock, deficit])
      assert.deepEqual(stocks, [
        ["-3", "13"],
        ["0", "100"],
        ["0", "2.5"]
      ])
    })
  )

  scenario("reads products and balances first, at once, and asks the database for the rest once", (world) =>
    Effect.gen(function* () {
      yield* world.clearRequests
      yield* world.found()
      const asked = (yield* world.requests).map(({ path }) => path.replace("/resto/api", ""))
      assert.sameMembers(asked, ["/v2/entities/products/list", "/v2/reports/balance/stores"])
      const { statements } = yield* withStatementCount(world.run("below-minimum", { refresh: false }))
      assert.strictEqual(statements, 1)
    })
  )

  scenario("tells by name or id of one department, and how old the stock is when it cannot be read", (world) =>
    Effect.gen(function* () {
      const other = world.department("Кафе на Гагарина")
      yield* world.level(world.milk, "100000", null, other)
      const ofDepartment = (department: string) =>
        Effect.map(world.found({ department }), ({ departments }) => departments.map(({ id }) => id))
      assert.deepEqual(yield* ofDepartment("Кафе на Мира"), [world.cafe])
      assert.deepEqual(yield* ofDepartment(other), [other])
      assert.deepEqual(yield* ofDepartment("Кафе"), [])
      yield* world.fault({ path: "*/balance/stores", mode: "html", times: 9 })
      const ran = yield* world.run("below-minimum")
      assert.strictEqual(ran.status, "warning")
      assert.match(ran.notes.join(), /iiko\.stock_balance is as it was before: .*HTML/)
    })
  )

  scenario("says what to do when there are no levels", (world) =>
    Effect.gen(function* () {
      yield* world.sql`drop table min_stock_level`
      const ran = yield* world.run("below-minimum")
      assert.strictEqual(ran.status, "failed")
      assert.match(ran.summary, /sync them first: .*min_stock_level/)
    })
  )
})
