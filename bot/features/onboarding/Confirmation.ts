/** Lets admins confirm who a person is when the phone number is not enough. */
import { Effect, Schema } from "effect"
import { InlineKeyboard } from "grammy"
import type { Employee } from "../../../core/plugin/chat/People.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { Directory } from "../../people/Directory.ts"
import { actorOf } from "../../people/Person.ts"
import { nameOf } from "../../session/ChatAccess.ts"
import type { BotContext } from "../../session/Context.ts"
import { Broadcast } from "../../telegram/Broadcast.ts"
import { PendingConfirmations } from "../../window/PendingConfirmations.ts"
import { Window } from "../../window/Window.ts"

const Asked = Schema.Struct({
  telegramId: Schema.Int,
  name: Schema.String,
  phone: Schema.NullOr(Schema.String),
  candidates: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String }))
})
const decodeAsked = Schema.decodeUnknownEffect(Asked)

export const make = Effect.gen(function* () {
  const broadcast = yield* Broadcast
  const directory = yield* Directory
  const confirmations = yield* PendingConfirmations
  const window = yield* Window

  /** Asks all admins which of the found employees the person is. */
  const ask = Effect.fnUntraced(function* (ctx: BotContext, found: ReadonlyArray<Employee>, phone: string | null) {
    const telegramId = yield* Effect.orDie(Effect.fromNullishOr(ctx.from?.id))
    const candidates = found.map(({ id, name, position }) => ({
      id,
      name: position === null ? name : `${name}, ${position}`
    }))
    const about = { telegramId, name: nameOf(ctx), phone, candidates }
    const confirmation = yield* confirmations.make("onboarding", about, actorOf(telegramId))
    ctx.session.expects = null
    yield* window.show(ctx, { text: ctx.translator.say("onboarding-waits") })
    yield* broadcast.notifyAll(yield* broadcast.admins, (translator) => {
      const keyboard = new InlineKeyboard()
      for (const [at, { name }] of candidates.entries()) keyboard.text(name, `let-in:${confirmation}:${at}`).row()
      keyboard.text(translator.t("onboarding-refuse"), `refuse:${confirmation}`)
      return { text: translator.say("onboarding-asked", { name: about.name, phone: phone ?? "?" }), keyboard }
    })
  })

  /** `at`: the index of the candidate; absent: none of them. */
  const decide = Effect.fnUntraced(function* (ctx: BotContext, confirmation: number, at?: number) {
    const taken = yield* confirmations.take("onboarding", confirmation)
    if (taken === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    const { candidates, name, phone, telegramId } = yield* Effect.orDie(decodeAsked(taken))
    const employee = yield* directory.employee(at === undefined ? "" : (candidates[at]?.id ?? ""))
    const translator = yield* broadcast.translatorOf(telegramId)
    if (employee === undefined) {
      yield* window.show(ctx, { text: ctx.translator.say("onboarding-refused-by-you", { name }) })
      yield* broadcast.notify({ chat: telegramId, translator }, () => ({
        text: translator.say("onboarding-refused")
      }))
      return
    }
    yield* directory.signIn({ telegramId, name: employee.name, phone, employeeId: employee.id })
    yield* window.show(ctx, { text: ctx.translator.say("onboarding-confirmed", { name, employee: employee.name }) })
    yield* broadcast.notify({ chat: telegramId, translator }, () => ({
      text: translator.say("onboarding-let-in", { name: employee.name }),
      keyboard: new InlineKeyboard().text(translator.t("onboarding-go-on"), "department")
    }))
  })

  return { ask, decide }
})

export type Confirmation = Effect.Success<typeof make>
