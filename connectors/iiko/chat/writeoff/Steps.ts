/** What each step of a draft looks like. Everything that is chosen from comes from memory. */
import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import { InlineKeyboard } from "grammy"
import { actorOf, type Person } from "../../../../bot/people/Person.ts"
import type { BotContext } from "../../../../bot/session/Context.ts"
import type { View } from "../../../../bot/window/View.ts"
import { cutName, escapeHtml, within } from "../../../../core/plugin/chat/Html.ts"
import { addPages, pageOf } from "../../../../core/plugin/chat/Pages.ts"
import type { Translator } from "../../../../core/plugin/chat/Translator.ts"
import type { StoreStock } from "../../writeoff/OnHand.ts"
import type { Product } from "../../writeoff/ProductSearch.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { doubted, doubtOf, doubtsOf } from "./AmountCheck.ts"
import type { Draft, Step } from "./Draft.ts"
import { amountText, itemLine, readText, thereText } from "./StockOnHand.ts"

/** In a button. */
const maxLabel = 48
const perPage = 8
/** More than a catalogue has. */
const everything = { limit: 1_000_000 }

export const quickAmounts = ["1", "2", "3", "5", "10"] as const
export const usualReasons = ["spoiled", "broken", "expired", "staff"] as const

export interface Extra {
  /** HTML above all else: what was wrong with the last answer. */
  readonly note?: string
  readonly page?: number
}

interface Parts {
  readonly body: string
  readonly keyboard: InlineKeyboard
}

/** At the end of a question that is whole without it. */
export const unitText = (unit: string | null): string => (unit === null ? "" : `, ${unit}`)

