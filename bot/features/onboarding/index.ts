/**
 * Lets people in: by the phone number of the contact they share, by last name where an admin confirms it, and the first
 * admin by a code that the daemon printed. Then the department, the language, the menu.
 */
import { Effect, Schema } from "effect"
import { Composer, InlineKeyboard, Keyboard } from "grammy"
import type { Employee } from "../../../core/plugin/chat/People.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { expects, type Feature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import { ConnectorModule } from "../../kernel/ConnectorModule.ts"
import { Directory } from "../../people/Directory.ts"
import { FirstAdmin } from "../../people/FirstAdmin.ts"
import { actorOf } from "../../people/Person.ts"
import { Settings } from "../../Settings.ts"
import { nameOf } from "../../session/Access.ts"
import type { BotContext } from "../../session/Context.ts"
import { Broadcast } from "../../telegram/Broadcast.ts"
import { Telegram } from "../../telegram/Telegram.ts"
import { MainMenu } from "../../window/Menu.ts"
import { PendingConfirmations } from "../../window/PendingConfirmations.ts"
import { Window } from "../../window/Window.ts"

const Asked = Schema.Struct({
  telegramId: Schema.Int,
  name: Schema.String,
  phone: Schema.NullOr(Schema.String),
  candidates: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String }))
})
const decodeAsked = Schema.decodeUnknownEffect(Asked)

/** Employees of one name that an admin can tell apart in a message. */
const maxCandidates = 8

