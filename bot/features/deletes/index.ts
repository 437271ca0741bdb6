/**
 * `/deletes`: deletes that a guard withheld, with the exact rows. An admin applies or drops them, once; the next one
 * who tries sees who decided, and how.
 */
import { Effect } from "effect"
import { Composer } from "grammy"
import { Control } from "../../../core/control/Control.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { type Feature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import * as ActorNames from "../../people/ActorNames.ts"
import { Directory } from "../../people/Directory.ts"
import type { BotContext } from "../../session/Context.ts"
import { Window } from "../../window/Window.ts"
import * as Views from "./Views.ts"

/** For a decision older than this many the answer is only that it is gone. */
const decisionsLooked = 100

export const make = Effect.gen(function* () {
  const { deletes } = yield* Control
  const handlers = yield* makeHandlers
  const composer = new Composer<BotContext>()
  install(composer.filter(isAdmin), handlers, yield* HandlerRuntime)
  const feature: Feature = {
    namespaces: ["deletes"],
    composer,
    entries: [{ key: "menu-deletes", audience: "admins", waits: "deletes", open: handlers.list }],
    commands: [{ name: "deletes", audience: "admins" }],
    waiting: {
      kind: "deletes",
      authors: Effect.map(deletes.open(0), (open) => open.map(() => null)),
      opens: "deletes",
      label: "status-to-deletes"
    }
  }
  return feature
})

const makeHandlers = Effect.gen(function* () {
  const { deletes } = yield* Control
  const directory = yield* Directory
  const window = yield* Window

  const list = Effect.fnUntraced(function* (ctx: BotContext) {
    yield* window.show(ctx, Views.listView(ctx.translator, yield* deletes.open(0)))
  })

  const decidedView = Effect.fnUntraced(function* (translator: Translator, id: bigint) {
    const decided = (yield* deletes.decided(0, decisionsLooked)).find((one) => one.id === id)
    if (decided === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    const by = decided.decided_by === null ? "?" : yield* ActorNames.actorNameOf(directory, decided.decided_by)
    return Views.decidedView(translator, decided, by)
  })

  /** Finds a delete that is still pending; otherwise shows how it was decided. */
  const find = Effect.fnUntraced(function* (ctx: BotContext, id: bigint) {
    const found = (yield* deletes.open(0)).find((one) => one.id === id)
    if (found === undefined) yield* window.show(ctx, yield* decidedView(ctx.translator, id))
    return found
  })

  const show = Effect.fnUntraced(function* (ctx: BotContext, id: bigint, offset: number) {
    if ((yield* find(ctx, id)) === undefined) return
    const page = yield* deletes.page(id, offset, Views.pageSize)
    if (page === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    yield* window.show(ctx, Views.rowsView(ctx.translator, id, offset, page))
  })

  const ask = Effect.fnUntraced(function* (ctx: BotContext, decision: string, id: bigint) {
    const found = yield* find(ctx, id)
    if (found !== undefined) yield* window.show(ctx, Views.questionView(ctx.translator, found, decision))
  })

  const decide = Effect.fnUntraced(function* (ctx: BotContext, decision: "apply" | "drop", id: bigint) {
    const { translator } = ctx
    const found = yield* find(ctx, id)
    if (found === undefined) return
    const entity = Views.entityOf(found)
    yield* window.work(ctx, { text: translator.say("working") }, () =>
      deletes.decide(id, decision, actorOfUpdate(ctx)).pipe(
        Effect.map((rows) => ({
          text: translator.say(`deletes-done-${decision}`, { entity, rows: decision === "apply" ? rows : found.total }),
          keyboard: Views.backToList(translator)
        })),
        // Another admin decided between the look and this decision.
        Effect.catchTag("PendingDeleteGone", () => decidedView(translator, id))
      )
    )
  })

  return { ask, decide, list, show }
})

const install = (
  admins: Composer<BotContext>,
  { ask, decide, list, show }: Effect.Success<typeof makeHandlers>,
  { on }: HandlerRuntime["Service"]
): void => {
  admins.command("deletes", on(list))
  admins.callbackQuery("deletes", on(list))
  admins.callbackQuery(
    /^deletes:show:(\d{1,18}):(\d{1,9})$/,
    on((ctx) => show(ctx, BigInt(ctx.match[1] ?? ""), Number(ctx.match[2])))
  )
  admins.callbackQuery(
    /^deletes:ask:(apply|drop):(\d{1,18})$/,
    on((ctx) => ask(ctx, ctx.match[1] ?? "", BigInt(ctx.match[2] ?? "")))
  )
  admins.callbackQuery(
    /^deletes:do:(apply|drop):(\d{1,18})$/,
    on((ctx) => decide(ctx, ctx.match[1] === "apply" ? "apply" : "drop", BigInt(ctx.match[2] ?? "")))
  )
}
