/**
 * Admins decide on what waits: who opens one first has it alone for ten minutes, corrects it, approves or rejects it, or
 * gives it back. Nobody decides on their own while there is another admin.
 */
import { Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { amountOf } from "../../../connectors/iiko/writeoff/Amounts.ts"
import type { Writeoff, WriteoffItem, WriteoffRefused } from "../../../connectors/iiko/writeoff/Writeoff.ts"
import { Writeoffs } from "../../../connectors/iiko/writeoff/Writeoffs.ts"
import { Bridge } from "../../Bridge.ts"
import type { BotContext } from "../../Context.ts"
import { Told } from "../../Failure.ts"
import { expects, isAdmin } from "../../Feature.ts"
import { cut, cutName } from "../../Html.ts"
import { addPages, pageOf } from "../../Pages.ts"
import { Directory } from "../../people/Directory.ts"
import { actorOf } from "../../people/Person.ts"
import { Window } from "../../Window.ts"
import type { Words } from "../../Words.ts"
import { feature, without } from "./Draft.ts"
import { personOf } from "./Flow.ts"
import type { Notices } from "./Notices.ts"
import type { Refusals } from "./Refusals.ts"
import { amountText, farNames } from "./Shelf.ts"
import { unitText } from "./Steps.ts"
import { announcement, makeNames, textOf, writtenView } from "./Written.ts"

const perPage = 8
const mostLabel = 48
const mostRejection = 300

export interface ReviewParts {
  readonly notices: Notices
  readonly refusals: Refusals
}

export const make = Effect.fnUntraced(function* ({ notices, refusals }: ReviewParts) {
  const { on } = yield* Bridge
  const directory = yield* Directory
  const window = yield* Window
  const writeoffs = yield* Writeoffs
  const namesIn = yield* makeNames

  const me = (ctx: BotContext) => Effect.map(personOf(ctx), ({ telegramId }) => actorOf(telegramId))

  /** Opening again prolongs the time, so every step begins with it. */
  const opened = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const actor = yield* me(ctx)
    const writeoff = yield* writeoffs.open(id, actor)
    if (writeoff.author !== actor) return writeoff
    const admins = yield* directory.admins
    if (admins.every(({ telegramId }) => actorOf(telegramId) === actor)) return writeoff
    yield* writeoffs.release(id, actor)
    return yield* new Told({ key: "writeoff-own" })
  })

  const review = Effect.fnUntraced(function* (ctx: BotContext, writeoff: Writeoff, note?: string) {
    const { words } = ctx
    const { id } = writeoff
    ctx.session.expects = null
    const names = yield* namesIn(writeoff)
    const isFar = farNames(writeoff.items, names.stock).length > 0
    const keyboard = new InlineKeyboard()
      .text(words.t("writeoff-approve"), `writeoff:${isFar ? "doubt" : "approve"}:${id}`)
      .row()
      .text(words.t("writeoff-correct"), `writeoff:correct:${id}`)
      .text(words.t("writeoff-reject"), `writeoff:reject:${id}`)
      .row()
      .text(words.t("writeoff-release"), `writeoff:release:${id}`)
    const text = textOf(words, writeoff, names, "admin")
    yield* window.show(ctx, { text: note === undefined ? text : `${text}\n\n${note}`, keyboard })
  })

  /** Far more goes than there is: asked once more before it is sent. */
  const askSure = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { words } = ctx
    const { items, number, store } = yield* opened(ctx, id)
    const far = farNames(items, yield* writeoffs.stock(store.id))
    const keyboard = new InlineKeyboard()
      .text(words.t("writeoff-approve-sure"), `writeoff:approve:${id}`)
      .row()
      .text(words.t("back"), `writeoff:open:${id}`)
    const text = words.say("writeoff-far-approve", { number: number ?? "", names: cut(far.join(", "), 300) })
    yield* window.show(ctx, { text, keyboard })
  })

  const decided = Effect.fnUntraced(function* (ctx: BotContext, writeoff: Writeoff) {
    yield* notices.behind(notices.settle(writeoff, yield* me(ctx)))
    const reader = { isAuthor: writeoff.author === (yield* me(ctx)), isAdmin: true }
    return writtenView(ctx.words, writeoff, yield* namesIn(writeoff), reader)
  })

  const open = (ctx: BotContext, id: number) => Effect.flatMap(opened(ctx, id), (writeoff) => review(ctx, writeoff))

  const approve = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const actor = yield* me(ctx)
    const work = writeoffs.approve(id, actor).pipe(
      Effect.flatMap((writeoff) => decided(ctx, writeoff)),
      Effect.catchTag("WriteoffRefused", (error) => refusals(ctx, error))
    )
    yield* window.work(ctx, { text: ctx.words.say("writeoff-sending") }, () => work)
  })

  const askWhy = Effect.fnUntraced(function* (ctx: BotContext, id: number, note?: string) {
    const { words } = ctx
    const { authorName, number } = yield* opened(ctx, id)
    ctx.session.expects = { feature, step: "reject", about: String(id) }
    const question = words.say("writeoff-reject-why", { author: authorName, number: number ?? "" })
    const text = note === undefined ? question : `${note}\n\n${question}`
    yield* window.show(ctx, { text, keyboard: new InlineKeyboard().text(words.t("back"), `writeoff:open:${id}`) })
  })

  const reject = Effect.fnUntraced(function* (ctx: BotContext, id: number, why: string) {
    if (why.length > mostRejection) {
      return yield* askWhy(ctx, id, ctx.words.say("writeoff-long-reason", { most: mostRejection }))
    }
    const rejected = yield* writeoffs.reject(id, yield* me(ctx), why)
    ctx.session.expects = null
    yield* window.show(ctx, yield* decided(ctx, rejected))
  })

  const release = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const writeoff = yield* writeoffs.release(id, yield* me(ctx))
    ctx.session.expects = null
    yield* window.show(ctx, announcement(ctx.words, writeoff, ctx.words.say("writeoff-released")))
  })

  const showLines = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { words } = ctx
    const writeoff = yield* opened(ctx, id)
    ctx.session.expects = null
    const keyboard = new InlineKeyboard()
    for (const item of writeoff.items) {
      const label = `${cutName(item.name, mostLabel)}: ${amountText(words, item)}`
      keyboard.text(label, `writeoff:line:${id}:${item.productId}`).row()
    }
    keyboard.text(words.t("back"), `writeoff:open:${id}`)
    yield* window.show(ctx, { text: words.say("writeoff-which-item"), keyboard })
  })

  const askLine = Effect.fnUntraced(function* (ctx: BotContext, id: number, product: string, note?: string) {
    const { words } = ctx
    const { items } = yield* opened(ctx, id)
    const item = items.find(({ productId }) => productId === product)
    if (item === undefined) return yield* showLines(ctx, id)
    ctx.session.expects = { feature, step: "line", about: `${id}:${product}:${item.unit ?? ""}` }
    const keyboard = new InlineKeyboard()
    if (items.length > 1) keyboard.text(words.t("writeoff-remove"), `writeoff:strike:${id}:${product}`).row()
    keyboard.text(words.t("back"), `writeoff:correct:${id}`)
    const question = words.say("writeoff-correct-line", {
      name: item.name,
      unit: unitText(item.unit),
      amount: amountText(words, item)
    })
    yield* window.show(ctx, { text: note === undefined ? question : `${note}\n\n${question}`, keyboard })
  })

  const correct = Effect.fnUntraced(function* (
    ctx: BotContext,
    id: number,
    change: (items: ReadonlyArray<WriteoffItem>) => ReadonlyArray<WriteoffItem>
  ) {
    const { items } = yield* opened(ctx, id)
    const changed = change(items)
    // One without any lines cannot be approved: that is what rejecting is for.
    if (changed.length === 0) return yield* showLines(ctx, id)
    yield* review(ctx, yield* writeoffs.correct(id, yield* me(ctx), changed))
  })

  const takeLine = Effect.fnUntraced(function* (ctx: BotContext, text: string) {
    const [id, product, unit] = splitLine(ctx.session.expects?.about ?? "")
    const amount = amountOf(text, unit)
    if (amount === undefined) {
      return yield* askLine(ctx, id, product, ctx.words.say("writeoff-bad-amount", { typed: cut(text, 30) }))
    }
    yield* correct(ctx, id, (items) => items.map((item) => (item.productId === product ? { ...item, amount } : item)))
  })

  const showWaiting = Effect.fnUntraced(function* (ctx: BotContext, page: number) {
    const { words } = ctx
    ctx.session.expects = null
    const shown = pageOf(yield* writeoffs.waiting, page, perPage)
    const lines = yield* Effect.forEach(shown.items, (writeoff) =>
      Effect.map(namesIn(writeoff), ({ lockedBy }) => waitingLine(words, writeoff, lockedBy))
    )
    const keyboard = new InlineKeyboard()
    for (const { authorName, id, number } of shown.items) {
      keyboard.text(cut(`${number ?? ""} · ${authorName}`, mostLabel), `writeoff:open:${id}`).row()
    }
    addPages(keyboard, shown, (next) => `writeoff:waiting:${next}`)
    keyboard.text(words.t("menu-back"), "menu")
    const title = words.say(lines.length === 0 ? "writeoff-nothing-waits" : "writeoff-waits")
    yield* window.show(ctx, { text: [title, ...lines].join("\n\n"), keyboard })
  })

  /** A refusal tells how it stands instead. */
  const guarded = <E extends { readonly message: string }>(
    ctx: BotContext,
    effect: Effect.Effect<void, WriteoffRefused | E>
  ) =>
    Effect.catchIf(
      effect,
      (error): error is WriteoffRefused => "_tag" in error && error._tag === "WriteoffRefused",
      (error) => {
        ctx.session.expects = null
        return Effect.flatMap(refusals(ctx, error), (view) => Effect.asVoid(window.show(ctx, view)))
      }
    )

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  const steps = { open, approve, doubt: askSure, reject: askWhy, release, correct: showLines } as const
  for (const [name, handle] of Object.entries(steps)) {
    admins.callbackQuery(
      new RegExp(`^writeoff:${name}:(\\d{1,12})$`),
      on((ctx) => guarded(ctx, handle(ctx, Number(ctx.match[1]))))
    )
  }
  admins.callbackQuery(
    /^writeoff:(line|strike):(\d{1,12}):([0-9a-f-]{36})$/,
    on((ctx) => {
      const [id, product] = [Number(ctx.match[2]), ctx.match[3] ?? ""]
      const handled =
        ctx.match[1] === "line" ? askLine(ctx, id, product) : correct(ctx, id, (items) => without(items, product))
      return guarded(ctx, handled)
    })
  )
  const typed = (question: string) => admins.filter(expects(feature, question)).on("message:text")
  typed("line").use(on((ctx) => guarded(ctx, takeLine(ctx, ctx.message.text))))
  typed("reject").use(
    on((ctx) => guarded(ctx, reject(ctx, Number(ctx.session.expects?.about), ctx.message.text.trim())))
  )
  const waiting = (ctx: BotContext) => showWaiting(ctx, 0)
  admins.command("waiting", on(waiting))
  admins.callbackQuery(
    /^writeoff:waiting:(\d{1,3})$/,
    on((ctx) => showWaiting(ctx, Number(ctx.match[1])))
  )
  return { composer, waiting }
})

const splitLine = (about: string): readonly [id: number, product: string, unit: string | null] => {
  const [id = "", product = "", ...unit] = about.split(":")
  return [Number(id), product, unit.join(":") || null]
}

const waitingLine = (words: Words, writeoff: Writeoff, lockedBy: string): string => {
  const { authorName, items, number, store, submittedAt } = writeoff
  const line = words.say("writeoff-waiting-line", {
    number: number ?? "",
    author: authorName,
    store: store.name,
    at: submittedAt === null ? "" : words.moment(submittedAt),
    count: items.length
  })
  return writeoff.lockedBy === null ? line : `${line}\n${words.say("writeoff-held", { who: lockedBy })}`
}
