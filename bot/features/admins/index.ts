/**
 * `/admins`: lists the admins. An employee who is signed in can become one; an admin can be removed, except the last
 * one and those that `bot.yaml` names.
 */
import { Effect, Option, Schema } from "effect"
import { Composer } from "grammy"
import { cut } from "../../../core/plugin/chat/Html.ts"
import { adminFeature, expectsText, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import { Directory, foldName } from "../../people/Directory.ts"
import type { BotContext } from "../../session/Context.ts"
import { Window } from "../../window/Window.ts"
import * as AdminChanges from "./AdminChanges.ts"
import * as Views from "./Views.ts"

const decodeSearch = Schema.decodeUnknownOption(Schema.Struct({ text: Schema.String, page: Schema.Int }))

const maxSearch = 60

export const make = Effect.gen(function* () {
  const handlers = yield* makeHandlers
  const composer = new Composer<BotContext>()
  install(composer.filter(isAdmin), handlers, yield* HandlerRuntime)
  return adminFeature("admins", composer, handlers.list)
})

const makeHandlers = Effect.gen(function* () {
  const directory = yield* Directory
  const window = yield* Window
  const changes = yield* AdminChanges.make

  const myself = ({ person }: BotContext) => Effect.orDie(Effect.fromNullishOr(person))

  const list = Effect.fnUntraced(function* (ctx: BotContext) {
    ctx.session.expects = null
    yield* window.show(ctx, Views.listView(ctx.translator, yield* directory.admins, directory.isNamed))
  })

  const search = Effect.fnUntraced(function* (ctx: BotContext, wanted: Views.Search) {
    const { session, translator } = ctx
    session.expects = { feature: "admins", step: "name", about: null }
    session.flows.admins = { ...wanted }
    const found = (yield* changes.candidates).filter(({ name }) => foldName(name).includes(foldName(wanted.text)))
    yield* window.show(ctx, Views.searchView(translator, wanted, found))
  })

  const add = Effect.fnUntraced(function* (ctx: BotContext, telegramId: number) {
    yield* changes.add(yield* myself(ctx), telegramId)
    yield* list(ctx)
  })

  const ask = Effect.fnUntraced(function* (ctx: BotContext, telegramId: number) {
    yield* window.show(ctx, Views.questionView(ctx.translator, yield* changes.removable(telegramId)))
  })

  const remove = Effect.fnUntraced(function* (ctx: BotContext, telegramId: number) {
    const by = yield* myself(ctx)
    yield* changes.remove(by, telegramId)
    if (telegramId !== by.telegramId) return yield* list(ctx)
    yield* window.show(ctx, Views.removedView(ctx.translator, { by: by.name, name: by.name }))
  })

  return { add, ask, list, remove, search }
})

const searchOf = ({ session }: BotContext): Views.Search =>
  Option.getOrElse(decodeSearch(session.flows.admins), () => ({ text: "", page: 0 }))

const install = (
  admins: Composer<BotContext>,
  { add, ask, list, remove, search }: Effect.Success<typeof makeHandlers>,
  { on }: HandlerRuntime["Service"]
): void => {
  admins.command("admins", on(list))
  admins.callbackQuery("admins", on(list))
  admins.callbackQuery(
    "admins:add",
    on((ctx) => search(ctx, { text: "", page: 0 }))
  )
  admins.callbackQuery(
    /^admins:page:(\d{1,4})$/,
    on((ctx) => search(ctx, { ...searchOf(ctx), page: Number(ctx.match[1]) }))
  )
  admins.filter(expectsText("admins", "name")).on(
    "message:text",
    on((ctx) => search(ctx, { text: cut(ctx.message.text.trim(), maxSearch), page: 0 }))
  )
  admins.callbackQuery(
    /^admins:pick:(\d{1,15})$/,
    on((ctx) => add(ctx, Number(ctx.match[1])))
  )
  admins.callbackQuery(
    /^admins:ask:(\d{1,15})$/,
    on((ctx) => ask(ctx, Number(ctx.match[1])))
  )
  admins.callbackQuery(
    /^admins:remove:(\d{1,15})$/,
    on((ctx) => remove(ctx, Number(ctx.match[1])))
  )
}
