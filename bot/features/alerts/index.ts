/** Alerts in the chats that the configuration names for them, and `/mute`. */
import { DateTime, Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { Composer } from "grammy"
import { alertKinds } from "../../../core/control/Control.ts"
import { type Feature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import * as ActorNames from "../../people/ActorNames.ts"
import { Directory } from "../../people/Directory.ts"
import { Settings } from "../../Settings.ts"
import type { BotContext } from "../../session/Context.ts"
import { isGroup } from "../../telegram/Broadcast.ts"
import * as OpenBelow from "../../window/OpenBelow.ts"
import { Window } from "../../window/Window.ts"
import * as AlertNotifier from "./AlertNotifier.ts"
import * as Mutes from "./Mutes.ts"
import * as Views from "./MuteViews.ts"

/** Raisers of alerts check once a minute, and not before the daemon has caught up with what it missed. */
const settleTime = Duration.minutes(5)

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { kinds, mute, oneKind, show, unmute } = yield* makeHandlers
  const background = yield* AlertNotifier.make(settleTime)

  const admins = new Composer<BotContext>()
  admins.use(yield* OpenBelow.make("alerts", { mute: "alerts:mutes" }))
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

const makeHandlers = Effect.gen(function* () {
  const directory = yield* Directory
  const { timezone } = yield* Settings
  const sql = yield* SqlClient.SqlClient
  const window = yield* Window
  const provided = Effect.provideService(SqlClient.SqlClient, sql)
  const chatOf = (ctx: BotContext) => Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))

  const show = Effect.fnUntraced(function* (ctx: BotContext) {
    const chat = yield* chatOf(ctx)
    const own = (yield* provided(Mutes.active)).filter((mute) => mute.chat === chat)
    const mutes = yield* Effect.forEach(own, (mute) =>
      Effect.map(ActorNames.actorNameOf(directory, mute.actor ?? "?"), (by) => ({ ...mute, by }))
    )
    yield* window.show(ctx, Views.mutesView(ctx.translator, mutes, isGroup(chat)))
  })

  const kinds = (ctx: BotContext) => Effect.asVoid(window.show(ctx, Views.kindsView(ctx.translator)))

  const oneKind = (ctx: BotContext, wanted: string) => {
    const kind = alertKinds.find((one) => one === wanted)
    if (kind === undefined) return show(ctx)
    return Effect.asVoid(window.show(ctx, Views.spansView(ctx.translator, kind)))
  }

  const log = (ctx: BotContext, what: string) =>
    Effect.annotateLogs(Effect.logInfo(what), {
      service: "alerts",
      actor: actorOfUpdate(ctx).actor,
      chat: ctx.chat?.id
    })

  const mute = Effect.fnUntraced(function* (ctx: BotContext, wanted: string, wantedSpan: string) {
    const kind = wanted === "all" ? "" : alertKinds.find((one) => one === wanted)
    const span = Mutes.spans.find((one) => one === wantedSpan)
    if (kind !== undefined && span !== undefined) {
      const until = Mutes.untilOf(span, yield* DateTime.now, timezone)
      const chat = yield* chatOf(ctx)
      yield* provided(Mutes.set(chat, kind, until, actorOfUpdate(ctx).actor))
      yield* log(ctx, `${kind === "" ? "alerts" : `alerts of ${kind}`} are muted until ${DateTime.formatIso(until)}`)
    }
    yield* show(ctx)
  })

  const unmute = Effect.fnUntraced(function* (ctx: BotContext) {
    yield* provided(Mutes.clear(yield* chatOf(ctx)))
    yield* log(ctx, "alerts are told again")
    yield* show(ctx)
  })

  return { kinds, mute, oneKind, show, unmute }
})
