/**
 * `/log`: the audit of runs, the newest first: all of them, those of a connector or an entity, or only the failed ones.
 * It also shows one run with all its details.
 */
import { Effect, Option, Schema } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { type AuditedRun, Control } from "../../../core/control/Control.ts"
import { code, cut, escapeHtml, within } from "../../../core/plugin/chat/Html.ts"
import { reasonText } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import type { Reason } from "../../../core/reason/Reason.ts"
import { type Feature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import * as ActorNames from "../../people/ActorNames.ts"
import { Directory } from "../../people/Directory.ts"
import type { BotContext } from "../../session/Context.ts"
import { callbackIdOf, callbackIdPattern } from "../../window/CallbackIds.ts"
import { Window } from "../../window/Window.ts"
import { hasMore, runData, runView } from "./Run.ts"

/** The runs that the chat looks at; null: all of them. */
const Look = Schema.Struct({ of: Schema.NullOr(Schema.String), failed: Schema.Boolean })
type Look = typeof Look.Type
const decodeLook = Schema.decodeUnknownOption(Look)

const everything: Look = { of: null, failed: false }

const pageSize = 8
const maxError = 140

export const icons: Readonly<Record<AuditedRun["status"], string>> = {
  ok: "✅",
  warning: "⚠️",
  failed: "❌",
  skipped: "⏭",
  running: "⏳"
}

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const control = yield* Control
  const directory = yield* Directory
  const window = yield* Window

  const known = Effect.map(control.generation, ({ declarations, entities }) => [
    ...declarations.map(({ name }) => name),
    ...entities.map(({ connector, name }) => `${connector}.${name}`),
    ...declarations.flatMap(({ exports = [], name }) => exports.map((one) => `${name}.${one.name}`))
  ])

  const actorOf = ({ actor }: AuditedRun) =>
    actor === null ? Effect.succeed(undefined) : ActorNames.actorNameOf(directory, actor)

  const showRun = Effect.fnUntraced(function* (ctx: BotContext, id: bigint) {
    const run = yield* control.run(id)
    if (run === undefined) return yield* new UserFacingError({ key: "log-no-run", variables: { id: String(id) } })
    yield* window.show(ctx, runView(ctx.translator, run, firstLine(ctx.translator, run, yield* actorOf(run))))
  })

  const show = Effect.fnUntraced(function* (ctx: BotContext, look: Look, before?: bigint) {
    const { translator } = ctx
    ctx.session.flows.log = look
    const [connector, entity] = look.of?.split(".") ?? []
    const filter = { before, connector, entity, status: look.failed ? ("failed" as const) : undefined }
    const runs = yield* control.runs(filter, pageSize + 1)
    const shown = runs.slice(0, pageSize)
    const lines = yield* Effect.forEach(shown, (run) =>
      Effect.map(actorOf(run), (actor) => [firstLine(translator, run, actor), ...whyLine(translator, run)].join("\n"))
    )
    const keyboard = new InlineKeyboard()
    for (const [at, run] of shown.filter(hasMore).entries()) {
      if (at > 0 && at % 2 === 0) keyboard.row()
      keyboard.text(`${icons[run.status]} ${translator.time(run.started_at)} ${run.entity}`, runData(run.id))
    }
    keyboard.row()
    if (before !== undefined) keyboard.text(translator.t("log-newest"), "log:newest")
    const oldest = shown.at(-1)
    if (runs.length > pageSize && oldest !== undefined)
      keyboard.text(translator.t("log-older"), `log:older:${oldest.id}`)
    keyboard
      .row()
      .text(translator.t(look.failed ? "log-also-good" : "log-only-failed"), look.failed ? "log:good" : "log:failed")
    if (look.of !== null) keyboard.text(translator.t("log-of-all"), "log:all")
    keyboard.row().text(translator.t("menu-back"), "menu")
    const title = look.of === null ? translator.say("log-title") : translator.say("log-title-of", { of: look.of })
    const note = look.failed ? [translator.say("log-failed-note")] : []
    const none = look.failed ? "log-none-failed" : "log-none"
    const text = within([title, ...note, "", ...(lines.length === 0 ? [translator.say(none)] : lines)], (left) =>
      translator.say("log-more", { count: left })
    )
    yield* window.show(ctx, { text, keyboard })
  })

  /** Reads `/log failed iiko.product`, in any order, or `/log 1042`. */
  const asked = Effect.fnUntraced(function* (ctx: BotContext) {
    const given = String(ctx.match ?? "")
      .split(/\s+/)
      .filter((word) => word !== "")
    const [id] = given.length === 1 ? (/^\d{1,18}$/.exec(given[0] ?? "") ?? []) : []
    if (id !== undefined) return yield* showRun(ctx, BigInt(id))
    const [of = null, ...others] = given.filter((word) => word !== "failed")
    const names = yield* known
    if (others.length > 0 || (of !== null && !names.includes(of.replace(/\.\*$/, "")))) {
      return yield* new UserFacingError({ key: "log-unknown", variables: { name: cut([of, ...others].join(" "), 60) } })
    }
    yield* show(ctx, { of: of === null ? null : of.replace(/\.\*$/, ""), failed: given.includes("failed") })
  })

  const of = Effect.fnUntraced(function* (ctx: BotContext, wanted: string) {
    const name = (yield* known).find((one) => callbackIdOf(one) === wanted)
    if (name === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    yield* show(ctx, { of: name, failed: false })
  })

  const lookOf = ({ session }: BotContext): Look => Option.getOrElse(decodeLook(session.flows.log), () => everything)

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  admins.command("log", on(asked))
  admins.callbackQuery(
    "log",
    on((ctx) => show(ctx, everything))
  )
  admins.callbackQuery(
    "log:all",
    on((ctx) => show(ctx, { ...lookOf(ctx), of: null }))
  )
  admins.callbackQuery(
    "log:newest",
    on((ctx) => show(ctx, lookOf(ctx)))
  )
  admins.callbackQuery(
    "log:failed",
    on((ctx) => show(ctx, { ...lookOf(ctx), failed: true }))
  )
  admins.callbackQuery(
    "log:good",
    on((ctx) => show(ctx, { ...lookOf(ctx), failed: false }))
  )
  admins.callbackQuery(
    new RegExp(`^log:of:(${callbackIdPattern})$`),
    on((ctx) => of(ctx, ctx.match[1] ?? ""))
  )
  admins.callbackQuery(
    /^log:older:(\d{1,18})$/,
    on((ctx) => show(ctx, lookOf(ctx), BigInt(ctx.match[1] ?? "0")))
  )
  admins.callbackQuery(
    /^log:run:(\d{1,18})$/,
    on((ctx) => showRun(ctx, BigInt(ctx.match[1] ?? "0")))
  )

  const feature: Feature = {
    namespaces: ["log"],
    composer,
    entries: [{ key: "menu-log", audience: "admins", open: (ctx) => show(ctx, everything) }],
    commands: [{ name: "log", audience: "admins" }]
  }
  return feature
})

