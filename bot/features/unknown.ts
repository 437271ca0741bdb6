/**
 * `/unknown`: actions that were sent and may not have arrived. An admin who checked the system records the outcome,
 * once. Before anything is sent again, the daemon checks as well if the system can be asked.
 */
import { DateTime, Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { type ActionEntry, Control } from "../../core/control/Control.ts"
import { cut, escapeHtml } from "../../core/plugin/chat/Html.ts"
import { reasonHtml, reasonText } from "../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../core/plugin/chat/UserFacingError.ts"
import { type Feature, isAdmin } from "../Feature.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { actorOfUpdate } from "../people/Actor.ts"
import * as ActorNames from "../people/ActorNames.ts"
import { Directory } from "../people/Directory.ts"
import type { BotContext } from "../session/Context.ts"
import type { View } from "../window/View.ts"
import { WaitingCounts } from "../window/WaitingCounts.ts"
import { Window } from "../window/Window.ts"

/** More than ever waited at once. */
const maxCount = 20
/** More than a person counts. */
const maxCounted = 100
const maxLabel = 60
const maxError = 500

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { actions } = yield* Control
  const directory = yield* Directory
  const waiting = yield* WaitingCounts
  const window = yield* Window

  const list = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    const waiting = yield* actions.log({ status: "unknown", limit: maxCount })
    const keyboard = new InlineKeyboard()
    for (const { id, whatReason } of waiting)
      keyboard.text(cut(reasonText(translator, whatReason), maxLabel), `unknown:show:${id}`).row()
    keyboard.text(translator.t("menu-back"), "menu")
    const text = translator.say(waiting.length === 0 ? "unknown-none" : "unknown-title")
    yield* window.show(ctx, { text, keyboard })
  })

  /** Returns the state of the action, and the admin's choices while its outcome is unknown. */
  const viewOf = Effect.fnUntraced(function* (translator: Translator, id: number) {
    const entry = yield* actions.entry(id)
    if (entry === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    const by = entry.actor === null ? undefined : yield* ActorNames.actorNameOf(directory, entry.actor)
    const decidedBy = entry.resolvedBy === null ? undefined : yield* ActorNames.actorNameOf(directory, entry.resolvedBy)
    return entryView(translator, entry, by, decidedBy)
  })

  const show = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    yield* window.show(ctx, yield* viewOf(ctx.translator, id))
  })

  const decide = Effect.fnUntraced(function* (ctx: BotContext, as: "done" | "failed", id: number) {
    yield* window.work(ctx, { text: ctx.translator.say("unknown-looking") }, () =>
      actions.resolve(id, as, actorOfUpdate(ctx).actor).pipe(
        // It was found, or another admin was quicker: the entry itself shows that.
        Effect.catchTag("ActionSettled", () => Effect.void),
        Effect.andThen(viewOf(ctx.translator, id))
      )
    )
  })

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  admins.command("unknown", on(list))
  admins.callbackQuery("unknown", on(list))
  admins.callbackQuery(
    /^unknown:show:(\d{1,15})$/,
    on((ctx) => show(ctx, Number(ctx.match[1])))
  )
  admins.callbackQuery(
    /^unknown:(done|failed):(\d{1,15})$/,
    on((ctx) => decide(ctx, ctx.match[1] === "done" ? "done" : "failed", Number(ctx.match[2])))
  )

  const feature: Feature = {
    namespaces: ["unknown"],
    composer,
    entries: [
      {
        key: "menu-unknown",
        audience: "admins",
        waits: "unknown",
        when: ({ person }) => waiting.known("unknown", person) > 0,
        open: list
      }
    ],
    commands: [{ name: "unknown", audience: "admins" }],
    waiting: {
      kind: "unknown",
      authors: Effect.map(actions.log({ status: "unknown", limit: maxCounted }), (all) => all.map(() => null)),
      opens: "unknown",
      label: "status-to-unknown",
      line: "status-waiting-unknown"
    }
  }
  return feature
})

const entryView = (
  translator: Translator,
  entry: ActionEntry,
  by: string | undefined,
  decidedBy: string | undefined
): View => {
  const { action, createdAt, errorReason, id, status, whatReason } = entry
  const at = translator.moment(DateTime.toDateUtc(createdAt))
  const lines = [
    `<b>${escapeHtml(reasonText(translator, whatReason))}</b>`,
    translator.say("unknown-of", { action, at, by: by ?? entry.trigger }),
    ...(errorReason === null ? [] : [`<blockquote>${reasonHtml(translator, errorReason, maxError)}</blockquote>`]),
    translator.say(decidedBy === undefined ? `unknown-${status}` : `unknown-${status}-by`, { by: decidedBy ?? "" })
  ]
  const keyboard = new InlineKeyboard()
  if (status === "unknown") {
    keyboard
      .text(translator.t("unknown-say-done"), `unknown:done:${id}`)
      .text(translator.t("unknown-say-failed"), `unknown:failed:${id}`)
      .row()
  }
  keyboard.text(translator.t("back"), "unknown").text(translator.t("menu-back"), "menu")
  return { text: lines.join("\n\n"), keyboard }
}