export const make = Effect.gen(function* () {
  const writeoffs = yield* Writeoffs

  /** Admins choose whatever their position is. */
  const storesFor = ({ department, isAdmin, position }: Person) =>
    writeoffs.stores(department?.id ?? "", isAdmin ? undefined : (position ?? undefined))
  const stockFor = ({ store }: Draft) =>
    store === null ? Effect.succeed<StoreStock | undefined>(undefined) : writeoffs.stock(store.id)
  const accountsFor = ({ store }: Draft) => (store === null ? Effect.succeed([]) : writeoffs.accounts(store.kind))
  const frequent = (person: Person) => writeoffs.frequent(actorOf(person.telegramId), perPage)
  const productsFor = ({ query }: Draft, person: Person) =>
    query === "" ? frequent(person) : Effect.map(writeoffs.search(query, everything), ({ products }) => products)

  const storeStep = Effect.fnUntraced(function* ({ translator }: BotContext, person: Person) {
    const { stores } = yield* storesFor(person)
    const keyboard = new InlineKeyboard()
    for (const { id, name } of stores) keyboard.text(cutName(name, maxLabel), `writeoff:store:${id}`).row()
    keyboard.text(translator.t("menu-back"), "menu")
    return { body: translator.say(stores.length === 0 ? "writeoff-no-stores" : "writeoff-which-store"), keyboard }
  })

  const accountStep = Effect.fnUntraced(function* ({ translator }: BotContext, draft: Draft) {
    const accounts = yield* accountsFor(draft)
    const keyboard = new InlineKeyboard()
    for (const { id, name } of accounts) keyboard.text(cutName(name, maxLabel), `writeoff:account:${id}`).row()
    return { body: translator.say(accounts.length === 0 ? "writeoff-no-accounts" : "writeoff-which-account"), keyboard }
  })

  const productStep = Effect.fnUntraced(function* (
    { translator }: BotContext,
    draft: Draft,
    person: Person,
    page: number
  ) {
    const { items, query } = draft
    const found = yield* productsFor(draft, person)
    const shown = pageOf(found, page, perPage)
    const keyboard = new InlineKeyboard()
    const has = (product: Product) => items.some(({ productId }) => productId === product.id)
    for (const product of shown.items) {
      const label = `${has(product) ? "✓ " : ""}${cutName(product.name, maxLabel)}`
      keyboard.text(product.unit === null ? label : `${label}, ${product.unit}`, `writeoff:product:${product.id}`).row()
    }
    addPages(keyboard, shown, (next) => `writeoff:page:${next}`)
    if (query !== "") keyboard.text(translator.t("writeoff-clear"), "writeoff:clear").row()
    if (items.length > 0) keyboard.text(translator.t("writeoff-done", { count: items.length }), "writeoff:done").row()
    return { body: translator.say(...questionOf(query, found.length)), keyboard }
  })

  const amountStep = ({ translator }: BotContext, { asked, items }: Draft, stock: StoreStock | undefined) => {
    const keyboard = new InlineKeyboard()
    const unit = asked?.unit ?? null
    const far = asked?.doubted
    if (far !== undefined) {
      keyboard.text(
        translator.t("writeoff-sure", { amount: amountText(translator, { amount: far, unit }) }),
        `writeoff:sure:${far}`
      )
      keyboard.row()
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
    const there = stock === undefined ? [] : [thereText(translator, stock, asked?.productId ?? "", unit)]
    const read = stock === undefined || items.length > 0 ? [] : [readText(translator, stock)]
    const doubt = asked === null || far === undefined ? [] : [doubtOf(translator, { ...asked, amount: far }, stock)]
    return { body: [...doubt, question, ...there, ...read].join("\n"), keyboard }
  }

  const reasonStep = ({ translator }: BotContext) => {
    const keyboard = new InlineKeyboard()
    for (const [at, reason] of usualReasons.entries()) {
      keyboard.text(translator.t(`writeoff-reason-${reason}`), `writeoff:reason:${reason}`)
      if (at % 2 === 1) keyboard.row()
    }
    keyboard.text(translator.t("writeoff-reason-other"), "writeoff:other-reason").row()
    return { body: translator.say("writeoff-why"), keyboard }
  }

  const confirmStep = ({ translator }: BotContext, draft: Draft, stock: StoreStock | undefined) => {
    const { begun, confirmed, items, reason } = draft
    const far = doubted(items, stock, confirmed)
    const keyboard = new InlineKeyboard()
      .text(translator.t("writeoff-send"), `writeoff:send:${begun}`)
      .row()
      .text(translator.t("writeoff-change"), "writeoff:change")
      .text(translator.t("writeoff-add"), "writeoff:add")
      .row()
      .text(translator.t("writeoff-change-reason"), "writeoff:change-reason")
      .text(translator.t("writeoff-drop"), "writeoff:drop")
      .row()
    const check = translator.say("writeoff-check", { reason })
    return { body: far.length === 0 ? check : `${doubtsOf(translator, far, stock)}\n\n${check}`, keyboard }
  }

  const changeStep = ({ translator }: BotContext, { items }: Draft) => {
    const keyboard = new InlineKeyboard()
    for (const item of items) {
      const label = `${cutName(item.name, maxLabel)}: ${amountText(translator, item)}`
      keyboard.text(label, `writeoff:item:${item.productId}`).row()
    }
    return { body: translator.say("writeoff-which-item"), keyboard }
  }

  const partsOf = (
    ctx: BotContext,
    draft: Draft,
    person: Person,
    page: number,
    stock: StoreStock | undefined
  ): Effect.Effect<Parts, SqlError.SqlError> => {
    switch (draft.step) {
      case "store":
        return storeStep(ctx, person)
      case "account":
        return accountStep(ctx, draft)
      case "products":
        return productStep(ctx, draft, person, page)
      case "amount":
        return Effect.succeed(amountStep(ctx, draft, stock))
      case "reason":
        return Effect.succeed(reasonStep(ctx))
      case "confirm":
        return Effect.succeed(confirmStep(ctx, draft, stock))
      case "change":
        return Effect.succeed(changeStep(ctx, draft))
    }
  }

  const view = Effect.fnUntraced(function* (ctx: BotContext, draft: Draft, person: Person, extra: Extra = {}) {
    const stock = yield* stockFor(draft)
    const { body, keyboard } = yield* partsOf(ctx, draft, person, extra.page ?? 0, stock)
    if (draft.step !== "store") keyboard.text(ctx.translator.t("back"), "writeoff:back")
    const parts = [extra.note, headOf(ctx.translator, draft, stock), body]
    return { text: parts.filter((part) => part !== undefined && part !== "").join("\n\n"), keyboard } satisfies View
  })

  /** The step before, of those at which there is something to choose; nothing: the menu. */
  const before = Effect.fnUntraced(function* (draft: Draft, person: Person) {
    const accounts = yield* accountsFor(draft)
    const { chosen } = yield* storesFor(person)
    const store: Step | undefined = chosen === undefined ? "store" : undefined
    const steps: Readonly<Record<Step, Step | undefined>> = {
      store: undefined,
      account: store,
      products: accounts.length > 1 ? "account" : store,
      amount: draft.asked?.from ?? "products",
      reason: "products",
      confirm: "reason",
      change: "confirm"
    }
    return steps[draft.step]
  })

  return { accountsFor, before, frequent, productOf: writeoffs.product, stockFor, storesFor, view }
})

export type Steps = Effect.Success<typeof make>

const questionOf = (query: string, count: number): readonly [string, Readonly<Record<string, string | number>>] => {
  if (query === "") return count === 0 ? ["writeoff-type", {}] : ["writeoff-type-or-pick", {}]
  return count === 0 ? ["writeoff-not-found", { query }] : ["writeoff-found", { query, count }]
}

const headOf = (translator: Translator, { account, items, store }: Draft, stock: StoreStock | undefined): string => {
  const place = [store?.name, account?.name].filter((name) => name !== undefined).map(escapeHtml)
  const lines = items.map((item) => itemLine(translator, item, stock))
  return [
    translator.say("writeoff-title"),
    ...(place.length === 0 ? [] : [`📍 ${place.join(" · ")}`]),
    ...(lines.length === 0 ? [] : [within(lines, (count) => translator.say("writeoff-more", { count }), 2_500)]),
    ...(lines.length === 0 || stock === undefined ? [] : [readText(translator, stock)])
  ].join("\n")
}
