/**
 * `/admins`: lists the admins. An employee who is signed in can become one; an admin can be removed, except the last
 * one and those that `bot.yaml` names. Every change is logged and reported to the other admins.
 */
import { Effect, Option, Schema } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { cut, within } from "../../core/plugin/chat/Html.ts"
import { UserFacingError } from "../../core/plugin/chat/UserFacingError.ts"
import { expects, type Feature, isAdmin } from "../Feature.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { Directory, folded } from "../people/Directory.ts"
import { actorOf, type Person } from "../people/Person.ts"
import type { BotContext } from "../session/Context.ts"
import { Broadcast } from "../telegram/Broadcast.ts"
import { Commands } from "../telegram/Commands.ts"
import { Window } from "../window/Window.ts"

/** The typed text, and the page of the people it finds. */
const Search = Schema.Struct({ text: Schema.String, page: Schema.Int })
const decodeSearch = Schema.decodeUnknownOption(Search)

const pageSize = 8
const maxSearch = 60

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const broadcast = yield* Broadcast
  const commands = yield* Commands
  const directory = yield* Directory
  const window = yield* Window

  const myself = ({ person }: BotContext) => Effect.orDie(Effect.fromNullishOr(person))

  const list = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    ctx.session.expects = null
    const admins = yield* directory.admins
    const keyboard = new InlineKeyboard().text(translator.t("admins-add"), "admins:add").row()
    for (const { name, telegramId } of admins) {
      if (!directory.isNamed(telegramId)) {
        keyboard.text(translator.t("admins-remove", { name: cut(name, 40) }), `admins:ask:${telegramId}`).row()
      }
    }
    keyboard.text(translator.t("menu-back"), "menu")
    const lines = admins.map(({ name, telegramId }) =>
      translator.say(directory.isNamed(telegramId) ? "admins-line-named" : "admins-line", { name })
    )
    const text = within([translator.say("admins-title"), ...lines], (left) =>
      translator.say("admins-more", { count: left })
    )
    yield* window.show(ctx, { text, keyboard })
  })

  /** The people who can become an admin. */
  const candidates = Effect.map(directory.everybody, (people) =>
    people
      .filter((person) => !person.isAdmin && person.employeeId !== null)
      .toSorted((a, b) => a.name.localeCompare(b.name, "ru"))
  )

  const search = Effect.fnUntraced(function* (ctx: BotContext, wanted: typeof Search.Type) {
    const { session, translator } = ctx
    session.expects = { feature: "admins", step: "name", about: null }
    session.flows.admins = wanted
    const found = (yield* candidates).filter(({ name }) => folded(name).includes(folded(wanted.text)))
    const from = wanted.page * pageSize
    const keyboard = new InlineKeyboard()
    for (const { name, position, telegramId } of found.slice(from, from + pageSize)) {
      keyboard.text(cut(position === null ? name : `${name}, ${position}`, 60), `admins:pick:${telegramId}`).row()
    }
    if (wanted.page > 0) keyboard.text(translator.t("admins-previous"), `admins:page:${wanted.page - 1}`)
    if (found.length > from + pageSize) keyboard.text(translator.t("admins-next"), `admins:page:${wanted.page + 1}`)
    keyboard.row().text(translator.t("back"), "admins")
    const text =
      found.length > 0
        ? translator.say("admins-who", { count: found.length })
        : wanted.text === ""
          ? translator.say("admins-nobody")
          : translator.say("admins-not-found", { text: wanted.text })
    yield* window.show(ctx, { text, keyboard })
  })

  const searchOf = ({ session }: BotContext) =>
    Option.getOrElse(decodeSearch(session.flows.admins), () => ({ text: "", page: 0 }))

  /** Reports a change in the log and to the other admins. */
  const noted = Effect.fnUntraced(function* (by: Person, person: Person, what: "added" | "removed") {
    yield* Effect.annotateLogs(Effect.logInfo(`an admin was ${what}`), {
      service: "admins",
      actor: actorOf(by.telegramId),
      admin: actorOf(person.telegramId)
    })
    const others = (yield* broadcast.admins).filter(({ chat }) => chat !== by.telegramId && chat !== person.telegramId)
    const variables = { by: by.name, name: person.name }
    yield* broadcast.notifyAll(others, (translator) => ({ text: translator.say(`admins-told-${what}`, variables) }))
    const own = { chat: person.telegramId, translator: yield* broadcast.translatorOf(person.telegramId) }
    if (person.telegramId !== by.telegramId) {
      yield* broadcast.notify(own, (translator) => ({
        text: translator.say(`admins-you-${what}`, variables),
        keyboard: new InlineKeyboard().text(translator.t("admins-menu"), "menu")
      }))
    }
    if (what === "removed") yield* commands.retract(person.telegramId)
    yield* Effect.catch(commands.publish, (error) =>
      Effect.logWarning("the commands are not as they should be", error.message)
    )
  })

  const add = Effect.fnUntraced(function* (ctx: BotContext, telegramId: number) {
    const by = yield* myself(ctx)
    const person = (yield* candidates).find((one) => one.telegramId === telegramId)
    const isNew = person !== undefined && (yield* directory.addAdmin(telegramId, by.telegramId))
    if (person !== undefined && isNew) yield* noted(by, person, "added")
    yield* list(ctx)
  })

  const find = Effect.fnUntraced(function* (telegramId: number) {
    const person = (yield* directory.admins).find((one) => one.telegramId === telegramId)
    if (person === undefined) return yield* new UserFacingError({ key: "admins-gone" })
    if (directory.isNamed(telegramId))
      return yield* new UserFacingError({ key: "admins-named", variables: { name: person.name } })
    return person
  })

  const ask = Effect.fnUntraced(function* (ctx: BotContext, telegramId: number) {
    const { translator } = ctx
    const { name } = yield* find(telegramId)
    const keyboard = new InlineKeyboard()
      .text(translator.t("admins-yes"), `admins:remove:${telegramId}`)
      .row()
      .text(translator.t("cancel"), "admins")
    yield* window.show(ctx, { text: translator.say("admins-ask", { name }), keyboard })
  })

  const remove = Effect.fnUntraced(function* (ctx: BotContext, telegramId: number) {
    const by = yield* myself(ctx)
    const person = yield* find(telegramId)
    const isGone = yield* directory.removeAdmin(telegramId)
    if (!isGone) return yield* new UserFacingError({ key: "admins-last" })
    yield* noted(by, person, "removed")
    if (telegramId !== by.telegramId) return yield* list(ctx)
    const keyboard = new InlineKeyboard().text(ctx.translator.t("menu-back"), "menu")
    yield* window.show(ctx, {
      text: ctx.translator.say("admins-you-removed", { by: by.name, name: by.name }),
      keyboard
    })
  })

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
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
  admins.filter(expects("admins", "name")).on(
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

  const feature: Feature = {
    namespaces: ["admins"],
    composer,
    entries: [{ key: "menu-admins", audience: "admins", open: list }],
    commands: [{ name: "admins", audience: "admins" }]
  }
  return feature
})
