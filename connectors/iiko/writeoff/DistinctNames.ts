/** Distinguishes products with the same name by their article, else by the code, the group, the unit or the id. */
import { foldText, type Product } from "./ProductSearch.ts"

export interface ListedProduct extends Product {
  readonly num: string | null
  readonly code: string | null
  readonly group: string | null
}

const plain = ({ id, name, type, unit }: ListedProduct): Product => ({ id, name, type, unit })

/** The maximum length in parentheses after a name that a narrow list still shows completely. */
const maxLength = 20
const short = (text: string | null): string => {
  const letters = [...(text ?? "").replaceAll(/[()\s]+/g, " ").trim()]
  return letters.length <= maxLength ? letters.join("") : `${letters.slice(0, maxLength - 1).join("")}…`
}

const marks: ReadonlyArray<(product: ListedProduct) => string> = [
  ({ num }) => short(num),
  ({ code }) => short(code),
  ({ group }) => short(group),
  ({ unit }) => short(unit),
  ({ id }) => id.slice(-6),
  ({ id }) => id.slice(0, 8),
  ({ id }) => id
]

/** The first mark that each product has and that differs between all of them. */
const markOf = (same: ReadonlyArray<ListedProduct>) =>
  marks.find((mark) => new Set(same.map(mark).filter((text) => text !== "")).size === same.length)

const renamed = (products: ReadonlyArray<ListedProduct>): ReadonlyArray<ListedProduct> =>
  [...Map.groupBy(products, ({ name }) => foldText(name)).values()].flatMap((same) => {
    const mark = same.length === 1 ? undefined : markOf(same)
    return mark === undefined ? same : same.map((one) => ({ ...one, name: `${one.name} (${mark(one)})` }))
  })

/** A product whose own name equals one of the new names is distinguished from it as well. */
export const withDistinctNames = (products: ReadonlyArray<ListedProduct>): ReadonlyArray<Product> => {
  const [once, twice] = [renamed(products), renamed(renamed(products))]
  return (once.length === new Set(once.map(({ name }) => foldText(name))).size ? once : twice).map(plain)
}
