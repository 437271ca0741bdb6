/** What somebody may choose, by what the catalogue offers: ids come from buttons, and buttons can be forged. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Amount } from "../documents/Document.ts"
import type { Snapshot } from "./Catalogue.ts"
import { type Account, accountsFor, type Store } from "./Kinds.ts"
import type { ProductSearch } from "./ProductSearch.ts"
import { type WriteoffItem, WriteoffRefused } from "./Writeoff.ts"

export interface WantedItem {
  readonly productId: string
  /** As people type it: `1,5` is fine. */
  readonly amount: string
}

export interface Changes {
  /** One of the same department. Another kind of store has other accounts, so the account goes with it. */
  readonly store?: { readonly departmentId: string; readonly storeId: string }
  readonly account?: { readonly kind: Store["kind"]; readonly accountId: string }
  readonly items?: ReadonlyArray<WantedItem>
  readonly reason?: string
}

export interface NewDraft {
  readonly author: string
  /** For admins and for the document's comment. */
  readonly authorName: string
  readonly departmentId: string
  readonly storeId: string
  readonly accountId?: string
  readonly items?: ReadonlyArray<WantedItem>
  readonly reason?: string
}

export interface Chosen {
  readonly store: Store
  readonly account: Account | undefined
  readonly items: ReadonlyArray<WriteoffItem>
}

const refused = (reason: WriteoffRefused["reason"], message: string) =>
  new WriteoffRefused({ reason, message, writeoff: undefined })

const isAmount = Schema.is(Amount)

/** The decimal text that was meant, or nothing. */
export const amountOf = (typed: string): string | undefined => {
  const text = typed.trim().replaceAll(/[\s\u00a0]/g, "").replace(",", ".").replace(/^\./, "0.")
  return isAmount(text) ? text.replace(/^0+(?=\d)/, "").replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "") : undefined
}

/** Of products that are offered; one that is named twice is a mistake of two taps, and the last one counts. */
export const itemsOf = Effect.fnUntraced(function* (products: ProductSearch, wanted: ReadonlyArray<WantedItem>) {
  const items = new Map<string, WriteoffItem>()
  for (const { amount: typed, productId } of wanted) {
    const [amount, product] = [amountOf(typed), products.get(productId)]
    if (product === undefined) return yield* refused("notOffered", "This product cannot be written off.")
    if (amount === undefined) {
      return yield* refused("badAmount", `"${typed}" is no amount: write a number above zero such as 1.5`)
    }
    items.set(productId, { productId, name: product.name, unit: product.unit, amount })
  }
  return [...items.values()]
})

/** Those that are no longer offered, and the others. */
export const offered = (products: ProductSearch, items: ReadonlyArray<WriteoffItem>) => {
  const isOffered = ({ productId }: WriteoffItem) => products.get(productId) !== undefined
  return [items.filter((item) => !isOffered(item)), items.filter(isOffered)] as const
}

const storeAmong = ({ stores }: Snapshot, departmentId: string, id: string) =>
  Effect.mapError(
    Effect.fromNullishOr(stores.find((store) => store.id === id && store.departmentId === departmentId)),
    () => refused("notOffered", "The department has no such store.")
  )

const accountAmong = ({ accounts }: Snapshot, kind: Store["kind"], id: string) =>
  Effect.mapError(Effect.fromNullishOr(accountsFor(kind, accounts).find((account) => account.id === id)), () =>
    refused("notOffered", "The store has no such account for write-offs.")
  )

export const choose = Effect.fnUntraced(function* (
  snapshot: Snapshot,
  departmentId: string,
  { accountId, items = [], storeId }: Pick<NewDraft, "storeId" | "accountId" | "items">
) {
  const store = yield* storeAmong(snapshot, departmentId, storeId)
  const account = accountId === undefined ? undefined : yield* accountAmong(snapshot, store.kind, accountId)
  return { store, account, items: yield* itemsOf(snapshot.products, items) } satisfies Chosen
})

/** What an edit sets. */
export const changed = Effect.fnUntraced(function* (snapshot: Snapshot, { account, items, reason, store }: Changes) {
  const sql = yield* SqlClient.SqlClient
  let set = reason === undefined ? sql`` : sql`, reason = ${reason.trim()}`
  if (items !== undefined) {
    set = sql`${set}, items = ${JSON.stringify(yield* itemsOf(snapshot.products, items))}::jsonb`
  }
  if (store !== undefined) {
    const { id, kind, name } = yield* storeAmong(snapshot, store.departmentId, store.storeId)
    set = sql`${set}, store_id = ${id}::uuid, store_name = ${name}, store_kind = ${kind}`
    if (account === undefined) set = sql`${set}, account_id = null, account_name = null`
  }
  if (account !== undefined) {
    const { id, name } = yield* accountAmong(snapshot, account.kind, account.accountId)
    set = sql`${set}, account_id = ${id}::uuid, account_name = ${name}`
  }
  return set
})
