/** The choices for a write-off, from memory: stores, accounts, products, and the stock of a store. */
import { Effect } from "effect"
import type * as Catalogue from "./Catalogue.ts"
import type * as Frequent from "./Frequent.ts"
import { accountsFor, type Store, storeOf } from "./Kinds.ts"
import type * as OnHand from "./OnHand.ts"

type Parts = {
  readonly catalogue: Effect.Success<ReturnType<typeof Catalogue.make>>
  readonly frequent: Effect.Success<ReturnType<typeof Frequent.make>>
  readonly onHand: Effect.Success<ReturnType<typeof OnHand.make>>
}

export const make = ({ catalogue, frequent, onHand }: Parts) => ({
  stores: Effect.fn("Writeoffs.stores")(function* (departmentId: string, position?: string) {
    const stores = (yield* catalogue.get).stores.filter((store) => store.departmentId === departmentId)
    return { stores, chosen: position === undefined ? undefined : storeOf(position, stores) }
  }),
  accounts: (kind: Store["kind"]) => Effect.map(catalogue.get, ({ accounts }) => accountsFor(kind, accounts)),
  product: (id: string) => Effect.map(catalogue.get, ({ products }) => products.get(id)),
  search: (text: string, page: { readonly limit: number; readonly offset?: number }) =>
    Effect.map(catalogue.get, ({ products }) => products.find(text, page)),
  stock: Effect.fn("Writeoffs.stock")(function* (storeId: string) {
    const stock = yield* onHand(storeId)
    const { products } = yield* Effect.orElseSucceed(catalogue.get, () => ({ products: undefined }))
    // The report omits products without stock; it contains dishes only where they are stored.
    const none = (id: string) => (stock.at !== null && products?.get(id)?.type === "GOODS" ? "0" : undefined)
    return { ...stock, of: (id: string) => stock.of(id) ?? none(id) }
  }),
  frequent: Effect.fn("Writeoffs.frequent")(function* (author: string, limit: number) {
    const { products } = yield* catalogue.get
    const offered = (yield* frequent.of(author)).map((id) => products.get(id)).filter((known) => known !== undefined)
    return offered.slice(0, limit)
  })
})
