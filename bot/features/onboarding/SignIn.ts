/** Signs strangers in: by the contact they share, by last name, or as the first admin by the code in the log. */
import { Effect } from "effect"
import { Keyboard } from "grammy"
import type { Employee } from "../../../core/plugin/chat/People.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { Directory } from "../../people/Directory.ts"
import { FirstAdmin } from "../../people/FirstAdmin.ts"
import { nameOf } from "../../session/ChatAccess.ts"
import type { BotContext } from "../../session/Context.ts"
import { Telegram } from "../../telegram/Telegram.ts"
import { Window } from "../../window/Window.ts"
import type { Choices } from "./Choices.ts"
import type { Confirmation } from "./Confirmation.ts"

/** The number of namesakes that an admin can tell apart in a message. */
const maxCandidates = 8

export interface SignInParts extends Pick<Choices, "arrive">, Pick<Confirmation, "ask"> {}

export const make = Effect.fnUntraced(function* ({ arrive, ask }: SignInParts) {
  const directory = yield* Directory
  const firstAdmin = yield* FirstAdmin
  const { call } = yield* Telegram
  const window = yield* Window

  const greet = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    const keyboard = new Keyboard().requestContact(translator.t("onboarding-share")).resized().oneTime()
    const chat = yield* Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))
    const text = translator.say("onboarding-greeting", { name: ctx.from?.first_name ?? "" })
    yield* call((api) => api.sendMessage(chat, text, { parse_mode: "HTML", reply_markup: keyboard }))
  })

  /** Removes the keyboard with the contact, which only a new message can do. */
  const welcome = Effect.fnUntraced(function* (ctx: BotContext, name: string) {
    const chat = yield* Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))
    const text = ctx.translator.say("onboarding-welcome", { name })
    yield* call((api) => api.sendMessage(chat, text, { parse_mode: "HTML", reply_markup: { remove_keyboard: true } }))
    ctx.session.window = null
    ctx.session.expects = null
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
    // A contact that was forwarded, or picked from the address book, belongs to another person.
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

  const claim = Effect.fnUntraced(function* (ctx: BotContext) {
    const telegramId = yield* Effect.orDie(Effect.fromNullishOr(ctx.from?.id))
    const name = nameOf(ctx)
    const isAdmin = yield* firstAdmin.claim(String(ctx.match ?? ""), { telegramId, name })
    if (!isAdmin) return yield* new UserFacingError({ key: "onboarding-wrong-code" })
    yield* welcome(ctx, name)
    yield* arrive(ctx, telegramId)
  })

  return { claim, greet, takeContact, takeLastName }
})
