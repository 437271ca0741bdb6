/** The choices of a person who is signed in: department and language, then the menu. */
import { Effect } from "effect"
import { InlineKeyboard } from "grammy"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { Directory } from "../../people/Directory.ts"
import { Settings } from "../../Settings.ts"
import type { BotContext } from "../../session/Context.ts"
import { Broadcast } from "../../telegram/Broadcast.ts"
import { MainMenu } from "../../window/Menu.ts"
import { Window } from "../../window/Window.ts"

export const make = Effect.gen(function* () {
  const broadcast = yield* Broadcast
  const directory = yield* Directory
  const menu = yield* MainMenu
  const { locales } = yield* Settings
  const window = yield* Window

  /** Returns the departments of an employee; all of them for an admin and for a person who has none. */
  const departmentsOf = Effect.fnUntraced(function* ({ person }: BotContext) {
    const all = yield* directory.departments
    const employee = person?.employeeId == null ? undefined : yield* directory.employee(person.employeeId)
    const own = person?.isAdmin === true ? [] : (employee?.departments ?? [])
    return own.length === 0 ? all : all.filter(({ id }) => own.includes(id))
  })

  const chooseDepartment = Effect.fnUntraced(function* (ctx: BotContext) {
    const keyboard = new InlineKeyboard()
    for (const { id, name } of yield* departmentsOf(ctx)) keyboard.text(name, `department:${id}`).row()
    // A new person has no earlier screen.
    if (ctx.person?.department != null || ctx.person?.isAdmin === true)
      keyboard.text(ctx.translator.t("menu-back"), "menu")
    yield* window.show(ctx, { text: ctx.translator.say("onboarding-department"), keyboard })
  })

  const setDepartment = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const telegramId = yield* Effect.orDie(Effect.fromNullishOr(ctx.person?.telegramId))
    // The data of a press can be forged, so the department is checked again.
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

  /** Continues after signing in: asks for an unknown department, then shows the menu. */
  const arrive = Effect.fnUntraced(function* (ctx: BotContext, telegramId: number) {
    ctx.person = yield* directory.find(telegramId)
    if (ctx.person?.employeeId == null || ctx.person.department !== null) return yield* menu.show(ctx)
    yield* chooseDepartment(ctx)
  })

  return { arrive, chooseDepartment, chooseLanguage, setDepartment, setLanguage }
})

export type Choices = Effect.Success<typeof make>
