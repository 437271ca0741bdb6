/** Postings: the effect of a processed document on the stock, and the stock at an earlier moment. */
import type { Balance, IikoState, Posting } from "../Model.ts"
import { roundTo } from "../Model.ts"
import type { WallClock } from "../Time.ts"
import type { Invoice, StoreDocument } from "./DocumentModel.ts"

const keyOf = ({ store, product }: { readonly store: string; readonly product: string }) => `${store} ${product}`

const move = (balance: Balance, amount: number, sum: number): void => {
  balance.amount = roundTo(balance.amount + amount, 3)
  balance.sum = roundTo(balance.sum + sum, 2)
}

/** Records postings and changes the stock. */
export const post = (state: IikoState, postings: ReadonlyArray<Posting>): void => {
  for (const posting of postings) {
    const { store, product, amount, sum } = posting
    const balance = state.balances.find((each) => each.store === store && each.product === product)
    if (balance === undefined) state.balances.push({ store, product, amount, sum })
    else move(balance, amount, sum)
    state.postings.push(posting)
  }
}

const accountName = (state: IikoState, id: string | undefined): string =>
  state.accounts.find((account) => account.id === id)?.name ?? ""

/** Only a processed document has postings. */
export const invoicePostings = (invoice: Invoice, type: "INVOICE" | "OUTGOING_INVOICE"): ReadonlyArray<Posting> => {
  if (invoice.status !== "PROCESSED") return []
  const sign = type === "INVOICE" ? 1 : -1
  return invoice.items.map(({ product, store, amount, sum }) => ({
    at: invoice.dateIncoming,
    type,
    document: invoice.documentNumber,
    store,
    product,
    amount: sign * amount,
    sum: sign * sum,
    contrAccount: "Задолженность перед поставщиками",
    comment: invoice.comment
  }))
}

/** A write-off moves goods from its store to an account, a transfer from one store to another. */
export const storeDocumentPostings = (state: IikoState, document: StoreDocument): ReadonlyArray<Posting> => {
  if (document.status !== "PROCESSED") return []
  const from = document.storeFromId ?? document.storeId ?? ""
  const to = document.storeToId
  return document.items.flatMap(({ productId, amount, cost }) => {
    const common = {
      at: document.dateIncoming,
      type: to === undefined ? ("WRITEOFF" as const) : ("TRANSFER" as const),
      document: document.documentNumber,
      product: productId,
      comment: document.comment
    }
    const out = { ...common, store: from, amount: -amount, sum: -cost }
    if (to === undefined) return [{ ...out, contrAccount: accountName(state, document.accountId) }]
    return [
      { ...out, contrAccount: accountName(state, to) },
      { ...common, store: to, amount, sum: cost, contrAccount: accountName(state, from) }
    ]
  })
}

/** The stock with only those postings whose time satisfies `counts`; pairs with a zero result are omitted. */
export const balancesWhen = (state: IikoState, counts: (at: WallClock) => boolean): ReadonlyArray<Balance> => {
  const pairs = new Map(state.balances.map((balance) => [keyOf(balance), { ...balance }]))
  for (const posting of state.postings) {
    if (counts(posting.at)) continue
    const balance = pairs.get(keyOf(posting)) ?? { store: posting.store, product: posting.product, amount: 0, sum: 0 }
    pairs.set(keyOf(posting), balance)
    move(balance, -posting.amount, -posting.sum)
  }
  return [...pairs.values()].filter(({ amount, sum }) => amount !== 0 || sum !== 0)
}
