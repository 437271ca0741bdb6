/** What a transfer of consumables has to cope with, in the stock of every seed. */
import type { Product, ProductGroup } from "../Model.ts"

export const consumableGroups = (groups: ReadonlyArray<ProductGroup>): ReadonlySet<string> => {
  const top = groups.find(({ name }) => name === "Расходные материалы")?.id
  return new Set(groups.filter(({ parent }) => parent === top).map(({ id }) => id))
}

/** By place among the consumables; every twelfth is owed by one and the same bar or kitchen, these by the first bar. */
const oddities: Readonly<Record<number, (named: string) => Partial<Product>>> = {
  0: (name) => ({ name: `${name}  ` }),
  12: () => ({ mainUnit: null }),
  24: () => ({ name: "Скотч упаковочный" }),
  36: () => ({ name: "Скотч упаковочный " }),
  48: () => ({ deleted: true })
}

/** Spaces after a name, no unit, two products of one name, and one that is deleted but owed. */
export const withOddConsumables = (
  products: ReadonlyArray<Product>,
  groups: ReadonlySet<string>
): ReadonlyArray<Product> => {
  let place = -1
  return products.map((product) => {
    if (!groups.has(product.parent ?? "")) return product
    place++
    const oddity = oddities[place]?.(product.name.trim())
    return oddity === undefined ? product : { ...product, deleted: false, ...oddity }
  })
}
