import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { withStatementCount } from "../stop-list/TestClient.ts"
import { withDistinctNames } from "./DistinctNames.ts"
import { isFar, isMore } from "./OnHand.ts"
import { scenario, service } from "./TestClient.ts"

describe("the stock on hand", () => {
  scenario("is what the balances said last, without a statement more, and unknown until they were read", (cafe) =>
    Effect.gen(function* () {
      const before = yield* cafe.writeoffs.stock(cafe.bar)
      assert.deepEqual([before.at, before.of(cafe.milk)], [null, undefined])
      yield* cafe.sync("stock_balance")
      const writeoffs = yield* service(cafe.sending)
      yield* writeoffs.stock(cafe.bar)
      yield* writeoffs.search("", { limit: 1 })
      const { answer: stock, statements } = yield* withStatementCount(writeoffs.stock(cafe.bar))
      assert.strictEqual(statements, 0)
      assert.isNotNull(stock.at)
      assert.strictEqual(Number(stock.of(cafe.milk)), cafe.stock(cafe.bar, cafe.milk))
      const inStock = new Set(
        cafe.state.balances.filter(({ store }) => store === cafe.bar).map(({ product }) => product)
      )
      const missing = cafe.state.products.find((one) => one.type === "GOODS" && !one.deleted && !inStock.has(one.id))
      if (missing !== undefined) assert.strictEqual(stock.of(missing.id), "0")
      const dish = cafe.state.products.find((one) => one.type === "DISH" && !one.deleted && !inStock.has(one.id))
      assert.isUndefined(stock.of(dish?.id ?? ""))
    })
  )

  scenario("tells its age once it is older than is declared, by default a day and two hours", (cafe) =>
    Effect.gen(function* () {
      yield* cafe.sync("stock_balance")
      // The database has its own clock.
      const now = DateTime.formatIso(yield* DateTime.now)
      yield* cafe.sql`update tributary.sync_log set started_at = ${now}::timestamptz`
      const agesOf = Effect.fnUntraced(function* (options: Parameters<typeof service>[0]) {
        const writeoffs = yield* service(options)
        return Effect.map(writeoffs.stock(cafe.bar), ({ age }) => (age === null ? null : Duration.toHours(age)))
      })
      const byDefault = yield* agesOf(cafe.sending)
      const declared = yield* agesOf({ ...cafe.sending, stockStaleAfter: Duration.hours(2) })
      const both = Effect.all([byDefault, declared])
      assert.deepEqual(yield* both, [null, null])
      yield* TestClock.adjust("2 hours")
      assert.deepEqual(yield* both, [null, null])
      yield* TestClock.adjust("1 hour")
      assert.deepEqual(yield* both, [null, 3])
      yield* TestClock.adjust("24 hours")
      assert.deepEqual(yield* both, [27, 27])
    })
  )

  scenario("is as old as the run that brought it, whatever runs came to nothing since", (cafe) =>
    Effect.gen(function* () {
      yield* cafe.sync("stock_balance")
      const at = yield* Effect.flatMap(service(cafe.sending), ({ stock }) =>
        Effect.map(stock(cafe.bar), (now) => now.at)
      )
      yield* cafe.sql`
        insert into tributary.sync_log (connector, entity, trigger, status, fetched, started_at)
        select connector, entity, trigger, s.status, s.fetched, started_at + interval '1 hour'
        from tributary.sync_log, (values ('failed', 10), ('skipped', 0), ('running', 10), ('warning', 0)) as s(status, fetched)
        where entity = 'stock_balance'`
      const stock = yield* Effect.flatMap(service(cafe.sending), ({ stock }) => stock(cafe.bar))
      assert.isNotNull(at)
      assert.deepEqual(stock.at, at)
    })
  )

  it("is far exceeded by more than twice of it, and by more than a thousand where nobody knows it", () => {
    const far = [isFar("20.1", "10"), isFar("1", "0"), isFar("1", "-3"), isFar("1000000", undefined)]
    const near = [isFar("20", "10"), isFar("1000", undefined), isMore("10", "10"), isMore("5", undefined)]
    assert.deepEqual([far, near, isMore("10.1", "10")], [Array(4).fill(true), Array(4).fill(false), true])
  })
})

describe("products of one name", () => {
  const named = (...products: ReadonlyArray<Partial<Parameters<typeof withDistinctNames>[0][number]>>) =>
    withDistinctNames(
      products.map((product, at) => ({
        id: `id-00000${at}`,
        name: "Молоко",
        type: "GOODS",
        unit: "л",
        num: null,
        code: null,
        group: null,
        ...product
      }))
    ).map(({ name }) => name)

  it("are told apart by article, else code, else group, else unit, and others keep their names", () => {
    assert.deepEqual(named({ num: "01" }, { num: "02" }, { name: "Сок" }), ["Молоко (01)", "Молоко (02)", "Сок"])
    assert.deepEqual(named({ num: "01", code: "7" }, { num: "01", code: "8", name: "молоко" }), [
      "Молоко (7)",
      "молоко (8)"
    ])
    assert.deepEqual(named({ num: "1", group: "Бар" }, { group: "Кухня" }), ["Молоко (Бар)", "Молоко (Кухня)"])
    assert.deepEqual(named({}, { unit: "кг" }), ["Молоко (л)", "Молоко (кг)"])
    assert.deepEqual(named({}, {}), ["Молоко (000000)", "Молоко (000001)"])
    const [one, other] = ["6f96-d011-00c04fc964ff", "6f97-d011-00c04fc964ff"]
    assert.deepEqual(named({ id: one }, { id: other }), ["Молоко (6f96-d01)", "Молоко (6f97-d01)"])
  })

  it("stay apart in a list that is narrow, and from what is called like one of them", () => {
    const long = "Алкогольные напитки импортные"
    assert.deepEqual(named({ group: `${long} (1)` }, { group: "Бар (Мира)" }, { group: `${long} (2)` }), [
      "Молоко (000000)",
      "Молоко (000001)",
      "Молоко (000002)"
    ])
    assert.deepEqual(named({ group: "Бар (Мира)" }, { group: "Кухня" }), ["Молоко (Бар Мира)", "Молоко (Кухня)"])
    const names = named({ num: "1" }, { num: "2" }, { name: "молоко (1)", num: "3" })
    assert.lengthOf(new Set(names), 3)
    assert.deepEqual(names, ["Молоко (1) (1)", "молоко (1) (3)", "Молоко (2)"])
  })
})
