/** Texts about the stock on hand: by line, and when it was read. */

import { bold, cut, escapeHtml, type Translator } from "../../../../core/sdk.ts"
import type { NoAmount } from "../../writeoff/Amounts.ts"
import { isMore, type StoreStock } from "../../writeoff/OnHand.ts"
import type { WriteoffItem } from "../../writeoff/Writeoff.ts"

export const amountText = (
  translator: Translator,
  { amount, unit }: { readonly amount: string; readonly unit: string | null }
): string => (unit === null ? translator.number(amount) : `${translator.number(amount)} ${unit}`)

/** `stock`: of the store, while the write-off is not decided. */
export const itemLine = (translator: Translator, item: WriteoffItem, stock?: StoreStock): string => {
  const line = `${escapeHtml(item.name)}: ${bold(escapeHtml(amountText(translator, item)))}`
  const there = stock?.of(item.productId)
  if (there === undefined) return `• ${line}`
  const stockText = translator.say("writeoff-there", {
    amount: amountText(translator, { amount: there, unit: item.unit })
  })
  return `${isMore(item.amount, there) ? "⚠️" : "•"} ${line} · ${stockText}`
}

/** The stock of one product, for the question about its amount. */
export const onHandText = (
  translator: Translator,
  stock: StoreStock,
  productId: string,
  unit: string | null
): string => {
  const there = stock.of(productId)
  const amount = there === undefined ? undefined : amountText(translator, { amount: there, unit })
  return amount === undefined
    ? translator.say("writeoff-there-unknown")
    : translator.say("writeoff-there-now", { amount })
}

/** When the stock was read. */
export const readTimeText = (translator: Translator, { age, at }: StoreStock): string => {
  if (at === null) return translator.say("writeoff-stock-unread")
  return age === null
    ? translator.say("writeoff-stock-read", { at: translator.moment(at) })
    : translator.say("writeoff-stock-stale", { at: translator.moment(at), age: translator.span(age) })
}

/** Why a typed text is no amount. */
export const noAmount = (translator: Translator, text: string, why: NoAmount, unit: string | null): string => {
  const typed = cut(text, 30)
  return why === "unit" && unit !== null
    ? translator.say("writeoff-other-unit", { typed, unit })
    : translator.say("writeoff-bad-amount", { typed })
}
