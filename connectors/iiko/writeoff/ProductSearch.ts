/**
 * Searches products in memory as a person types: no index of PostgreSQL is faster than the round trip to it, and two
 * letters are too few for trigrams.
 */

export interface Product {
  readonly id: string
  /** Without spaces at its ends; products with the same name have a distinguishing mark after it. */
  readonly name: string
  readonly type: "GOODS" | "DISH" | "PREPARED"
  readonly unit: string | null
}

export interface Hits {
  readonly products: ReadonlyArray<Product>
  /** The total over all pages. */
  readonly total: number
}

/** Ignores case, «ё» and the number of spaces. */
export const foldText = (text: string): string => text.trim().toLowerCase().replaceAll("ё", "е").replaceAll(/\s+/g, " ")

export class ProductSearch {
  readonly #products: ReadonlyArray<Product>
  readonly #names: ReadonlyArray<string>
  readonly #byId: ReadonlyMap<string, Product>

  constructor(products: ReadonlyArray<Product>) {
    const collator = new Intl.Collator("ru", { numeric: true })
    const rank = ({ type }: Product) => (type === "PREPARED" ? 1 : 0)
    this.#products = products.toSorted((a, b) => rank(a) - rank(b) || collator.compare(a.name, b.name))
    this.#names = this.#products.map(({ name }) => foldText(name))
    this.#byId = new Map(products.map((product) => [product.id, product]))
  }

  get(id: string): Product | undefined {
    return this.#byId.get(id)
  }

  /** First names that begin with the text, then those that contain it; within both, prepared products come last. */
  find(text: string, { limit, offset = 0 }: { readonly limit: number; readonly offset?: number }): Hits {
    const wanted = foldText(text)
    const [first, second]: [Array<Product>, Array<Product>] = [[], []]
    for (const [at, product] of this.#products.entries()) {
      const place = this.#names[at]?.indexOf(wanted) ?? -1
      if (place === 0) first.push(product)
      else if (place > 0) second.push(product)
    }
    const found = [...first, ...second]
    return { products: found.slice(offset, offset + limit), total: found.length }
  }
}
