import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { startAndLogIn, today } from "../TestClient.ts"

const report =
  "/reports/olap?report=TRANSACTIONS&from=05.03.2026&to=05.03.2026&groupRow=Account.Name&groupRow=Product.TopParent" +
  "&groupRow=Product.Name&groupRow=Product.MeasureUnit&agr=FinalBalance.Amount&agr=FinalBalance.Money"

/** The rows of consumables in the report of balances by account. */
const rowsOf = (xml: string) =>
  [
    ...xml.matchAll(
      /<r><Account.Name>([^<]*)<\/Account.Name><Product.TopParent>Расходные материалы<\/Product.TopParent><Product.Name>([^<]*)<\/Product.Name><Product.MeasureUnit>([^<]*)<\/Product.MeasureUnit><FinalBalance.Amount>([^<]*)<\/FinalBalance.Amount>/g
    )
  ].map(([, account = "", product = "", unit = "", amount = ""]) => ({
    account,
    product,
    unit,
    amount: Number(amount)
  }))

describe("consumables", () => {
  it.effect("are owed by every bar and kitchen, also by one without a store of supplies", () =>
    Effect.gen(function* () {
      const { get, state } = yield* startAndLogIn()
      const rows = rowsOf((yield* get(report)).text)
      const stores = state.corporateItems.filter(({ type }) => type === "STORE").map(({ name }) => name)
      const targets = stores.filter((name) => /^(Бар|Кухня) \(/.test(name))
      assert.lengthOf(targets, 7)
      for (const target of targets) {
        assert.isAbove(rows.filter(({ account, amount }) => account === target && amount < 0).length, 3, target)
      }
      assert.lengthOf(
        stores.filter((name) => name.startsWith("Хоз. товары (")),
        3
      )
      assert.notInclude(stores, "Хоз. товары (Цех)")
    })
  )

  it.effect("have names with spaces, of two products, of a deleted one, and units that the list does not know", () =>
    Effect.gen(function* () {
      const { get, rows, state } = yield* startAndLogIn()
      const listed = yield* rows("/v2/entities/products/list")
      const byName = (name: string) => listed.filter((product) => String(product.name).trim() === name)
      const owed = rowsOf((yield* get(report)).text).filter(
        ({ account, amount }) => account === "Бар (Мира)" && amount < 0
      )
      const matched = owed.map((row) => ({ ...row, found: byName(row.product) }))
      assert.isTrue(matched.every(({ product }) => product === product.trim()))
      assert.isTrue(matched.some(({ found }) => found.some(({ name }) => String(name).endsWith("  "))))
      assert.deepStrictEqual(
        matched.filter(({ found }) => found.length > 1).map(({ product, found }) => [product, found.length]),
        [["Скотч упаковочный", 2]]
      )
      assert.isTrue(
        matched.some(({ found, unit }) => found.length === 1 && found[0]?.mainUnit === null && unit === "шт")
      )
      const nameless = matched.filter(({ found }) => found.length === 0).map(({ product }) => product)
      assert.isNotEmpty(nameless)
      for (const name of nameless)
        assert.isTrue(state.products.some((each) => each.name.trim() === name && each.deleted))
    })
  )

  it.effect("moved into a bar by a transfer leave its debt at once, in balances and in OLAP", () =>
    Effect.gen(function* () {
      const { get, json, rows, state } = yield* startAndLogIn()
      const storeId = (name: string) => state.corporateItems.find((store) => store.name === name)?.id ?? ""
      const [source, target] = [storeId("Хоз. товары (Мира)"), storeId("Бар (Мира)")]
      const names = new Map(state.products.map(({ id, name }) => [id, name.trim()]))
      const owed = state.balances.filter(
        ({ store, product, amount }) =>
          store === target && amount < 0 && !names.get(product)?.startsWith("Скотч") && amount !== 0
      )
      const transfer = {
        dateIncoming: `${today}T12:00`,
        documentNumber: "evening",
        storeFromId: source,
        storeToId: target,
        items: owed.map(({ amount, product }) => ({ productId: product, amount: -amount }))
      }
      const balances = Effect.map(
        rows(`/v2/reports/balance/stores?timestamp=${today}T12:00:00&store=${target}`),
        (found) => found.filter(({ product }) => owed.some((row) => row.product === product && row.amount < 0))
      )
      const debts = Effect.map(get(report), ({ text }) =>
        rowsOf(text).filter(
          ({ account, amount, product }) => account === "Бар (Мира)" && amount < 0 && product !== "Скотч упаковочный"
        )
      )
      const before = [(yield* balances).length, (yield* debts).length]
      yield* json("/v2/documents/internalTransfer", { ...transfer, status: "NEW" })
      assert.deepStrictEqual([(yield* balances).length, (yield* debts).length], before)
      yield* json("/v2/documents/internalTransfer", { ...transfer, status: "PROCESSED" })
      assert.deepStrictEqual(yield* balances, [])
      assert.deepStrictEqual(yield* debts, [])
    })
  )

  it.effect("have 142 accounts around them, of which a bar and a kitchen find their own few", () =>
    Effect.gen(function* () {
      const { rows } = yield* startAndLogIn()
      const accounts = yield* rows("/v2/entities/accounts/list?includeDeleted=true")
      assert.isAtLeast(accounts.length, 142)
      for (const type of ["бар", "кухня"]) {
        const own = accounts.filter(({ name }) => /списание/i.test(String(name)) && String(name).includes(type))
        assert.isTrue(own.length >= 3 && own.length <= 5, type)
      }
    })
  )
})
