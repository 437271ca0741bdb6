/**
 * `/log`: the audit of runs, the newest first: all of them, those of a connector or an entity, or only the failed ones.
 * It also shows one run with all its details.
 */
import { Effect, Option, Schema } from "effect"
import { Composer } from "grammy"
import { type AuditedRun, Control } from "../../../core/control/Control.ts"
import { cut } from "../../../core/plugin/chat/Html.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { adminFeature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import * as ActorNames from "../../people/ActorNames.ts"
import { Directory } from "../../people/Directory.ts"
import type { BotContext } from "../../session/Context.ts"
import { callbackIdOf, callbackIdPattern } from "../../window/CallbackIds.ts"
import { Window } from "../../window/Window.ts"
import { firstLine, whyLine } from "./Lines.ts"
import { runView } from "./LoggedRunView.ts"
import { LogFilter, logView, pageSize } from "./Views.ts"

const decodeFilter = Schema.decodeUnknownOption(LogFilter)

const everything: LogFilter = { of: null, failed: false }

export const make = Effect.gen(function* () {
  const handlers = yield* makeHandlers
  const composer = new Composer<BotContext>()
  install(composer.filter(isAdmin), handlers, yield* HandlerRuntime)
  return adminFeature("log", composer, (ctx) => handlers.show(ctx, everything))
})

const makeHandlers = Effect.gen(function* () {
  const control = yield* Control
  const directory = yield* Directory
  const window = yield* Window

  /** Names of connectors, entities and exports. */
  const names = Effect.map(control.generation, ({ declarations, entities }) => [
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

  const show = Effect.fnUntraced(function* (ctx: BotContext, filter: LogFilter, before?: bigint) {
    const { translator } = ctx
    ctx.session.flows.log = filter
    const [connector, entity] = filter.of?.split(".") ?? []
    const status = filter.failed ? ("failed" as const) : undefined
    const found = yield* control.runs({ before, connector, entity, status }, pageSize + 1)
    const runs = found.slice(0, pageSize)
    const lines = yield* Effect.forEach(runs, (run) =>
      Effect.map(actorOf(run), (actor) => [firstLine(translator, run, actor), ...whyLine(translator, run)].join("\n"))
    )
    const page = { filter, runs, lines, isFirst: before === undefined, isLast: found.length <= pageSize }
    yield* window.show(ctx, logView(translator, page))
  })

  /** Reads `/log failed crm.deal`, in any order, or `/log 1042`. */
  const runCommand = Effect.fnUntraced(function* (ctx: BotContext) {
    const words = String(ctx.match ?? "")
      .split(/\s+/)
      .filter((word) => word !== "")
    const [id] = words.length === 1 ? (/^\d{1,18}$/.exec(words[0] ?? "") ?? []) : []
    if (id !== undefined) return yield* showRun(ctx, BigInt(id))
    const [of = null, ...others] = words.filter((word) => word !== "failed")
    const name = of === null ? null : of.replace(/\.\*$/, "")
    if (others.length > 0 || (name !== null && !(yield* names).includes(name))) {
      return yield* new UserFacingError({ key: "log-unknown", variables: { name: cut([of, ...others].join(" "), 60) } })
    }
    yield* show(ctx, { of: name, failed: words.includes("failed") })
  })

  const showOf = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const name = (yield* names).find((one) => callbackIdOf(one) === id)
    if (name === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    yield* show(ctx, { of: name, failed: false })
  })

  return { runCommand, show, showOf, showRun }
})

const filterOf = ({ session }: BotContext): LogFilter =>
  Option.getOrElse(decodeFilter(session.flows.log), () => everything)

const install = (
  admins: Composer<BotContext>,
  { runCommand, show, showOf, showRun }: Effect.Success<typeof makeHandlers>,
  { on }: HandlerRuntime["Service"]
): void => {
  admins.command("log", on(runCommand))
  admins.callbackQuery(
    "log",
    on((ctx) => show(ctx, everything))
  )
  admins.callbackQuery(
    "log:all",
    on((ctx) => show(ctx, { ...filterOf(ctx), of: null }))
  )
  admins.callbackQuery(
    "log:newest",
    on((ctx) => show(ctx, filterOf(ctx)))
  )
  admins.callbackQuery(
    "log:failed",
    on((ctx) => show(ctx, { ...filterOf(ctx), failed: true }))
  )
  admins.callbackQuery(
    "log:good",
    on((ctx) => show(ctx, { ...filterOf(ctx), failed: false }))
  )
  admins.callbackQuery(
    new RegExp(`^log:of:(${callbackIdPattern})$`),
    on((ctx) => showOf(ctx, ctx.match[1] ?? ""))
  )
  admins.callbackQuery(
    /^log:older:(\d{1,18})$/,
    on((ctx) => show(ctx, filterOf(ctx), BigInt(ctx.match[1] ?? "0")))
  )
  admins.callbackQuery(
    /^log:run:(\d{1,18})$/,
    on((ctx) => showRun(ctx, BigInt(ctx.match[1] ?? "0")))
  )
}
