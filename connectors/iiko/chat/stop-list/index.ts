/** The stop list on demand, with a button that syncs it and the reports of today and yesterday; and its notifications. */
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import {
  type ChatContext,
  type ChatFeature,
  ChatKernel,
  Keyboard,
  type Translator,
  UserFacingError
} from "../../../../core/sdk.ts"
import * as State from "../../stop-list/State.ts"
import { dataOf } from "../ActionData.ts"
import { askForOwn, partOf } from "../Departments.ts"
import { list, report } from "./Message.ts"
import * as StopListNotifications from "./StopListNotifications.ts"

export const make = Effect.gen(function* () {
  const { connector, control, timezone } = yield* ChatKernel
  const { actions } = control
  const sql = yield* SqlClient.SqlClient
  const background = yield* StopListNotifications.make

  const zonedNow = Effect.map(DateTime.now, (now) => DateTime.setZoneNamedUnsafe(now, timezone))

  /** Syncs the stop list; returns whether it was read completely. */
  const refreshed = Effect.fnUntraced(function* ({ by }: ChatContext) {
    const run = yield* actions.run(`${connector}.stop-list`, { refresh: true }, by)
    if (run.data === null) return yield* new UserFacingError({ key: "failure-other", why: run.summaryReason })
    return run.notes.length === 0
  })

  const show = Effect.fnUntraced(function* (ctx: ChatContext, refresh: boolean) {
    const { person, translator } = ctx
    if (needsDepartment(ctx)) return yield* ctx.show(askForOwn(translator))
    const placeholder = { text: translator.say(refresh ? "stop-list-refreshing" : "working") }
    yield* ctx.work(placeholder, () =>
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

  const showReport = Effect.fnUntraced(function* (ctx: ChatContext, daysAgo: number) {
    const { by, person, translator } = ctx
    if (needsDepartment(ctx)) return yield* ctx.show(askForOwn(translator))
    const date = DateTime.formatIsoDate(DateTime.subtract(yield* zonedNow, { days: daysAgo }))
    yield* ctx.work({ text: translator.say("working") }, () =>
      actions.run(`${connector}.stop-list-report`, { date }, by).pipe(
        Effect.flatMap(dataOf(StopListNotifications.decodeReport)),
        Effect.map((found) => ({
          text: report(translator, found, partOf(person)),
          keyboard: new Keyboard().text(translator.t("back"), "stoplist").row().text(translator.t("menu-back"), "menu")
        }))
      )
    )
  })

  const open = (ctx: ChatContext) => show(ctx, false)
  const feature: ChatFeature = {
    namespace: "stoplist",
    commands: [{ name: "stoplist", audience: "everybody", run: open }],
    entries: [{ key: "menu-stoplist", audience: "everybody", open }],
    presses: [
      { data: "stoplist", run: open },
      { data: "stoplist:refresh", run: (ctx) => show(ctx, true) },
      { data: /^stoplist:report:([01])$/, run: (ctx, [, daysAgo]) => showReport(ctx, Number(daysAgo)) }
    ],
    background
  }
  return feature
})

/** An employee without a department would see either nothing or everything. */
const needsDepartment = ({ person }: ChatContext): boolean => !person.isAdmin && person.department === null

const keyboardOf = (translator: Translator): Keyboard =>
  new Keyboard()
    .text(translator.t("stop-list-refresh"), "stoplist:refresh")
    .row()
    .text(translator.t("stop-list-report-today"), "stoplist:report:0")
    .text(translator.t("stop-list-report-yesterday"), "stoplist:report:1")
    .row()
    .text(translator.t("menu-back"), "menu")
