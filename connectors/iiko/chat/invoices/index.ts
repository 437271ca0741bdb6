/**
 * Incoming invoices of a department's stores, as they were read last. An invoice opens only for whom the list would offer
 * it: what a button names is looked for in their own list first.
 */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Composer } from "grammy"
import type { Feature } from "../../../../bot/Feature.ts"
import { HandlerRuntime } from "../../../../bot/HandlerRuntime.ts"
import { Directory } from "../../../../bot/people/Directory.ts"
import { Settings } from "../../../../bot/Settings.ts"
import type { BotContext } from "../../../../bot/session/Context.ts"
import { Window } from "../../../../bot/window/Window.ts"
import { UserFacingError } from "../../../../core/plugin/chat/UserFacingError.ts"
import { incoming, incomingItems } from "../../documents/Incoming.ts"
import { askForOwn, choice, keyOf, scopeOf } from "../Departments.ts"
import { listOf, listPattern, maxDays, opened, usualDays } from "./Views.ts"

/** The list that somebody came from. */
const Flow = Schema.Struct({ list: Schema.String.check(Schema.isPattern(listPattern)) })
const decodeFlow = Schema.decodeUnknownOption(Flow)

const name = "invoices"

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const directory = yield* Directory
  const { connector, timezone } = yield* Settings
  const sql = yield* SqlClient.SqlClient
  const window = yield* Window
  const read = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    Effect.provideService(effect, SqlClient.SqlClient, sql)

  /** Of the last days, today included. */
  const invoicesOf = Effect.fnUntraced(function* (departmentId: string | undefined, days: number) {
    const today = DateTime.setZoneNamedUnsafe(yield* DateTime.now, timezone)
    const since = DateTime.formatIsoDate(DateTime.subtract(today, { days: days - 1 }))
    return yield* read(incoming(connector, { departmentId, since, until: DateTime.formatIsoDate(today), timezone }))
  })

  const show = Effect.fnUntraced(function* (ctx: BotContext, days: number, asked: string, page: number) {
    const { person, session, translator } = ctx
    const scope = yield* scopeOf(person, asked, yield* directory.departments)
    if (scope === undefined) return yield* Effect.asVoid(window.show(ctx, askForOwn(translator)))
    session.flows[name] = { list: `invoices:list:${days}:${keyOf(scope)}:${page}` }
    const isAdmin = person?.isAdmin === true
    yield* window.work(ctx, { text: translator.say("working") }, () =>
      Effect.map(invoicesOf(scope === "all" ? undefined : scope.id, days), (all) =>
        listOf(translator, all, { scope, days, page, isAdmin })
      )
    )
  })

  const openOne = Effect.fnUntraced(function* (ctx: BotContext, id: string, page: number) {
    const { person, session, translator } = ctx
    const isAdmin = person?.isAdmin === true
    const own = person?.department?.id
    if (!isAdmin && own === undefined) return yield* Effect.asVoid(window.show(ctx, askForOwn(translator)))
    const flow = decodeFlow(session.flows[name])
    const back = flow._tag === "Some" ? flow.value.list : "invoices"
    yield* window.work(ctx, { text: translator.say("working") }, () =>
      Effect.gen(function* () {
        const offered = yield* invoicesOf(isAdmin ? undefined : own, maxDays)
        const invoice = offered.find((one) => one.id === id)
        if (invoice === undefined) return yield* new UserFacingError({ key: "offer-gone" })
        const lines = yield* read(incomingItems(connector, invoice.id))
        return opened(translator, invoice, lines, { page, back })
      })
    )
  })

  const open = (ctx: BotContext) =>
    ctx.person?.isAdmin === true
      ? Effect.flatMap(directory.departments, (all) =>
          Effect.asVoid(
            window.show(
              ctx,
              choice(ctx.translator, all, (key) => `invoices:list:${usualDays}:${key}:0`)
            )
          )
        )
      : show(ctx, usualDays, "own", 0)

  const composer = new Composer<BotContext>()
  composer.command("invoices", on(open))
  composer.callbackQuery("invoices", on(open))
  composer.callbackQuery(
    listPattern,
    on((ctx) => show(ctx, Number(ctx.match[1]), ctx.match[2] ?? "", Number(ctx.match[3])))
  )
  composer.callbackQuery(
    /^invoices:open:([0-9a-f-]{36}):(\d{1,3})$/,
    on((ctx) => openOne(ctx, ctx.match[1] ?? "", Number(ctx.match[2])))
  )

  const feature: Feature = {
    composer,
    entries: [{ key: "menu-invoices", audience: "everybody", open }],
    commands: [{ name: "invoices", audience: "everybody" }]
  }
  return feature
})
