/** The write-offs of a person: the list, each one in full, and its remaining actions. */

import { Effect } from "effect"
import {
  addPages,
  type ChatContext,
  type ChatPress,
  cut,
  Keyboard,
  pageOf,
  type Translator,
  UserFacingError
} from "../../../../core/sdk.ts"
import type { Writeoff } from "../../writeoff/Writeoff.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import type { SubmitParts } from "./Submit.ts"
import { icons, makeNames, writeoffView } from "./WriteoffView.ts"

const perPage = 8
const filters = ["all", "bar", "kitchen"] as const
type Filter = (typeof filters)[number]

export const make = Effect.fnUntraced(function* ({ drafts, flow, notices, refusals }: SubmitParts) {
  const writeoffs = yield* Writeoffs
  const namesIn = yield* makeNames

  const show = Effect.fnUntraced(function* (ctx: ChatContext, filter: Filter, page: number) {
    const { person, translator } = ctx
    ctx.session.expects = null
    const found = yield* writeoffs.history(person.actor, filter === "all" ? undefined : filter)
    const shown = pageOf(found, page, perPage)
    const keyboard = new Keyboard()
    for (const writeoff of shown.items)
      keyboard.text(labelOf(translator, writeoff), `writeoff:doc:${writeoff.id}`).row()
    addPages(keyboard, shown, (next) => `writeoff:history:${filter}:${next}`)
    for (const one of filters) {
      const label = translator.t(`writeoff-filter-${one}`)
      keyboard.text(one === filter ? `• ${label}` : label, `writeoff:history:${one}:0`)
    }
    keyboard.row().text(translator.t("menu-back"), "menu")
    const text = translator.say(found.length === 0 ? "writeoff-no-history" : "writeoff-history")
    yield* ctx.show({ text, keyboard })
  })

  const viewFor = Effect.fnUntraced(function* (ctx: ChatContext, writeoff: Writeoff) {
    const { actor, isAdmin } = ctx.person
    const reader = { isAuthor: writeoff.author === actor, isAdmin }
    return writeoffView(ctx.translator, writeoff, yield* namesIn(writeoff), reader)
  })

  /** Finds an own write-off; admins may open those of others. */
  const find = Effect.fnUntraced(function* (ctx: ChatContext, id: number, whose: "own" | "any" = "any") {
    const { actor, isAdmin } = ctx.person
    const writeoff = yield* writeoffs.byId(id)
    const isTheirs = writeoff?.author === actor || (whose === "any" && isAdmin)
    if (writeoff === undefined || !isTheirs) return yield* new UserFacingError({ key: "writeoff-refused-missing" })
    return writeoff
  })

  const open = Effect.fnUntraced(function* (ctx: ChatContext, id: number) {
    ctx.session.expects = null
    yield* ctx.show(yield* viewFor(ctx, yield* find(ctx, id)))
  })

  const repeat = Effect.fnUntraced(function* (ctx: ChatContext, id: number) {
    const draft = drafts.of(ctx)
    if (draft !== undefined && drafts.isKept(ctx)) return yield* flow.askFirst(ctx, draft, `writeoff:again:${id}`)
    yield* again(ctx, id)
  })

  const again = Effect.fnUntraced(function* (ctx: ChatContext, id: number) {
    const { account, items, reason, store } = yield* find(ctx, id, "own")
    yield* flow.startFrom(ctx, { account, items, reason, store })
  })

  const retry = Effect.fnUntraced(function* (ctx: ChatContext, id: number) {
    yield* find(ctx, id)
    const { actor } = ctx.person
    const work = writeoffs.retry(id, actor).pipe(
      Effect.tap((writeoff) => notices.runInBackground(notices.settle(writeoff, actor))),
      Effect.flatMap((writeoff) => viewFor(ctx, writeoff)),
      Effect.catchTag("WriteoffRefused", (error) => refusals(ctx, error))
    )
    yield* ctx.work({ text: ctx.translator.say("writeoff-sending") }, () => work)
  })

  const cancel = Effect.fnUntraced(function* (ctx: ChatContext, id: number) {
    const { actor } = ctx.person
    const view = writeoffs.cancel(id, actor).pipe(
      Effect.tap((writeoff) => notices.runInBackground(notices.settle(writeoff, actor))),
      Effect.flatMap((writeoff) => viewFor(ctx, writeoff)),
      Effect.catchTag("WriteoffRefused", (error) => refusals(ctx, error))
    )
    yield* ctx.show(yield* view)
  })

  const openHistory = (ctx: ChatContext) => show(ctx, "all", 0)
  const steps = Object.entries({ doc: open, repeat, again, retry, cancel })
  const presses: ReadonlyArray<ChatPress> = [
    {
      data: /^writeoff:history:(all|bar|kitchen):(\d{1,2})$/,
      run: (ctx, [, wanted, page]) => show(ctx, filters.find((one) => one === wanted) ?? "all", Number(page))
    },
    ...steps.map(
      ([name, handle]): ChatPress => ({
        data: new RegExp(`^writeoff:${name}:(\\d{1,12})$`),
        run: (ctx, [, id]) => handle(ctx, Number(id))
      })
    )
  ]
  return { open: openHistory, presses }
})

const labelOf = (translator: Translator, { items, number, status, store, submittedAt }: Writeoff): string => {
  const at = submittedAt === null ? "" : translator.moment(submittedAt)
  const [only] = items.length === 1 ? items : []
  const what = only?.name ?? translator.t("writeoff-count", { count: items.length })
  return cut(`${icons[status]} ${at} · ${what} · ${store.name} · ${number ?? ""}`, 60)
}
