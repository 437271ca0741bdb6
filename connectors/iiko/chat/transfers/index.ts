/**
 * Automatic transfers, for admins: the last evenings from the log, what would be moved now, and moving it now. Whatever
 * sets a run off, admins and the accounting chats that the configuration names hear what it came to.
 */
import { Effect, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { Composer, InlineKeyboard } from "grammy"
import { type Feature, isAdmin } from "../../../../bot/Feature.ts"
import { HandlerRuntime } from "../../../../bot/HandlerRuntime.ts"
import { actorOfUpdate } from "../../../../bot/people/Actor.ts"
import { Settings } from "../../../../bot/Settings.ts"
import type { BotContext } from "../../../../bot/session/Context.ts"
import { Broadcast } from "../../../../bot/telegram/Broadcast.ts"
import { PendingConfirmations } from "../../../../bot/window/PendingConfirmations.ts"
import type { View } from "../../../../bot/window/View.ts"
import { Window } from "../../../../bot/window/Window.ts"
import { type ActionRun, Control } from "../../../../core/control/Control.ts"
import { addPages, pageOf } from "../../../../core/plugin/chat/Pages.ts"
import type { Translator } from "../../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../../core/plugin/chat/UserFacingError.ts"
import { byEvening, storeNames } from "../../documents/Transfers.ts"
import * as SkippedTransfers from "./SkippedTransfers.ts"
import { decodeFound, type Evening, type LoggedMove, ofBroken, ofEvening, ofFound } from "./Summary.ts"

/** Entries, a few an evening: some weeks of them. */
const maxEntries = 400

const decodeRequest = Schema.decodeUnknownOption(Schema.Struct({ items: Schema.Array(Schema.Unknown) }))

const textOf = (translator: Translator, run: ActionRun): Effect.Effect<string> =>
  run.data === null
    ? Effect.succeed(ofBroken(translator, run))
    : Effect.map(Effect.orDie(decodeFound(run.data)), (found) => ofFound(translator, found, run.dryRun))

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const broadcast = yield* Broadcast
  const { actionRuns, actions } = yield* Control
  const offers = yield* PendingConfirmations
  const { chats, connector } = yield* Settings
  const sql = yield* SqlClient.SqlClient
  const window = yield* Window

  const action = `${connector}.negative-transfer`
  const stored = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    Effect.provideService(effect, SqlClient.SqlClient, sql)

  const evenings = Effect.gen(function* () {
    const [entries, names, left] = yield* Effect.all(
      [actions.log({ action, limit: maxEntries }), stored(storeNames(connector)), stored(SkippedTransfers.read)],
      { concurrency: 3 }
    )
    const counts = new Map(
      entries.map(({ key, request }) => {
        const decoded = decodeRequest(request)
        return [key, decoded._tag === "Some" ? decoded.value.items.length : undefined]
      })
    )
    const moves = new Map(
      byEvening(entries).map(({ day, items }) => [
        day,
        items.map(
          ({ detail, source, status, target }): LoggedMove => ({
            status,
            detail,
            source: names.get(source) ?? source,
            target: names.get(target) ?? target,
            count: counts.get(`${action}:${day}/${source}/${target}`)
          })
        )
      ])
    )
    const isThere = ([, { skipped, unmatched }]: readonly [string, SkippedTransfers.SkippedTransfers]) =>
      skipped.length + unmatched.length > 0
    const days = new Set([
      ...moves.keys(),
      ...Object.entries(left)
        .filter(isThere)
        .map(([day]) => day)
    ])
    return [...days]
      .toSorted((one, other) => other.localeCompare(one))
      .map((day): Evening => ({ day, moves: moves.get(day) ?? [], left: left[day] ?? { skipped: [], unmatched: [] } }))
  })

  const show = Effect.fnUntraced(function* (ctx: BotContext, page: number) {
    const { translator } = ctx
    yield* window.work(ctx, { text: translator.say("working") }, () =>
      Effect.map(evenings, (all): View => {
        const { at, count, items } = pageOf(all, page, 1)
        const [evening] = items
        const keyboard = new InlineKeyboard()
        addPages(keyboard, { at, count }, (next) => `transfers:page:${next}`)
        keyboard.text(translator.t("transfers-dry-run"), "transfers:dry").row()
        keyboard.text(translator.t("transfers-run"), "transfers:ask").row()
        keyboard.text(translator.t("menu-back"), "menu")
        const text = evening === undefined ? translator.say("transfers-none") : ofEvening(translator, evening)
        return { text, keyboard }
      })
    )
  })

  const backTo = (translator: Translator) =>
    new InlineKeyboard().text(translator.t("back"), "transfers").row().text(translator.t("menu-back"), "menu")

  const perform = (ctx: BotContext, dryRun: boolean) => {
    const { translator } = ctx
    const placeholder = { text: translator.say(dryRun ? "transfers-looking" : "transfers-moving") }
    return window.work(ctx, placeholder, () =>
      Effect.gen(function* () {
        const run = yield* actions.run(action, {}, { ...actorOfUpdate(ctx), dryRun })
        return { text: yield* textOf(translator, run), keyboard: backTo(translator) }
      })
    )
  }

  const ask = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    const offer = yield* offers.make("transfers", null, actorOfUpdate(ctx).actor)
    const keyboard = new InlineKeyboard()
      .text(translator.t("transfers-run-now"), `transfers:run:${offer}`)
      .row()
      .text(translator.t("cancel"), "transfers")
    yield* window.show(ctx, { text: translator.say("transfers-sure"), keyboard })
  })

  const go = Effect.fnUntraced(function* (ctx: BotContext, offer: number) {
    const taken = yield* offers.take("transfers", offer)
    if (taken === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    yield* perform(ctx, false)
  })

  /** Accounting hears of it where the configuration says who that is: a default would be everybody. */
  const concerned = Effect.gen(function* () {
    const admins = yield* broadcast.admins
    const hasAccounting = chats.accounting.some(({ chat }) => chat !== 0)
    const accounting = hasAccounting ? yield* broadcast.recipients("accounting") : []
    const known = new Set(admins.map(({ chat }) => chat))
    return [...admins, ...accounting.filter(({ chat }) => !known.has(chat))]
  })

  const tell = Effect.fnUntraced(function* (run: ActionRun) {
    if (run.data !== null) {
      const found = yield* Effect.orDie(decodeFound(run.data))
      yield* stored(SkippedTransfers.remember(found.day, found))
    }
    yield* Effect.forEach(
      yield* concerned,
      (recipient) =>
        Effect.flatMap(textOf(recipient.translator, run), (text) => broadcast.tell(recipient, () => ({ text }))),
      { concurrency: "unbounded", discard: true }
    )
  })

  const open = (ctx: BotContext) => show(ctx, 0)
  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  admins.command("transfers", on(open))
  admins.callbackQuery("transfers", on(open))
  admins.callbackQuery(
    /^transfers:page:(\d{1,3})$/,
    on((ctx) => show(ctx, Number(ctx.match[1])))
  )
  admins.callbackQuery(
    "transfers:dry",
    on((ctx) => perform(ctx, true))
  )
  admins.callbackQuery("transfers:ask", on(ask))
  admins.callbackQuery(
    /^transfers:run:(\d{1,18})$/,
    on((ctx) => go(ctx, Number(ctx.match[1])))
  )

  const feature: Feature = {
    composer,
    entries: [{ key: "menu-transfers", audience: "admins", open }],
    commands: [{ name: "transfers", audience: "admins" }],
    background: actionRuns.pipe(
      Stream.filter(({ run }) => run.action === action && !run.dryRun),
      Stream.runForEach(({ run }) => tell(run))
    )
  }
  return feature
})
