/**
 * Gathering a write-off, step by step in one window: store, account, products and quantities, reason, confirmation. A
 * button of another step than the one somebody is at shows that step again and changes nothing.
 */
import { Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { expects } from "../../../../bot/Feature.ts"
import { HandlerRuntime } from "../../../../bot/HandlerRuntime.ts"
import { drawn } from "../../../../bot/kernel/Plain.ts"
import { actorOfUpdate } from "../../../../bot/people/Actor.ts"
import type { Person } from "../../../../bot/people/Person.ts"
import type { BotContext } from "../../../../bot/session/Context.ts"
import { MainMenu } from "../../../../bot/window/Menu.ts"
import { Window } from "../../../../bot/window/Window.ts"
import { cut } from "../../../../core/plugin/chat/Html.ts"
import type { Translator } from "../../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../../core/plugin/chat/UserFacingError.ts"
import { readAmount } from "../../writeoff/Amounts.ts"
import { askForOwn } from "../Departments.ts"
import { doubted } from "./AmountCheck.ts"
import { begin, type Draft, type Drafts, feature, type Step, withItem, without } from "./Draft.ts"
import type { Notices } from "./Notices.ts"
import type { Refresh } from "./Refresh.ts"
import { type Extra, quickAmounts, type Steps, usualReasons } from "./Steps.ts"
import { noAmount } from "./StockOnHand.ts"

const maxItems = 50
const maxQuery = 60
const maxReason = 300

type Failure = { readonly message: string }
/** What somebody's answer makes of the draft, and what else is said. */
type Answer = readonly [Draft, Extra?]
type Handle = (draft: Draft, value: string, person: Person, translator: Translator) => Effect.Effect<Answer, Failure>

export const personOf = ({ person }: BotContext): Effect.Effect<Person> => Effect.orDie(Effect.fromNullishOr(person))

export interface FlowParts {
  readonly drafts: Drafts
  readonly notices: Notices
  readonly refresh: Refresh
  readonly steps: Steps
}

export const make = Effect.fnUntraced(function* ({ drafts, notices, refresh, steps }: FlowParts) {
  const { on } = yield* HandlerRuntime
  const menu = yield* MainMenu
  const window = yield* Window

  const present = Effect.fnUntraced(function* (ctx: BotContext, draft: Draft, extra?: Extra) {
    drafts.save(ctx, draft)
    yield* window.show(ctx, yield* steps.view(ctx, draft, yield* personOf(ctx), extra))
  })

  const withStore = Effect.fnUntraced(function* (draft: Draft, store: NonNullable<Draft["store"]>) {
    const accounts = yield* steps.accountsFor({ ...draft, store })
    const [only, ...others] = accounts
    const kept = accounts.find(({ id }) => id === draft.account?.id)
    const account = only !== undefined && others.length === 0 ? only : (kept ?? null)
    // What was sure of one store is not of another.
    const confirmed = store.id === draft.store?.id ? draft.confirmed : undefined
    const step = account === null ? "account" : "products"
    return { ...draft, store, account, confirmed: confirmed ?? {}, step } satisfies Draft
  })

  const start = Effect.fnUntraced(function* (ctx: BotContext) {
    const person = yield* personOf(ctx)
    if (person.department === null) return yield* Effect.asVoid(window.show(ctx, drawn(askForOwn(ctx.translator))))
    const [draft, { chosen }] = [yield* begin, yield* steps.storesFor(person)]
    const first = chosen === undefined ? draft : yield* withStore(draft, chosen)
    // Loaded while they choose, so that it is there when it is shown.
    if (first.step !== "products") yield* notices.behind(steps.frequent(person))
    yield* present(ctx, first)
  })

  /** `anew`: the data of the button that does it. */
  const askFirst = Effect.fnUntraced(function* (ctx: BotContext, draft: Draft, anew: string) {
    const { translator } = ctx
    const keyboard = new InlineKeyboard()
      .text(translator.t("writeoff-continue"), "writeoff:continue")
      .row()
      .text(translator.t("writeoff-anew"), anew)
      .row()
      .text(translator.t("menu-back"), "menu")
    ctx.session.expects = null
    yield* window.show(ctx, { text: translator.say("writeoff-unfinished", { count: draft.items.length }), keyboard })
  })

  const open = Effect.fnUntraced(function* (ctx: BotContext) {
    yield* refresh(actorOfUpdate(ctx))
    const draft = drafts.of(ctx)
    yield* draft !== undefined && drafts.isKept(ctx) ? askFirst(ctx, draft, "writeoff:new") : start(ctx)
  })

  const resume = (ctx: BotContext) => {
    const draft = drafts.of(ctx)
    return draft === undefined ? start(ctx) : present(ctx, draft)
  }

  const answered = Effect.fnUntraced(function* (ctx: BotContext, step: Step, value: string, handle: Handle) {
    const draft = drafts.of(ctx)
    if (draft === undefined) return yield* menu.show(ctx)
    if (draft.step !== step) return yield* present(ctx, draft)
    const [next, extra] = yield* handle(draft, value, yield* personOf(ctx), ctx.translator)
    yield* present(ctx, next, extra)
  })

  const composer = new Composer<BotContext>()
  /** The value is what the pattern holds. */
  const pressed = (pattern: RegExp, step: Step, handle: Handle) =>
    composer.callbackQuery(
      pattern,
      on((ctx) => answered(ctx, step, ctx.match[1] ?? "", handle))
    )
  const typed = (question: string, step: Step, handle: Handle) =>
    composer
      .filter(expects(feature, question))
      .on("message:text")
      .use(on((ctx) => answered(ctx, step, ctx.message.text.trim(), handle)))

  const refuse = (draft: Draft, translator: Translator): Answer => [
    draft,
    { note: translator.say("writeoff-not-offered") }
  ]

  pressed(/^writeoff:store:([0-9a-f-]{36})$/, "store", (draft, id, person, translator) =>
    Effect.gen(function* () {
      const { stores } = yield* steps.storesFor(person)
      const store = stores.find((one) => one.id === id)
      return store === undefined ? refuse(draft, translator) : [yield* withStore(draft, store)]
    })
  )

  pressed(/^writeoff:account:([0-9a-f-]{36})$/, "account", (draft, id, _, translator) =>
    Effect.map(steps.accountsFor(draft), (accounts): Answer => {
      const account = accounts.find((one) => one.id === id)
      return account === undefined ? refuse(draft, translator) : [{ ...draft, account, step: "products" }]
    })
  )

  typed("search", "products", (draft, text) => Effect.succeed([{ ...draft, query: cut(text, maxQuery) }]))
  pressed(/^writeoff:clear$/, "products", (draft) => Effect.succeed([{ ...draft, query: "" }]))
  pressed(/^writeoff:page:(\d{1,4})$/, "products", (draft, page) => Effect.succeed([draft, { page: Number(page) }]))
  pressed(/^writeoff:product:([0-9a-f-]{36})$/, "products", (draft, id, _, translator) =>
    Effect.map(steps.productOf(id), (product): Answer => {
      if (product === undefined) return refuse(draft, translator)
      const isNew = draft.items.every(({ productId }) => productId !== id)
      if (isNew && draft.items.length >= maxItems) return [draft, { note: translator.say("writeoff-too-many") }]
      const asked = { productId: id, name: product.name, unit: product.unit, from: "products" as const }
      return [{ ...draft, asked, step: "amount" }]
    })
  )
  pressed(/^writeoff:done$/, "products", (draft) =>
    Effect.succeed([
      draft.items.length === 0 ? draft : { ...draft, query: "", step: draft.reason === "" ? "reason" : "confirm" }
    ])
  )

  /** Back to where the product was picked; the search begins anew. */
  const settled = (draft: Draft, items: Draft["items"]): Draft => {
    const from = items.length === 0 ? "products" : draft.asked?.from === "change" ? "confirm" : "products"
    return { ...draft, items, asked: null, query: "", step: from }
  }
  const measured = (draft: Draft, { name, productId, unit }: NonNullable<Draft["asked"]>, amount: string): Draft =>
    settled(draft, withItem(draft.items, { productId, name, unit, amount }))
  const measure: Handle = Effect.fnUntraced(function* (draft, text, _, translator) {
    if (draft.asked === null) return [{ ...draft, step: "products" }] as const
    const { doubted: __, ...asked } = draft.asked
    const read = readAmount(text, asked.unit)
    if ("why" in read) return [{ ...draft, asked }, { note: noAmount(translator, text, read.why, asked.unit) }] as const
    const { amount } = read
    const far = doubted([{ ...asked, amount }], yield* steps.stockFor(draft), draft.confirmed)
    return [
      far.length > 0 ? { ...draft, asked: { ...asked, doubted: amount } } : measured(draft, asked, amount)
    ] as const
  })
  typed("amount", "amount", measure)
  pressed(new RegExp(`^writeoff:amount:(${quickAmounts.join("|")})$`), "amount", measure)
  pressed(/^writeoff:sure:([\d.]{1,20})$/, "amount", (draft, amount) =>
    // Of another question than the one that stands there: asked again.
    Effect.succeed([
      draft.asked?.doubted === amount
        ? {
            ...measured(draft, draft.asked, amount),
            confirmed: { ...draft.confirmed, [draft.asked.productId]: amount }
          }
        : draft
    ])
  )
  pressed(/^writeoff:remove$/, "amount", (draft) =>
    Effect.succeed([settled(draft, without(draft.items, draft.asked?.productId ?? ""))])
  )

  typed("reason", "reason", (draft, reason, _, translator) =>
    Effect.succeed(
      reason.length > maxReason
        ? [draft, { note: translator.say("writeoff-long-reason", { most: maxReason }) }]
        : [{ ...draft, reason, step: "confirm" }]
    )
  )
  pressed(new RegExp(`^writeoff:reason:(${usualReasons.join("|")})$`), "reason", (draft, reason, _, translator) =>
    Effect.succeed([{ ...draft, reason: translator.t(`writeoff-reason-text-${reason}`), step: "confirm" }])
  )
  pressed(/^writeoff:other-reason$/, "reason", (draft, _, __, translator) =>
    Effect.succeed([draft, { note: translator.say("writeoff-type-reason") }])
  )

  pressed(/^writeoff:change$/, "confirm", (draft) => Effect.succeed([{ ...draft, step: "change" }]))
  pressed(/^writeoff:add$/, "confirm", (draft) => Effect.succeed([{ ...draft, step: "products" }]))
  pressed(/^writeoff:change-reason$/, "confirm", (draft) => Effect.succeed([{ ...draft, step: "reason" }]))
  pressed(/^writeoff:item:([0-9a-f-]{36})$/, "change", (draft, id, _, translator) => {
    const item = draft.items.find(({ productId }) => productId === id)
    if (item === undefined) return Effect.succeed(refuse(draft, translator))
    const { name, productId, unit } = item
    return Effect.succeed([{ ...draft, asked: { productId, name, unit, from: "change" }, step: "amount" }])
  })

  const back = Effect.fnUntraced(function* (ctx: BotContext) {
    const draft = drafts.of(ctx)
    const step = draft === undefined ? undefined : yield* steps.before(draft, yield* personOf(ctx))
    if (draft === undefined || step === undefined) return yield* menu.show(ctx)
    yield* present(ctx, { ...draft, asked: null, query: "", step })
  })

  const askToDrop = (ctx: BotContext) => {
    const { translator } = ctx
    const keyboard = new InlineKeyboard()
      .text(translator.t("writeoff-drop-yes"), "writeoff:dropped")
      .text(translator.t("back"), "writeoff:continue")
    return Effect.asVoid(window.show(ctx, { text: translator.say("writeoff-drop-sure"), keyboard }))
  }

  composer.command("writeoff", on(open))
  composer.callbackQuery("writeoff", on(open))
  composer.callbackQuery("writeoff:new", on(start))
  composer.callbackQuery("writeoff:continue", on(resume))
  composer.callbackQuery("writeoff:back", on(back))
  composer.callbackQuery("writeoff:drop", on(askToDrop))
  composer.callbackQuery(
    "writeoff:dropped",
    on((ctx) =>
      Effect.andThen(
        Effect.sync(() => drafts.clear(ctx)),
        menu.show(ctx)
      )
    )
  )

  /** What stands in the draft and is no longer offered is named, taken out, and the draft is shown where it lacks something. */
  const checked = Effect.fnUntraced(function* (ctx: BotContext, draft: Draft) {
    const { translator } = ctx
    const person = yield* personOf(ctx)
    const known = yield* Effect.forEach(draft.items, ({ productId }) => steps.productOf(productId))
    const items = draft.items.filter((_, at) => known[at] !== undefined)
    const gone = draft.items.filter((_, at) => known[at] === undefined).map(({ name }) => name)
    const { stores } = yield* steps.storesFor(person)
    const store = stores.find(({ id }) => id === draft.store?.id) ?? null
    const accounts = yield* steps.accountsFor({ ...draft, store })
    const account = accounts.find(({ id }) => id === draft.account?.id) ?? null
    const step: Step =
      store === null
        ? "store"
        : account === null
          ? "account"
          : items.length === 0
            ? "products"
            : draft.reason === ""
              ? "reason"
              : "confirm"
    const whole: Draft = { ...draft, items, store, account, step }
    const note = gone.length === 0 ? undefined : translator.say("writeoff-gone", { names: cut(gone.join(", "), 300) })
    return { draft: whole, extra: note === undefined ? {} : { note } }
  })

  /** Whether it is ready to be sent; else what it lacks is on the screen. */
  const isReady = Effect.fnUntraced(function* (ctx: BotContext, draft: Draft) {
    const { draft: whole, extra } = yield* checked(ctx, draft)
    const isWhole = whole.step === "confirm" && extra.note === undefined
    if (!isWhole) yield* present(ctx, whole, { note: extra.note ?? ctx.translator.say("writeoff-not-offered") })
    return isWhole
  })

  /** Of an older one: begins at the confirmation when nothing is missing. */
  const startFrom = Effect.fnUntraced(function* (ctx: BotContext, like: Partial<Draft>) {
    const person = yield* personOf(ctx)
    if (person.department === null) return yield* new UserFacingError({ key: "departments-own" })
    const { draft, extra } = yield* checked(ctx, { ...(yield* begin), ...like })
    yield* present(ctx, draft, extra)
  })

  return { askFirst, composer, isReady, open, present, resume, startFrom }
})

export type Flow = Effect.Success<ReturnType<typeof make>>
