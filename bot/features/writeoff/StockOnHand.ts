/** The stock on hand beside what is written off: by line, and when it was read. */
import type { NoAmount } from "../../../connectors/iiko/writeoff/Amounts.ts"
import { isMore, type StoreStock } from "../../../connectors/iiko/writeoff/OnHand.ts"
import type { WriteoffItem } from "../../../connectors/iiko/writeoff/Writeoff.ts"
import type { Words } from "../../i18n/Translator.ts"
import { bold, cut, escapeHtml } from "../../telegram/Html.ts"

export const amountText = (
  words: Words,
  { amount, unit }: { readonly amount: string; readonly unit: string | null }
): string => (unit === null ? words.number(amount) : `${words.number(amount)} ${unit}`)

/** `stock`: of the store it is taken from, where it is still to be decided on. */
export const itemLine = (words: Words, item: WriteoffItem, stock?: StoreStock): string => {
  const line = `${escapeHtml(item.name)}: ${bold(escapeHtml(amountText(words, item)))}`
  const there = stock?.of(item.productId)
  if (there === undefined) return `• ${line}`
  const told = words.say("writeoff-there", { amount: amountText(words, { amount: there, unit: item.unit }) })
  return `${isMore(item.amount, there) ? "⚠️" : "•"} ${line} · ${told}`
}

/** Of one product, for who is asked how much of it goes. */
export const thereText = (words: Words, stock: StoreStock, productId: string, unit: string | null): string => {
  const there = stock.of(productId)
  const amount = there === undefined ? undefined : amountText(words, { amount: there, unit })
  return amount === undefined ? words.say("writeoff-there-unknown") : words.say("writeoff-there-now", { amount })
}

/** How far what is said of the stock can be relied on. */
export const readText = (words: Words, { age, at }: StoreStock): string => {
  if (at === null) return words.say("writeoff-stock-unread")
  return age === null
    ? words.say("writeoff-stock-read", { at: words.moment(at) })
    : words.say("writeoff-stock-stale", { at: words.moment(at), age: words.span(age) })
}

/** What is wrong with what somebody typed for an amount. */
export const noAmount = (words: Words, text: string, why: NoAmount, unit: string | null): string => {
  const typed = cut(text, 30)
  return why === "unit" && unit !== null
    ? words.say("writeoff-other-unit", { typed, unit })
    : words.say("writeoff-bad-amount", { typed })
}
