/**
 * Signs people in: by the phone number of the contact they share, by last name if an admin confirms it, and the first
 * admin by a code that the daemon printed. Then come the department, the language and the menu.
 */
import { Effect } from "effect"
import { Composer } from "grammy"
import { expectsText, type Feature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import { ConnectorModule } from "../../kernel/ConnectorModule.ts"
import type { BotContext } from "../../session/Context.ts"
import * as Choices from "./Choices.ts"
import * as Confirmation from "./Confirmation.ts"
import * as SignIn from "./SignIn.ts"

/** `guests` receives updates of strangers, `feature` those of people who are signed in. */
export interface Onboarding {
  readonly guests: Composer<BotContext>
  readonly feature: Feature
}

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { people } = yield* ConnectorModule
  const { arrive, chooseDepartment, chooseLanguage, setDepartment, setLanguage } = yield* Choices.make
  const { ask, decide } = yield* Confirmation.make
  const { claim, greet, takeContact, takeLastName } = yield* SignIn.make({ arrive, ask })

  const guests = new Composer<BotContext>()
  guests.command("admin", on(claim))
  guests.on("message:contact", on(takeContact))
  guests.filter(expectsText("onboarding", "lastName")).on("message:text", on(takeLastName))
  guests.on(["message", "callback_query"], on(greet))

  const ofOwners = new Composer<BotContext>()
  ofOwners.command("admin", on(claim))
  // An admin, or an owner of accounts, may turn out to be an employee.
  const unemployed = ofOwners.filter(({ person }) => person?.employeeId === null)
  unemployed.on("message:contact", on(takeContact))
  unemployed.filter(expectsText("onboarding", "lastName")).on("message:text", on(takeLastName))
  ofOwners.command("language", on(chooseLanguage))

  const composer = new Composer<BotContext>()
  composer.command("department", on(chooseDepartment))
  composer.callbackQuery("department", on(chooseDepartment))
  composer.callbackQuery(
    /^department:([0-9a-f-]{36})$/,
    on((ctx) => setDepartment(ctx, ctx.match[1] ?? ""))
  )
  ofOwners.callbackQuery("language", on(chooseLanguage))
  ofOwners.callbackQuery(
    /^language:([a-z]{2})$/,
    on((ctx) => setLanguage(ctx, ctx.match[1] ?? ""))
  )
  composer.use(ofOwners)
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
      namespaces: ["department", "language", "let-in", "refuse"],
      composer,
      ofOwners,
      entries: [
        ...(people === undefined
          ? []
          : [{ key: "menu-department", audience: "everybody" as const, open: chooseDepartment }]),
        { key: "menu-language", audience: "anybody", open: chooseLanguage }
      ],
      commands: [
        ...(people === undefined ? [] : [{ name: "department", audience: "everybody" as const }]),
        { name: "language", audience: "anybody" }
      ]
    }
  }
  return onboarding
})
