/**
 * Admins decide on what waits: who opens one first has it alone for ten minutes, corrects it, approves or rejects it, or
 * gives it back. Nobody decides on their own while there is another admin.
 */
import { Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { expects, isAdmin } from "../../../../bot/Feature.ts"
import { HandlerRuntime } from "../../../../bot/HandlerRuntime.ts"
import { Directory } from "../../../../bot/people/Directory.ts"
import { actorOf } from "../../../../bot/people/Person.ts"
import type { BotContext } from "../../../../bot/session/Context.ts"
import { Window } from "../../../../bot/window/Window.ts"
import { cut } from "../../../../core/plugin/chat/Html.ts"
import { addPages, pageOf } from "../../../../core/plugin/chat/Pages.ts"
import type { Translator } from "../../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../../core/plugin/chat/UserFacingError.ts"
import type { Writeoff, WriteoffRefused } from "../../writeoff/Writeoff.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { doubted, doubtsOf, markOf } from "./AmountCheck.ts"
import * as Corrections from "./Corrections.ts"
import { feature, without } from "./Draft.ts"
import { personOf } from "./Flow.ts"
import type { Notices } from "./Notices.ts"
import type { Refusals } from "./Refusals.ts"
import { announcement, makeNames, textOf, writeoffView } from "./WriteoffView.ts"

const perPage = 8
const maxLabel = 48
const maxRejection = 300

export interface ReviewParts {
  readonly notices: Notices
  readonly refusals: Refusals
}

export const make = Effect.fnUntraced(function* ({ notices, refusals }: ReviewParts) {
  const { on } = yield* HandlerRuntime
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
    return yield* new UserFacingError({ key: "writeoff-own" })
  })

  const review = Effect.fnUntraced(function* (ctx: BotContext, writeoff: Writeoff, note?: string) {
    const { translator } = ctx
    const { id } = writeoff
    ctx.session.expects = null
    const names = yield* namesIn(writeoff)
    const keyboard = new InlineKeyboard()
      .text(translator.t("writeoff-approve"), `writeoff:approve:${id}`)
      .row()
      .text(translator.t("writeoff-correct"), `writeoff:correct:${id}`)
      .text(translator.t("writeoff-reject"), `writeoff:reject:${id}`)
      .row()
      .text(translator.t("writeoff-release"), `writeoff:release:${id}`)
    const text = textOf(translator, writeoff, names, "admin")
    yield* window.show(ctx, { text: note === undefined ? text : `${text}\n\n${note}`, keyboard })
  })

  /** Far more goes than there is: asked once more before it is sent. Answers whether that is so. */
  const asksFirst = Effect.fnUntraced(function* (ctx: BotContext, id: number, mark: string | undefined) {
    const { translator } = ctx
    const standing = yield* writeoffs.byId(id)
    // Of what one has not open nothing is asked: it is refused.
    if (standing?.status !== "waiting" || standing.lockedBy !== (yield* me(ctx))) return false
    const stock = yield* writeoffs.stock(standing.store.id)
    const far = doubted(standing.items, stock)
    if (far.length === 0 || mark === markOf(far)) return false
    const { number } = yield* opened(ctx, id)
    const keyboard = new InlineKeyboard()
      .text(translator.t("writeoff-approve-sure"), `writeoff:approve:${id}:${markOf(far)}`)
      .row()
      .text(translator.t("back"), `writeoff:open:${id}`)
    const question = translator.say("writeoff-far-approve", { number: number ?? "" })
    yield* window.show(ctx, { text: `${doubtsOf(translator, far, stock)}\n\n${question}`, keyboard })
    return true
  })

  const decided = Effect.fnUntraced(function* (ctx: BotContext, writeoff: Writeoff) {
    yield* notices.behind(notices.settle(writeoff, yield* me(ctx)))
    const reader = { isAuthor: writeoff.author === (yield* me(ctx)), isAdmin: true }
    return writeoffView(ctx.translator, writeoff, yield* namesIn(writeoff), reader)
  })

  const open = (ctx: BotContext, id: number) => Effect.flatMap(opened(ctx, id), (writeoff) => review(ctx, writeoff))

  const approve = Effect.fnUntraced(function* (ctx: BotContext, id: number, mark?: string) {
    if (yield* asksFirst(ctx, id, mark)) return
    const actor = yield* me(ctx)
    const work = writeoffs.approve(id, actor).pipe(
      Effect.flatMap((writeoff) => decided(ctx, writeoff)),
      Effect.catchTag("WriteoffRefused", (error) => refusals(ctx, error))
    )
    yield* window.work(ctx, { text: ctx.translator.say("writeoff-sending") }, () => work)
  })

  const askWhy = Effect.fnUntraced(function* (ctx: BotContext, id: number, note?: string) {
    const { translator } = ctx
    const { authorName, number } = yield* opened(ctx, id)
    ctx.session.expects = { feature, step: "reject", about: String(id) }
    const question = translator.say("writeoff-reject-why", { author: authorName, number: number ?? "" })
    const text = note === undefined ? question : `${note}\n\n${question}`
    yield* window.show(ctx, { text, keyboard: new InlineKeyboard().text(translator.t("back"), `writeoff:open:${id}`) })
  })

  const reject = Effect.fnUntraced(function* (ctx: BotContext, id: number, why: string) {
    if (why.length > maxRejection) {
      return yield* askWhy(ctx, id, ctx.translator.say("writeoff-long-reason", { most: maxRejection }))
    }
    const rejected = yield* writeoffs.reject(id, yield* me(ctx), why)
    ctx.session.expects = null
    yield* window.show(ctx, yield* decided(ctx, rejected))
  })

  const release = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const writeoff = yield* writeoffs.release(id, yield* me(ctx))
    ctx.session.expects = null
    yield* window.show(ctx, announcement(ctx.translator, writeoff, ctx.translator.say("writeoff-released")))
  })

  const { askLine, correct, showLines, takeLine, takeSure } = yield* Corrections.make({ opened, review })

  const showWaiting = Effect.fnUntraced(function* (ctx: BotContext, page: number) {
    const { translator } = ctx
    ctx.session.expects = null
    const shown = pageOf(yield* writeoffs.waiting, page, perPage)
    const lines = yield* Effect.forEach(shown.items, (writeoff) =>
      Effect.map(namesIn(writeoff), ({ lockedBy }) => waitingLine(translator, writeoff, lockedBy))
    )
    const keyboard = new InlineKeyboard()
    for (const { authorName, id, number } of shown.items) {
      keyboard.text(cut(`${number ?? ""} · ${authorName}`, maxLabel), `writeoff:open:${id}`).row()
    }
    addPages(keyboard, shown, (next) => `writeoff:waiting:${next}`)
    keyboard.text(translator.t("menu-back"), "menu")
    const title = translator.say(lines.length === 0 ? "writeoff-nothing-waits" : "writeoff-waits")
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
  const steps = { open, reject: askWhy, release, correct: showLines } as const
  for (const [name, handle] of Object.entries(steps)) {
    admins.callbackQuery(
      new RegExp(`^writeoff:${name}:(\\d{1,12})$`),
      on((ctx) => guarded(ctx, handle(ctx, Number(ctx.match[1]))))
    )
  }
  admins.callbackQuery(
    /^writeoff:approve:(\d{1,12})(?::([0-9a-f]{16}))?$/,
    on((ctx) => guarded(ctx, approve(ctx, Number(ctx.match[1]), ctx.match[2])))
  )
  admins.callbackQuery(
    /^writeoff:sure-line:(\d{1,12}):([\d.]{1,20})$/,
    on((ctx) => guarded(ctx, takeSure(ctx, Number(ctx.match[1]), ctx.match[2] ?? "")))
  )
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

const waitingLine = (translator: Translator, writeoff: Writeoff, lockedBy: string): string => {
  const { authorName, items, number, store, submittedAt } = writeoff
  const line = translator.say("writeoff-waiting-line", {
    number: number ?? "",
    author: authorName,
    store: store.name,
    at: submittedAt === null ? "" : translator.moment(submittedAt),
    count: items.length
  })
  return writeoff.lockedBy === null ? line : `${line}\n${translator.say("writeoff-held", { who: lockedBy })}`
}
