/** What somebody has written off: the list, each one whole, and what they can still do about it. */
import { Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { HandlerRuntime } from "../../../../bot/HandlerRuntime.ts"
import { actorOf } from "../../../../bot/people/Person.ts"
import type { BotContext } from "../../../../bot/session/Context.ts"
import { Window } from "../../../../bot/window/Window.ts"
import { cut } from "../../../../core/plugin/chat/Html.ts"
import { addPages, pageOf } from "../../../../core/plugin/chat/Pages.ts"
import type { Translator } from "../../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../../core/plugin/chat/UserFacingError.ts"
import type { Writeoff } from "../../writeoff/Writeoff.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { personOf } from "./Flow.ts"
import type { SubmitParts } from "./Submit.ts"
import { icons, makeNames, writeoffView } from "./WriteoffView.ts"

const perPage = 8
const filters = ["all", "bar", "kitchen"] as const
type Filter = (typeof filters)[number]

export const make = Effect.fnUntraced(function* ({ drafts, flow, notices, refusals }: SubmitParts) {
  const { on } = yield* HandlerRuntime
  const window = yield* Window
  const writeoffs = yield* Writeoffs
  const namesIn = yield* makeNames

  const show = Effect.fnUntraced(function* (ctx: BotContext, filter: Filter, page: number) {
    const { translator } = ctx
    const { telegramId } = yield* personOf(ctx)
    ctx.session.expects = null
    const found = yield* writeoffs.history(actorOf(telegramId), filter === "all" ? undefined : filter)
    const shown = pageOf(found, page, perPage)
    const keyboard = new InlineKeyboard()
    for (const writeoff of shown.items)
      keyboard.text(labelOf(translator, writeoff), `writeoff:doc:${writeoff.id}`).row()
    addPages(keyboard, shown, (next) => `writeoff:history:${filter}:${next}`)
    for (const one of filters) {
      const label = translator.t(`writeoff-filter-${one}`)
      keyboard.text(one === filter ? `• ${label}` : label, `writeoff:history:${one}:0`)
    }
    keyboard.row().text(translator.t("menu-back"), "menu")
    const text = translator.say(found.length === 0 ? "writeoff-no-history" : "writeoff-history")
    yield* window.show(ctx, { text, keyboard })
  })

  const viewFor = Effect.fnUntraced(function* (ctx: BotContext, writeoff: Writeoff) {
    const { isAdmin, telegramId } = yield* personOf(ctx)
    const reader = { isAuthor: writeoff.author === actorOf(telegramId), isAdmin }
    return writeoffView(ctx.translator, writeoff, yield* namesIn(writeoff), reader)
  })

  /** One's own; admins may look at anybody's. */
  const find = Effect.fnUntraced(function* (ctx: BotContext, id: number, whose: "own" | "any" = "any") {
    const { isAdmin, telegramId } = yield* personOf(ctx)
    const writeoff = yield* writeoffs.byId(id)
    const isTheirs = writeoff?.author === actorOf(telegramId) || (whose === "any" && isAdmin)
    if (writeoff === undefined || !isTheirs) return yield* new UserFacingError({ key: "writeoff-refused-missing" })
    return writeoff
  })

  const open = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    ctx.session.expects = null
    yield* window.show(ctx, yield* viewFor(ctx, yield* find(ctx, id)))
  })

  const repeat = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const draft = drafts.of(ctx)
    if (draft !== undefined && drafts.isKept(ctx)) return yield* flow.askFirst(ctx, draft, `writeoff:again:${id}`)
    yield* again(ctx, id)
  })

  const again = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { account, items, reason, store } = yield* find(ctx, id, "own")
    yield* flow.startFrom(ctx, { account, items, reason, store })
  })

  const retry = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    yield* find(ctx, id)
    const actor = actorOf((yield* personOf(ctx)).telegramId)
    const work = writeoffs.retry(id, actor).pipe(
      Effect.tap((writeoff) => notices.behind(notices.settle(writeoff, actor))),
      Effect.flatMap((writeoff) => viewFor(ctx, writeoff)),
      Effect.catchTag("WriteoffRefused", (error) => refusals(ctx, error))
    )
    yield* window.work(ctx, { text: ctx.translator.say("writeoff-sending") }, () => work)
  })

  const cancel = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const actor = actorOf((yield* personOf(ctx)).telegramId)
    const view = writeoffs.cancel(id, actor).pipe(
      Effect.tap((writeoff) => notices.behind(notices.settle(writeoff, actor))),
      Effect.flatMap((writeoff) => viewFor(ctx, writeoff)),
      Effect.catchTag("WriteoffRefused", (error) => refusals(ctx, error))
    )
    yield* window.show(ctx, yield* view)
  })

  const composer = new Composer<BotContext>()
  const openHistory = (ctx: BotContext) => show(ctx, "all", 0)
  composer.command("history", on(openHistory))
  composer.callbackQuery(
    /^writeoff:history:(all|bar|kitchen):(\d{1,2})$/,
    on((ctx) => show(ctx, filters.find((one) => one === ctx.match[1]) ?? "all", Number(ctx.match[2])))
  )
  const actions = { doc: open, repeat, again, retry, cancel } as const
  for (const [name, handle] of Object.entries(actions)) {
    composer.callbackQuery(
      new RegExp(`^writeoff:${name}:(\\d{1,12})$`),
      on((ctx) => handle(ctx, Number(ctx.match[1])))
    )
  }
  return { composer, open: openHistory }
})

const labelOf = (translator: Translator, { items, number, status, store, submittedAt }: Writeoff): string => {
  const at = submittedAt === null ? "" : translator.moment(submittedAt)
  const [only] = items.length === 1 ? items : []
  const what = only?.name ?? translator.t("writeoff-count", { count: items.length })
  return cut(`${icons[status]} ${at} · ${what} · ${store.name} · ${number ?? ""}`, 60)
}
