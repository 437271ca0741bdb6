/** The stop list on demand, read anew when asked, with the reports of today and yesterday; and its news, by themselves. */
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { Composer, InlineKeyboard } from "grammy"
import type { Feature } from "../../../../bot/Feature.ts"
import { HandlerRuntime } from "../../../../bot/HandlerRuntime.ts"
import { actorOfUpdate } from "../../../../bot/people/Actor.ts"
import { Settings } from "../../../../bot/Settings.ts"
import type { BotContext } from "../../../../bot/session/Context.ts"
import { Window } from "../../../../bot/window/Window.ts"
import { Control } from "../../../../core/control/Control.ts"
import type { Translator } from "../../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../../core/plugin/chat/UserFacingError.ts"
import * as State from "../../stop-list/State.ts"
import { dataOf } from "../ActionData.ts"
import { askForOwn, partOf } from "../Departments.ts"
import { list, report } from "./Message.ts"
import * as StopListNotifications from "./StopListNotifications.ts"

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { actions } = yield* Control
  const { connector, timezone } = yield* Settings
  const sql = yield* SqlClient.SqlClient
  const window = yield* Window
  const background = yield* StopListNotifications.make

  const zonedNow = Effect.map(DateTime.now, (now) => DateTime.setZoneNamedUnsafe(now, timezone))

  /** Whether it was read whole. */
  const refreshed = Effect.fnUntraced(function* (ctx: BotContext) {
    const run = yield* actions.run(`${connector}.stop-list`, { refresh: true }, actorOfUpdate(ctx))
    if (run.data === null) return yield* new UserFacingError({ key: "failure-other", why: run.summaryReason })
    return run.notes.length === 0
  })

  /** Whose department nobody knows would see either nothing or everything. */
  const needsDepartment = ({ person }: BotContext): boolean => person?.isAdmin !== true && person?.department == null

  const show = Effect.fnUntraced(function* (ctx: BotContext, refresh: boolean) {
    const { person, translator } = ctx
    if (needsDepartment(ctx)) return yield* Effect.asVoid(window.show(ctx, askForOwn(translator)))
    const placeholder = { text: translator.say(refresh ? "stop-list-refreshing" : "working") }
    yield* window.work(ctx, placeholder, () =>
      Effect.gen(function* () {
        const isFresh = refresh ? yield* refreshed(ctx) : true
        const current = yield* State.current(connector)
        const now = yield* zonedNow
        const text = list(translator, current, { part: partOf(person), now })
        return {
          text: isFresh ? text : `${text}\n\n${translator.say("stop-list-stale")}`,
          keyboard: keyboardOf(translator)
        }
      }).pipe(Effect.provideService(SqlClient.SqlClient, sql))
    )
  })

  const showReport = Effect.fnUntraced(function* (ctx: BotContext, daysAgo: number) {
    const { person, translator } = ctx
    if (needsDepartment(ctx)) return yield* Effect.asVoid(window.show(ctx, askForOwn(translator)))
    const date = DateTime.formatIsoDate(DateTime.subtract(yield* zonedNow, { days: daysAgo }))
    yield* window.work(ctx, { text: translator.say("working") }, () =>
      actions.run(`${connector}.stop-list-report`, { date }, actorOfUpdate(ctx)).pipe(
        Effect.flatMap(dataOf(StopListNotifications.decodeReport)),
        Effect.map((found) => ({
          text: report(translator, found, partOf(person)),
          keyboard: new InlineKeyboard()
            .text(translator.t("back"), "stoplist")
            .row()
            .text(translator.t("menu-back"), "menu")
        }))
      )
    )
  })

  const open = (ctx: BotContext) => show(ctx, false)
  const composer = new Composer<BotContext>()
  composer.command("stoplist", on(open))
  composer.callbackQuery("stoplist", on(open))
  composer.callbackQuery(
    "stoplist:refresh",
    on((ctx) => show(ctx, true))
  )
  composer.callbackQuery(
    /^stoplist:report:([01])$/,
    on((ctx) => showReport(ctx, Number(ctx.match[1])))
  )

  const feature: Feature = {
    composer,
    entries: [{ key: "menu-stoplist", audience: "everybody", open }],
    commands: [{ name: "stoplist", audience: "everybody" }],
    background
  }
  return feature
})

const keyboardOf = (translator: Translator): InlineKeyboard =>
  new InlineKeyboard()
    .text(translator.t("stop-list-refresh"), "stoplist:refresh")
    .row()
    .text(translator.t("stop-list-report-today"), "stoplist:report:0")
    .text(translator.t("stop-list-report-yesterday"), "stoplist:report:1")
    .row()
    .text(translator.t("menu-back"), "menu")
