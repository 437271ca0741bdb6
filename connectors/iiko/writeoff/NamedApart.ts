/** Products that are called the same, by what tells them apart: the article, else the code, the group, the unit or the id. */
import { folded, type Product } from "./ProductSearch.ts"

export interface Listed extends Product {
  readonly num: string | null
  readonly code: string | null
  readonly group: string | null
}

const marks = ["num", "code", "group", "unit"] as const

const lastOfId = 6

const plain = ({ id, name, type, unit }: Listed): Product => ({ id, name, type, unit })

export const namedApart = (products: ReadonlyArray<Listed>): ReadonlyArray<Product> =>
  [...Map.groupBy(products, ({ name }) => folded(name)).values()].flatMap((same) => {
    if (same.length === 1) return same.map(plain)
    const tellsApart = (mark: (typeof marks)[number]) =>
      new Set(same.flatMap((product) => product[mark]?.trim() || [])).size === same.length
    const mark = marks.find(tellsApart)
    return same.map((product) => {
      const told = mark === undefined ? product.id.slice(-lastOfId) : product[mark]?.trim()
      return plain({ ...product, name: `${product.name} (${told})` })
    })
  })