/** Returns when the run was, its entity, its changes and its actor; HTML. */
const firstLine = (translator: Translator, run: AuditedRun, actor: string | undefined): string => {
  const { connector, deleted, entity, inserted, rejected, started_at, status, trigger, updated } = run
  const counts = [
    ...(inserted > 0 ? [`+${inserted}`] : []),
    ...(updated > 0 ? [`~${updated}`] : []),
    ...(deleted > 0 ? [`−${deleted}`] : []),
    ...(rejected > 0 ? [`🚫${rejected}`] : [])
  ]
  const by = actor === undefined ? triggerOf(translator, trigger) : `👤 ${actor}`
  const what = `${icons[status]} ${translator.moment(started_at)} ${code(`${connector}.${entity}`)}`
  const about = [...(counts.length === 0 ? [] : [counts.join(" ")]), by].map(escapeHtml).join(" · ")
  return `${what} ${about}`
}

/** Returns the worst reason of the run. */
const whyLine = (
  translator: Translator,
  { errorReason, noteReasons, reasons, status }: AuditedRun
): ReadonlyArray<string> => {
  const why = errorReason ?? (status === "warning" ? reasons[0] : undefined) ?? noteReasons[0]
  return why === undefined ? [] : [`    ${escapeHtml(shortly(translator, why))}`]
}

/** Shortens a reason so that it fits beside others. */
export const shortly = (translator: Translator, reason: Reason, most = maxError): string =>
  cut(reasonText(translator, reason).split("\n")[0] ?? "", most)

const triggers = new Set(["job", "cli", "api", "console", "webhook", "bot", "start"])

const triggerOf = (translator: Translator, trigger: string): string =>
  triggers.has(trigger) ? translator.t(`log-trigger-${trigger}`) : trigger
