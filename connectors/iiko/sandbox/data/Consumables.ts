/** Difficult cases for a transfer of consumables, in the stock of every seed. */
import type { Product, ProductGroup } from "../Model.ts"

export const consumableGroups = (groups: ReadonlyArray<ProductGroup>): ReadonlySet<string> => {
  const top = groups.find(({ name }) => name === "Расходные материалы")?.id
  return new Set(groups.filter(({ parent }) => parent === top).map(({ id }) => id))
}

/** By position among the consumables: the same bar or kitchen owes every twelfth, and these are the first bar's. */
const oddities: Readonly<Record<number, (named: string) => Partial<Product>>> = {
  0: (name) => ({ name: `${name}  ` }),
  12: () => ({ mainUnit: null }),
  24: () => ({ name: "Скотч упаковочный" }),
  36: () => ({ name: "Скотч упаковочный " }),
  48: () => ({ deleted: true })
}

/** Spaces after a name, no unit, two products with one name, and a deleted one that is owed. */
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
