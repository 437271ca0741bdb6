/** Plans the transfers that settle the debts; products that cannot be matched are reported once per restaurant. */
import { BigDecimal, Result } from "effect"
import type { Reason } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import type { Consumables, Product } from "./Consumables.ts"
import type { Debt } from "./Debts.ts"
import type { Item } from "./Document.ts"
import { type Prefixes, pairStores, type SkippedRestaurant, type Store } from "./StorePairs.ts"

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

export interface UnmatchedProducts {
  readonly restaurant: string
  readonly products: ReadonlyArray<{ readonly product: string; readonly why: Reason }>
}

export interface TransferPlan {
  readonly transfers: ReadonlyArray<PlannedTransfer>
  readonly unmatched: ReadonlyArray<UnmatchedProducts>
  readonly skipped: ReadonlyArray<SkippedRestaurant>
}

/** An item, or the reason there is none. */
const itemOf = (
  { amount, product, unit }: Debt,
  named: ReadonlyArray<Product> | undefined,
  rows: number,
  units: ReadonlyMap<string, string>
): Result.Result<PlannedItem, Reason> => {
  const [found, ...more] = named ?? []
  if (found === undefined) return Result.fail(iiko("iiko.noProduct"))
  if (more.length > 0) return Result.fail(iiko("iiko.severalProducts", { count: more.length + 1 }))
  if (rows > 1) return Result.fail(iiko("iiko.severalUnits"))
  const item = { product, unit, productId: found.id, amount: BigDecimal.format(BigDecimal.normalize(amount)) }
  if (found.hasUnit) return Result.succeed(item)
  const unitId = units.get(unit)
  return unitId === undefined ? Result.fail(iiko("iiko.noUnit", { unit })) : Result.succeed({ ...item, unitId })
}

export const plan = (
  debts: ReadonlyArray<Debt>,
  { products, stores, units }: Consumables,
  prefixes: Prefixes
): TransferPlan => {
  const owed = Map.groupBy(debts, ({ account }) => account)
  const byName = Map.groupBy(products, ({ name }) => name)
  const { restaurants, skipped } = pairStores(stores, prefixes)
  const transfers: Array<PlannedTransfer> = []
  const unmatched: Array<UnmatchedProducts> = []
  for (const { name: restaurant, source, targets } of restaurants) {
    const without = new Map<string, Reason>()
    for (const target of targets) {
      const items: Array<PlannedItem> = []
      const rows = Map.groupBy(owed.get(target.name) ?? [], ({ product }) => product)
      for (const [product, own] of rows) {
        for (const debt of own.slice(0, 1)) {
          const item = itemOf(debt, byName.get(product), own.length, units)
          if (Result.isFailure(item)) without.set(product, item.failure)
          else items.push(item.success)
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
