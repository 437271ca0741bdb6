/** Checks a person's choices against the catalogue: ids come from buttons, and buttons can be forged. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { amountOf } from "./Amounts.ts"
import type { Snapshot } from "./Catalogue.ts"
import { type Account, accountsFor, type Store, storeKinds } from "./Kinds.ts"
import type { ProductSearch } from "./ProductSearch.ts"
import { incompleteRefusal } from "./Transitions.ts"
import { type WriteoffItem, WriteoffRefused } from "./Writeoff.ts"

export interface ItemInput {
  readonly productId: string
  /** As people type it: `1,5` is valid. */
  readonly amount: string
}

export interface DraftChanges {
  /**
   * A store of the same department. Another kind of store has other accounts, so the account is removed unless a new
   * one is given.
   */
  readonly storeId?: string
  readonly accountId?: string
  readonly items?: ReadonlyArray<ItemInput>
  readonly reason?: string
}

export interface NewDraft {
  readonly author: string
  /** For admins and for the document's comment. */
  readonly authorName: string
  readonly departmentId: string
  readonly storeId: string
  readonly accountId?: string
  readonly items?: ReadonlyArray<ItemInput>
  readonly reason?: string
}

export interface NewWriteoff extends NewDraft {
  /** A second submission with the author's same token is the same write-off: a repeated tap counts once. */
  readonly token?: string
}

export interface DraftChoices {
  readonly store: Store
  readonly account: Account | undefined
  readonly items: ReadonlyArray<WriteoffItem>
}

const refused = (reason: WriteoffRefused["reason"], message: string) =>
  new WriteoffRefused({ reason, message, writeoff: undefined })

/**
 * Only offered products are accepted. A product that is named twice is a mistake of two taps, and the last one counts.
 */
export const itemsOf = Effect.fnUntraced(function* (products: ProductSearch, wanted: ReadonlyArray<ItemInput>) {
  const items = new Map<string, WriteoffItem>()
  for (const { amount: typed, productId } of wanted) {
    const product = products.get(productId)
    if (product === undefined) return yield* refused("notOffered", "This product cannot be written off.")
    const amount = amountOf(typed, product.unit)
    if (amount === undefined) {
      return yield* refused("badAmount", `"${typed}" is no amount: write a number above zero such as 1.5`)
    }
    items.set(productId, { productId, name: product.name, unit: product.unit, amount })
  }
  return [...items.values()]
})

/** Splits the items: those that are no longer offered, and the others. */
export const splitOffered = (products: ProductSearch, items: ReadonlyArray<WriteoffItem>) => {
  const isOffered = ({ productId }: WriteoffItem) => products.get(productId) !== undefined
  return [items.filter((item) => !isOffered(item)), items.filter(isOffered)] as const
}

const notOffered = "The department has no such store, or the store no such account for write-offs."

const storeAmong = ({ stores }: Snapshot, id: string, departmentId?: string) =>
  Effect.mapError(
    Effect.fromNullishOr(
      stores.find((store) => store.id === id && (departmentId ?? store.departmentId) === store.departmentId)
    ),
    () => refused("notOffered", notOffered)
  )

const accountAmong = ({ accounts }: Snapshot, id: string, kinds: ReadonlyArray<Store["kind"]>) => {
  const offers = kinds.flatMap((kind) => accountsFor(kind, accounts).map((account) => ({ ...account, kind })))
  return Effect.mapError(Effect.fromNullishOr(offers.find((account) => account.id === id)), () =>
    refused("notOffered", notOffered)
  )
}

export const choose = Effect.fnUntraced(function* (
  snapshot: Snapshot,
  { accountId, departmentId, items = [], storeId }: NewDraft
) {
  const store = yield* storeAmong(snapshot, storeId, departmentId)
  const account = accountId === undefined ? undefined : yield* accountAmong(snapshot, accountId, [store.kind])
  return { store, account, items: yield* itemsOf(snapshot.products, items) } satisfies DraftChoices
})

/** Checks the same completeness as the submission of a draft. */
export const requireComplete = Effect.fnUntraced(function* (snapshot: Snapshot, draft: NewDraft) {
  const chosen = yield* choose(snapshot, draft)
  const isWhole = chosen.account !== undefined && chosen.items.length > 0 && (draft.reason ?? "").trim() !== ""
  return isWhole ? chosen : yield* refused(...incompleteRefusal)
})

/** The columns that an edit sets, and the condition that the row must meet. */
export const changeColumns = Effect.fnUntraced(function* (snapshot: Snapshot, changes: DraftChanges) {
  const sql = yield* SqlClient.SqlClient
  const { accountId, items, reason, storeId } = changes
  let set = reason === undefined ? sql`` : sql`, reason = ${reason.trim()}`
  let holds = sql`true`
  if (items !== undefined) {
    set = sql`${set}, items = ${JSON.stringify(yield* itemsOf(snapshot.products, items))}::jsonb`
  }
  const store = storeId === undefined ? undefined : yield* storeAmong(snapshot, storeId)
  if (store !== undefined) {
    const { departmentId, id, kind, name } = store
    set = sql`${set}, store_id = ${id}::uuid, store_name = ${name}, store_kind = ${kind}`
    holds = sql`w.department_id = ${departmentId}::uuid`
    if (accountId === undefined) set = sql`${set}, account_id = null, account_name = null`
  }
  if (accountId !== undefined) {
    const kinds = store === undefined ? storeKinds : [store.kind]
    const { id, kind, name } = yield* accountAmong(snapshot, accountId, kinds)
    set = sql`${set}, account_id = ${id}::uuid, account_name = ${name}`
    if (store === undefined) holds = sql`w.store_kind = ${kind}`
  }
  return { set, when: { holds, otherwise: ["notOffered", notOffered] as const } }
})