/** `guests` sees updates of strangers, `feature.composer` of people who are signed in. */
export interface Onboarding {
  readonly guests: Composer<BotContext>
  readonly feature: Feature
}

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const broadcast = yield* Broadcast
  const directory = yield* Directory
  const firstAdmin = yield* FirstAdmin
  const menu = yield* MainMenu
  const offers = yield* PendingConfirmations
  const { locales } = yield* Settings
  const { people } = yield* ConnectorModule
  const { call } = yield* Telegram
  const window = yield* Window

  const greet = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    const keyboard = new Keyboard().requestContact(translator.t("onboarding-share")).resized().oneTime()
    const chat = yield* Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))
    const text = translator.say("onboarding-greeting", { name: ctx.from?.first_name ?? "" })
    yield* call((api) => api.sendMessage(chat, text, { parse_mode: "HTML", reply_markup: keyboard }))
  })

  /** Takes the keyboard with the contact away, which only a message can. */
  const welcome = Effect.fnUntraced(function* (ctx: BotContext, name: string) {
    const chat = yield* Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))
    const text = ctx.translator.say("onboarding-welcome", { name })
    yield* call((api) => api.sendMessage(chat, text, { parse_mode: "HTML", reply_markup: { remove_keyboard: true } }))
    ctx.session.window = null
    ctx.session.expects = null
  })

  const arrive = Effect.fnUntraced(function* (ctx: BotContext, telegramId: number) {
    ctx.person = yield* directory.find(telegramId)
    if (ctx.person?.employeeId == null || ctx.person.department !== null) return yield* menu.show(ctx)
    yield* chooseDepartment(ctx)
  })

  const letIn = Effect.fnUntraced(function* (ctx: BotContext, employee: Employee, phone: string) {
    const telegramId = yield* Effect.orDie(Effect.fromNullishOr(ctx.from?.id))
    yield* directory.signIn({ telegramId, name: employee.name, phone, employeeId: employee.id })
    const [only, ...others] = employee.departments
    if (only !== undefined && others.length === 0) yield* directory.setDepartment(telegramId, only)
    yield* welcome(ctx, employee.firstName || employee.name)
    yield* arrive(ctx, telegramId)
  })

  const takeContact = Effect.fnUntraced(function* (ctx: BotContext) {
    const contact = ctx.message?.contact
    if (contact === undefined) return
    // A contact that was forwarded, or picked from the address book, is somebody else's.
    if (contact.user_id !== ctx.from?.id) return yield* new UserFacingError({ key: "onboarding-foreign-contact" })
    const found = yield* directory.withPhone(contact.phone_number)
    const [only, ...others] = found
    if (only !== undefined && others.length === 0) return yield* letIn(ctx, only, contact.phone_number)
    if (found.length > 1) return yield* ask(ctx, found, contact.phone_number)
    ctx.session.expects = { feature: "onboarding", step: "lastName", about: contact.phone_number }
    yield* window.show(ctx, { text: ctx.translator.say("onboarding-unknown-phone") })
  })

  const takeLastName = Effect.fnUntraced(function* (ctx: BotContext) {
    const found = yield* directory.withLastName(ctx.message?.text ?? "")
    if (found.length === 0) return yield* new UserFacingError({ key: "onboarding-unknown-name" })
    yield* ask(ctx, found.slice(0, maxCandidates), ctx.session.expects?.about ?? null)
  })

  /** Admins decide who it is. */
  const ask = Effect.fnUntraced(function* (ctx: BotContext, found: ReadonlyArray<Employee>, phone: string | null) {
    const telegramId = yield* Effect.orDie(Effect.fromNullishOr(ctx.from?.id))
    const candidates = found.map(({ id, name, position }) => ({
      id,
      name: position === null ? name : `${name}, ${position}`
    }))
    const about = { telegramId, name: nameOf(ctx), phone, candidates }
    const offer = yield* offers.make("onboarding", about, actorOf(telegramId))
    ctx.session.expects = null
    yield* window.show(ctx, { text: ctx.translator.say("onboarding-waits") })
    yield* broadcast.tellAll(yield* broadcast.admins, (translator) => {
      const keyboard = new InlineKeyboard()
      for (const [at, { name }] of candidates.entries()) keyboard.text(name, `let-in:${offer}:${at}`).row()
      keyboard.text(translator.t("onboarding-refuse"), `refuse:${offer}`)
      return { text: translator.say("onboarding-asked", { name: about.name, phone: phone ?? "?" }), keyboard }
    })
  })

  /** `at`: which of the candidates; absent: none of them. */
  const decide = Effect.fnUntraced(function* (ctx: BotContext, offer: number, at?: number) {
    const taken = yield* offers.take("onboarding", offer)
    if (taken === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    const { candidates, name, phone, telegramId } = yield* Effect.orDie(decodeAsked(taken))
    const employee = yield* directory.employee(at === undefined ? "" : (candidates[at]?.id ?? ""))
    const translator = yield* broadcast.translatorOf(telegramId)
    if (employee === undefined) {
      yield* window.show(ctx, { text: ctx.translator.say("onboarding-refused-by-you", { name }) })
      yield* broadcast.tell({ chat: telegramId, translator }, () => ({
        text: translator.say("onboarding-refused")
      }))
      return
    }
    yield* directory.signIn({ telegramId, name: employee.name, phone, employeeId: employee.id })
    yield* window.show(ctx, { text: ctx.translator.say("onboarding-confirmed", { name, employee: employee.name }) })
    yield* broadcast.tell({ chat: telegramId, translator }, () => ({
      text: translator.say("onboarding-let-in", { name: employee.name }),
      keyboard: new InlineKeyboard().text(translator.t("onboarding-go-on"), "department")
    }))
  })

  /** Those an employee works in; of an admin, and of who has none in iiko, all. */
  const departmentsOf = Effect.fnUntraced(function* ({ person }: BotContext) {
    const all = yield* directory.departments
    const employee = person?.employeeId == null ? undefined : yield* directory.employee(person.employeeId)
    const own = person?.isAdmin === true ? [] : (employee?.departments ?? [])
    return own.length === 0 ? all : all.filter(({ id }) => own.includes(id))
  })

  const chooseDepartment = Effect.fnUntraced(function* (ctx: BotContext) {
    const keyboard = new InlineKeyboard()
    for (const { id, name } of yield* departmentsOf(ctx)) keyboard.text(name, `department:${id}`).row()
    // Somebody new has nowhere to go back to.
    if (ctx.person?.department != null || ctx.person?.isAdmin === true)
      keyboard.text(ctx.translator.t("menu-back"), "menu")
    yield* window.show(ctx, { text: ctx.translator.say("onboarding-department"), keyboard })
  })

  const setDepartment = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const telegramId = yield* Effect.orDie(Effect.fromNullishOr(ctx.person?.telegramId))
    // A press is whatever somebody sends, not only what was offered.
    const offered = yield* departmentsOf(ctx)
    if (offered.every((department) => department.id !== id)) return yield* new UserFacingError({ key: "offer-gone" })
    yield* directory.setDepartment(telegramId, id)
    yield* arrive(ctx, telegramId)
  })

  const chooseLanguage = (ctx: BotContext) => {
    const keyboard = new InlineKeyboard()
    for (const locale of locales) keyboard.text(ctx.translator.t(`language-${locale}`), `language:${locale}`)
    keyboard.row().text(ctx.translator.t("menu-back"), "menu")
    return Effect.asVoid(window.show(ctx, { text: ctx.translator.say("onboarding-language"), keyboard }))
  }

  const setLanguage = Effect.fnUntraced(function* (ctx: BotContext, locale: string) {
    const telegramId = yield* Effect.orDie(Effect.fromNullishOr(ctx.person?.telegramId))
    const known = locales.find((one) => one === locale)
    if (known === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    yield* directory.setLocale(telegramId, known)
    ctx.translator = yield* broadcast.translatorOf(telegramId)
    yield* menu.show(ctx)
  })

  const claim = Effect.fnUntraced(function* (ctx: BotContext) {
    const telegramId = yield* Effect.orDie(Effect.fromNullishOr(ctx.from?.id))
    const isRight = yield* firstAdmin.claim(String(ctx.match ?? ""), telegramId)
    if (!isRight) return yield* new UserFacingError({ key: "onboarding-wrong-code" })
    yield* directory.signIn({ telegramId, name: nameOf(ctx), phone: null, employeeId: null })
    yield* directory.addAdmin(telegramId, telegramId)
    yield* welcome(ctx, nameOf(ctx))
    yield* arrive(ctx, telegramId)
  })

  const guests = new Composer<BotContext>()
  guests.command("admin", on(claim))
  guests.on("message:contact", on(takeContact))
  guests.filter(expects("onboarding", "lastName")).on("message:text", on(takeLastName))
  guests.on(["message", "callback_query"], on(greet))

  const composer = new Composer<BotContext>()
  composer.command("admin", on(claim))
  // An admin who turns out to be an employee.
  composer.filter(({ person }) => person?.employeeId === null).on("message:contact", on(takeContact))
  composer.command("department", on(chooseDepartment))
  composer.command("language", on(chooseLanguage))
  composer.callbackQuery("department", on(chooseDepartment))
  composer.callbackQuery(
    /^department:([0-9a-f-]{36})$/,
    on((ctx) => setDepartment(ctx, ctx.match[1] ?? ""))
  )
  composer.callbackQuery("language", on(chooseLanguage))
  composer.callbackQuery(
    /^language:([a-z]{2})$/,
    on((ctx) => setLanguage(ctx, ctx.match[1] ?? ""))
  )
  const admins = composer.filter(isAdmin)
  admins.callbackQuery(
    /^let-in:(\d+):(\d+)$/,
    on((ctx) => decide(ctx, Number(ctx.match[1]), Number(ctx.match[2])))
  )
  admins.callbackQuery(
    /^refuse:(\d+)$/,
    on((ctx) => decide(ctx, Number(ctx.match[1])))
  )

  const onboarding: Onboarding = {
    guests,
    feature: {
      composer,
      entries: [
        ...(people === undefined
          ? []
          : [{ key: "menu-department", audience: "everybody" as const, open: chooseDepartment }]),
        { key: "menu-language", audience: "everybody", open: chooseLanguage }
      ],
      commands: [
        ...(people === undefined ? [] : [{ name: "department", audience: "everybody" as const }]),
        { name: "language", audience: "everybody" }
      ]
    }
  }
  return onboarding
})
