/**
 * Alerts in the chats that the configuration names for them, and `/mute`. A button of an alert opens its target in the
 * window, so that the alert's message stays and can later report the end.
 */
import { DateTime, Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { Composer, InlineKeyboard, type MiddlewareFn } from "grammy"
import { alertKinds } from "../../../core/control/Control.ts"
import { type Feature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import * as ActorNames from "../../people/ActorNames.ts"
import { Directory } from "../../people/Directory.ts"
import { Settings } from "../../Settings.ts"
import type { BotContext } from "../../session/Context.ts"
import { isGroup } from "../../telegram/Broadcast.ts"
import { Window } from "../../window/Window.ts"
import * as AlertNotifier from "./AlertNotifier.ts"
import * as Mutes from "./Mutes.ts"

/** Raisers of alerts check once a minute, and not before the daemon has caught up with what it missed. */
const settleTime = Duration.minutes(5)

export const make = Effect.gen(function* () {
  const { on, promise } = yield* HandlerRuntime
  const directory = yield* Directory
  const { timezone } = yield* Settings
  const sql = yield* SqlClient.SqlClient
  const window = yield* Window
  const background = yield* AlertNotifier.make(settleTime)
  const provided = Effect.provideService(SqlClient.SqlClient, sql)
  const chatOf = (ctx: BotContext) => Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))

  const show = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    const chat = yield* chatOf(ctx)
    const own = (yield* provided(Mutes.active)).filter((mute) => mute.chat === chat)
    const lines = yield* Effect.forEach(own, ({ actor, kind, until }) =>
      Effect.map(ActorNames.actorNameOf(directory, actor ?? "?"), (by) =>
        kind === ""
          ? translator.say("mute-all-until", { until: translator.moment(until), by })
          : translator.say("mute-kind-until", {
              kind: translator.t(`alert-${kind}`),
              until: translator.moment(until),
              by
            })
      )
    )
    const keyboard = spanButtons(ctx, "all").text(translator.t("mute-one-kind"), "alerts:kinds").row()
    if (own.length > 0) keyboard.text(translator.t("mute-end"), "alerts:unmute").row()
    if (!isGroup(chat)) keyboard.text(translator.t("menu-back"), "menu")
    const text = [
      ...(lines.length === 0 ? [translator.say("mute-none")] : lines),
      "",
      translator.say("mute-question")
    ].join("\n")
    yield* window.show(ctx, { text, keyboard })
  })

  const spanButtons = ({ translator }: BotContext, kind: string) => {
    const keyboard = new InlineKeyboard()
    for (const span of Mutes.spans) keyboard.text(translator.t(`mute-${span}`), `alerts:mute:${kind}:${span}`).row()
    return keyboard
  }

  const kinds = (ctx: BotContext) => {
    const keyboard = new InlineKeyboard()
    for (const kind of alertKinds) keyboard.text(ctx.translator.t(`alert-${kind}`), `alerts:kind:${kind}`).row()
    keyboard.text(ctx.translator.t("back"), "alerts:mutes")
    return Effect.asVoid(window.show(ctx, { text: ctx.translator.say("mute-which"), keyboard }))
  }

  const oneKind = (ctx: BotContext, wanted: string) => {
    const kind = alertKinds.find((one) => one === wanted)
    if (kind === undefined) return show(ctx)
    const keyboard = spanButtons(ctx, kind).text(ctx.translator.t("back"), "alerts:kinds")
    const text = ctx.translator.say("mute-how-long", { kind: ctx.translator.t(`alert-${kind}`) })
    return Effect.asVoid(window.show(ctx, { text, keyboard }))
  }

  const noted = (ctx: BotContext, what: string) =>
    Effect.annotateLogs(Effect.logInfo(what), {
      service: "alerts",
      actor: actorOfUpdate(ctx).actor,
      chat: ctx.chat?.id
    })

  const mute = Effect.fnUntraced(function* (ctx: BotContext, wanted: string, span: string) {
    const kind = wanted === "all" ? "" : alertKinds.find((one) => one === wanted)
    const known = Mutes.spans.find((one) => one === span)
    if (kind !== undefined && known !== undefined) {
      const until = Mutes.untilOf(known, yield* DateTime.now, timezone)
      const chat = yield* chatOf(ctx)
      yield* provided(Mutes.set(chat, kind, until, actorOfUpdate(ctx).actor))
      yield* noted(ctx, `${kind === "" ? "alerts" : `alerts of ${kind}`} are muted until ${DateTime.formatIso(until)}`)
    }
    yield* show(ctx)
  })

  const unmute = Effect.fnUntraced(function* (ctx: BotContext) {
    yield* provided(Mutes.clear(yield* chatOf(ctx)))
    yield* noted(ctx, "alerts are told again")
    yield* show(ctx)
  })

  /** Opens a new window below the alert instead of the chat's old one; the press counts as one of its buttons. */
  const moveAside = Effect.fnUntraced(function* (ctx: BotContext, to: string) {
    const query = ctx.callbackQuery
    const message = query?.message
    if (query === undefined || message === undefined) return
    const chat = message.chat.id
    const shown = yield* window.send(chat, { text: ctx.translator.say("working") })
    const old = ctx.session.window
    ctx.session.window = { id: shown.id, hasPhoto: false }
    if (old !== null && old.id !== message.message_id) yield* window.remove(chat, old.id)
    query.data = to
    query.message = { chat: message.chat, message_id: shown.id, date: 0 }
  })

  const beside: MiddlewareFn<BotContext> = async (ctx, next) => {
    const [, to] = /^alerts:to:(.+)$/.exec(ctx.callbackQuery?.data ?? "") ?? []
    // A group shows nothing else; older messages still have the buttons.
    const isShown = to === "mute" || !isGroup(ctx.chat?.id ?? 0)
    if (to !== undefined && isShown) await promise(moveAside(ctx, to === "mute" ? "alerts:mutes" : to))
    await next()
  }

  const admins = new Composer<BotContext>()
  admins.use(beside)
  admins.command("mute", on(show))
  admins.callbackQuery("alerts:mutes", on(show))
  admins.callbackQuery("alerts:unmute", on(unmute))
  admins.callbackQuery("alerts:kinds", on(kinds))
  admins.callbackQuery(
    /^alerts:kind:([a-z_]{1,30})$/,
    on((ctx) => oneKind(ctx, ctx.match[1] ?? ""))
  )
  admins.callbackQuery(
    /^alerts:mute:([a-z_]{1,30}):(hour|tomorrow|week)$/,
    on((ctx) => mute(ctx, ctx.match[1] ?? "", ctx.match[2] ?? ""))
  )

  const composer = new Composer<BotContext>()
  composer.filter(isAdmin, admins)
  const feature: Feature = {
    namespaces: ["alerts"],
    composer,
    groups: admins,
    background,
    commands: [{ name: "mute", audience: "admins" }]
  }
  return feature
})
