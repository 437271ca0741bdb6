/** The view of each step of a draft: a question, and buttons for its answers. */
import { addPages, cutName, escapeHtml, fitLines, Keyboard, pageOf, type Translator } from "../../../../core/sdk.ts"
import type { StoreStock } from "../../writeoff/OnHand.ts"
import type { Product } from "../../writeoff/ProductSearch.ts"
import { doubtfulLines, questionAbout, questionsAbout } from "./AmountCheck.ts"
import type { Draft } from "./Draft.ts"
import { amountText, itemLine, onHandText, readTimeText } from "./StockOnHand.ts"

/** Characters in a button. */
const maxLabel = 48
export const perPage = 8

export const quickAmounts = ["1", "2", "3", "5", "10"] as const
export const usualReasons = ["spoiled", "broken", "expired", "staff"] as const

export interface StepParts {
  readonly body: string
  readonly keyboard: Keyboard
}

type Named = { readonly id: string; readonly name: string }

/** The unit at the end of a question. */
export const unitText = (unit: string | null): string => (unit === null ? "" : `, ${unit}`)

export const storeStep = (translator: Translator, stores: ReadonlyArray<Named>): StepParts => {
  const keyboard = new Keyboard()
  for (const { id, name } of stores) keyboard.text(cutName(name, maxLabel), `writeoff:store:${id}`).row()
  keyboard.text(translator.t("menu-back"), "menu")
  return { body: translator.say(stores.length === 0 ? "writeoff-no-stores" : "writeoff-which-store"), keyboard }
}

export const accountStep = (translator: Translator, accounts: ReadonlyArray<Named>): StepParts => {
  const keyboard = new Keyboard()
  for (const { id, name } of accounts) keyboard.text(cutName(name, maxLabel), `writeoff:account:${id}`).row()
  return { body: translator.say(accounts.length === 0 ? "writeoff-no-accounts" : "writeoff-which-account"), keyboard }
}

export const productStep = (
  translator: Translator,
  { items, query }: Draft,
  found: ReadonlyArray<Product>,
  page: number
): StepParts => {
  const shown = pageOf(found, page, perPage)
  const keyboard = new Keyboard()
  const has = (product: Product) => items.some(({ productId }) => productId === product.id)
  for (const product of shown.items) {
    const label = `${has(product) ? "✓ " : ""}${cutName(product.name, maxLabel)}`
    keyboard.text(product.unit === null ? label : `${label}, ${product.unit}`, `writeoff:product:${product.id}`).row()
  }
  addPages(keyboard, shown, (next) => `writeoff:page:${next}`)
  if (query !== "") keyboard.text(translator.t("writeoff-clear"), "writeoff:clear").row()
  if (items.length > 0) keyboard.text(translator.t("writeoff-done", { count: items.length }), "writeoff:done").row()
  return { body: translator.say(...questionOf(query, found.length)), keyboard }
}

const questionOf = (query: string, count: number): readonly [string, Readonly<Record<string, string | number>>] => {
  if (query === "") return count === 0 ? ["writeoff-type", {}] : ["writeoff-type-or-pick", {}]
  return count === 0 ? ["writeoff-not-found", { query }] : ["writeoff-found", { query, count }]
}

export const amountStep = (
  translator: Translator,
  { asked, items }: Draft,
  stock: StoreStock | undefined
): StepParts => {
  const keyboard = new Keyboard()
  const unit = asked?.unit ?? null
  const far = asked?.doubted
  if (far !== undefined) {
    const amount = amountText(translator, { amount: far, unit })
    keyboard.text(translator.t("writeoff-sure", { amount }), `writeoff:sure:${far}`).row()
  }
  for (const amount of quickAmounts) keyboard.text(amount, `writeoff:amount:${amount}`)
  keyboard.row()
  const known = items.find(({ productId }) => productId === asked?.productId)
  if (known !== undefined) keyboard.text(translator.t("writeoff-remove"), "writeoff:remove").row()
  const product = { name: asked?.name ?? "", unit: unitText(unit) }
  const question =
    known === undefined
      ? translator.say("writeoff-how-much", product)
      : translator.say("writeoff-how-much-now", { ...product, amount: amountText(translator, known) })
  const there = stock === undefined ? [] : [onHandText(translator, stock, asked?.productId ?? "", unit)]
  const read = stock === undefined || items.length > 0 ? [] : [readTimeText(translator, stock)]
  const doubt = asked === null || far === undefined ? [] : [questionAbout(translator, { ...asked, amount: far }, stock)]
  return { body: [...doubt, question, ...there, ...read].join("\n"), keyboard }
}

export const reasonStep = (translator: Translator): StepParts => {
  const keyboard = new Keyboard()
  for (const [at, reason] of usualReasons.entries()) {
    keyboard.text(translator.t(`writeoff-reason-${reason}`), `writeoff:reason:${reason}`)
    if (at % 2 === 1) keyboard.row()
  }
  keyboard.text(translator.t("writeoff-reason-other"), "writeoff:other-reason").row()
  return { body: translator.say("writeoff-why"), keyboard }
}

export const confirmStep = (translator: Translator, draft: Draft, stock: StoreStock | undefined): StepParts => {
  const { begun, confirmed, items, reason } = draft
  const far = doubtfulLines(items, stock, confirmed)
  const keyboard = new Keyboard()
    .text(translator.t("writeoff-send"), `writeoff:send:${begun}`)
    .row()
    .text(translator.t("writeoff-change"), "writeoff:change")
    .text(translator.t("writeoff-add"), "writeoff:add")
    .row()
    .text(translator.t("writeoff-change-reason"), "writeoff:change-reason")
    .text(translator.t("writeoff-drop"), "writeoff:drop")
    .row()
  const check = translator.say("writeoff-check", { reason })
  return { body: far.length === 0 ? check : `${questionsAbout(translator, far, stock)}\n\n${check}`, keyboard }
}

export const changeStep = (translator: Translator, { items }: Draft): StepParts => {
  const keyboard = new Keyboard()
  for (const item of items) {
    const label = `${cutName(item.name, maxLabel)}: ${amountText(translator, item)}`
    keyboard.text(label, `writeoff:item:${item.productId}`).row()
  }
  return { body: translator.say("writeoff-which-item"), keyboard }
}

/** The head above every question: store, account and lines so far. */
export const headOf = (
  translator: Translator,
  { account, items, store }: Draft,
  stock: StoreStock | undefined
): string => {
  const place = [store?.name, account?.name].filter((name) => name !== undefined).map(escapeHtml)
  const lines = items.map((item) => itemLine(translator, item, stock))
  return [
    translator.say("writeoff-title"),
    ...(place.length === 0 ? [] : [`📍 ${place.join(" · ")}`]),
    ...(lines.length === 0 ? [] : [fitLines(lines, (count) => translator.say("writeoff-more", { count }), 2_500)]),
    ...(lines.length === 0 || stock === undefined ? [] : [readTimeText(translator, stock)])
  ].join("\n")
}
