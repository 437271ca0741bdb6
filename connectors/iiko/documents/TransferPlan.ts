/** Which transfers settle what is owed; what cannot be matched is told once per restaurant. */
import { BigDecimal } from "effect"
import type { Consumables, Product } from "./Consumables.ts"
import type { Debt } from "./Debts.ts"
import type { Item } from "./Document.ts"
import { type Prefixes, pairs, type Skipped, type Store } from "./Pairs.ts"

export interface PlannedItem extends Item {
  /** For people. */
  readonly product: string
  readonly unit: string
}

export interface PlannedTransfer {
  readonly restaurant: string
  readonly source: Store
  readonly target: Store
  readonly items: ReadonlyArray<PlannedItem>
}

export interface Unmatched {
  readonly restaurant: string
  readonly products: ReadonlyArray<{ readonly product: string; readonly why: string }>
}

export interface TransferPlan {
  readonly transfers: ReadonlyArray<PlannedTransfer>
  readonly unmatched: ReadonlyArray<Unmatched>
  readonly skipped: ReadonlyArray<Skipped>
}

/** An item, or why there is none. */
const itemOf = (
  { amount, product, unit }: Debt,
  named: ReadonlyArray<Product> | undefined,
  rows: number,
  units: ReadonlyMap<string, string>
): PlannedItem | string => {
  const [found, ...more] = named ?? []
  if (found === undefined) return "there is no such product, or it is deleted"
  if (more.length > 0) return `there are ${more.length + 1} products of this name`
  if (rows > 1) return "it is owed in several units"
  const item = { product, unit, productId: found.id, amount: BigDecimal.format(BigDecimal.normalize(amount)) }
  if (found.hasUnit) return item
  const unitId = units.get(unit)
  return unitId === undefined ? `it has no unit, and "${unit}" is none` : { ...item, unitId }
}

export const plan = (
  debts: ReadonlyArray<Debt>,
  { products, stores, units }: Consumables,
  prefixes: Prefixes
): TransferPlan => {
  const owed = Map.groupBy(debts, ({ account }) => account)
  const byName = Map.groupBy(products, ({ name }) => name)
  const { restaurants, skipped } = pairs(stores, prefixes)
  const transfers: Array<PlannedTransfer> = []
  const unmatched: Array<Unmatched> = []
  for (const { name: restaurant, source, targets } of restaurants) {
    const without = new Map<string, string>()
    for (const target of targets) {
      const items: Array<PlannedItem> = []
      const rows = Map.groupBy(owed.get(target.name) ?? [], ({ product }) => product)
      for (const [product, own] of rows) {
        for (const debt of own.slice(0, 1)) {
          const item = itemOf(debt, byName.get(product), own.length, units)
          if (typeof item === "string") without.set(product, item)
          else items.push(item)
        }
      }
      items.sort((one, other) => one.product.localeCompare(other.product, "ru"))
      if (items.length > 0) transfers.push({ restaurant, source, target, items })
    }
    const products = [...without].map(([product, why]) => ({ product, why }))
    if (products.length > 0) unmatched.push({ restaurant, products })
  }
  return { transfers, unmatched, skipped }
}
