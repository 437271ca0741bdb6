/**
 * Incoming invoices of a department's stores, as of the last sync. An invoice is only opened if it is in the person's own
 * list, whatever id a button has.
 */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type ChatContext, type ChatFeature, ChatKernel, UserFacingError } from "../../../../core/sdk.ts"
import { incoming, incomingItems } from "../../documents/Incoming.ts"
import { askForOwn, choice, keyOf, scopeOf } from "../Departments.ts"
import { invoiceView, listOf, listPattern, maxDays, usualDays } from "./Views.ts"

/** The list from which the invoice was opened. */
const Flow = Schema.Struct({ list: Schema.String.check(Schema.isPattern(listPattern)) })
const decodeFlow = Schema.decodeUnknownOption(Flow)

const namespace = "invoices"

export const make = Effect.gen(function* () {
  const { connector, people, timezone } = yield* ChatKernel
  const sql = yield* SqlClient.SqlClient
  const read = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    Effect.provideService(effect, SqlClient.SqlClient, sql)

  /** The invoices of the last days, including today. */
  const invoicesOf = Effect.fnUntraced(function* (departmentId: string | undefined, days: number) {
    const today = DateTime.setZoneNamedUnsafe(yield* DateTime.now, timezone)
    const since = DateTime.formatIsoDate(DateTime.subtract(today, { days: days - 1 }))
    return yield* read(incoming(connector, { departmentId, since, until: DateTime.formatIsoDate(today), timezone }))
  })

  const show = Effect.fnUntraced(function* (ctx: ChatContext, days: number, asked: string, page: number) {
    const { person, session, translator } = ctx
    const scope = yield* scopeOf(person, asked, yield* people.departments)
    if (scope === undefined) return yield* ctx.show(askForOwn(translator))
    session.flows[namespace] = { list: `invoices:list:${days}:${keyOf(scope)}:${page}` }
    yield* ctx.work({ text: translator.say("working") }, () =>
      Effect.map(invoicesOf(scope === "all" ? undefined : scope.id, days), (all) =>
        listOf(translator, all, { scope, days, page, isAdmin: person.isAdmin })
      )
    )
  })

  const openOne = Effect.fnUntraced(function* (ctx: ChatContext, id: string, page: number) {
    const { person, session, translator } = ctx
    const own = person.department?.id
    if (!person.isAdmin && own === undefined) return yield* ctx.show(askForOwn(translator))
    const flow = decodeFlow(session.flows[namespace])
    const back = flow._tag === "Some" ? flow.value.list : "invoices"
    yield* ctx.work({ text: translator.say("working") }, () =>
      Effect.gen(function* () {
        const offered = yield* invoicesOf(person.isAdmin ? undefined : own, maxDays)
        const invoice = offered.find((one) => one.id === id)
        if (invoice === undefined) return yield* new UserFacingError({ key: "offer-gone" })
        const lines = yield* read(incomingItems(connector, invoice.id))
        return invoiceView(translator, invoice, lines, { page, back })
      })
    )
  })

  const open = (ctx: ChatContext) =>
    ctx.person.isAdmin
      ? Effect.flatMap(people.departments, (all) =>
          ctx.show(choice(ctx.translator, all, (key) => `invoices:list:${usualDays}:${key}:0`))
        )
      : show(ctx, usualDays, "own", 0)

  const feature: ChatFeature = {
    namespace,
    commands: [{ name: "invoices", audience: "everybody", run: open }],
    entries: [{ key: "menu-invoices", audience: "everybody", open }],
    presses: [
      { data: "invoices", run: open },
      { data: listPattern, run: (ctx, [, days, scope = "", page]) => show(ctx, Number(days), scope, Number(page)) },
      {
        data: /^invoices:open:([0-9a-f-]{36}):(\d{1,3})$/,
        run: (ctx, [, id = "", page]) => openOne(ctx, id, Number(page))
      }
    ]
  }
  return feature
})
