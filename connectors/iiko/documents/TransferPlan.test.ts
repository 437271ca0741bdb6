import { assert, describe, it } from "@effect/vitest"
import { BigDecimal } from "effect"
import { render } from "../../../core/reason/Reason.ts"
import type { Consumables } from "./Consumables.ts"
import type { Debt } from "./Debts.ts"
import { plan } from "./TransferPlan.ts"

const [bar, kitchen] = ["Бар (Мира)", "Кухня (Мира)"]
const stores = ["Хоз. товары (Мира)", bar, kitchen].map((name) => ({ id: name, name }))
const known: Consumables = {
  stores,
  products: [
    { id: "cups", name: "Стакан", hasUnit: true },
    { id: "lids", name: "Крышка", hasUnit: false }
  ],
  units: new Map([["шт", "piece"]])
}
const prefixes = { sourcePrefix: "Хоз. товары", targetPrefixes: ["Бар", "Кухня"] }

const owed = (account: string, product: string, amount: string, unit = "шт"): Debt => ({
  account,
  product,
  unit,
  amount: BigDecimal.fromStringUnsafe(amount)
})

const planOf = (...debts: ReadonlyArray<Debt>) => {
  const { transfers, unmatched } = plan(debts, known, prefixes)
  return {
    moved: transfers.flatMap(({ items, target }) =>
      items.map(({ amount, productId, unitId }) => [target.name, productId, amount, unitId])
    ),
    left: unmatched.map(({ products, restaurant }) => [
      restaurant,
      ...products.map(({ product, why }) => `${product}: ${render(why)}`)
    ])
  }
}

describe("which transfers settle what is owed", () => {
  it("a product that a store owes in two units is moved by neither, and told once", () => {
    const { left, moved } = planOf(
      owed(bar, "Стакан", "5"),
      owed(bar, "Стакан", "2", "уп"),
      owed(kitchen, "Стакан", "1"),
      owed(bar, "Крышка", "3")
    )
    assert.deepEqual(moved, [
      [bar, "lids", "3", "piece"],
      [kitchen, "cups", "1", undefined]
    ])
    assert.deepEqual(left, [["Мира", "Стакан: it is owed in several units"]])
  })

  it("a unit that nobody knows is told, unless the product has its own", () => {
    const { left, moved } = planOf(owed(bar, "Стакан", "5", "ящ"), owed(bar, "Крышка", "3", "ящ"))
    assert.deepEqual(moved, [[bar, "cups", "5", undefined]])
    assert.deepEqual(left, [["Мира", 'Крышка: it has no unit, and "ящ" is none']])
  })

  it("amounts keep their digits and lose what is behind them", () => {
    assert.deepEqual(planOf(owed(bar, "Стакан", "0.100")).moved, [[bar, "cups", "0.1", undefined]])
  })
})
