/** Adds and removes admins. Every change is logged and reported to the other admins and to the person. */
import { Effect } from "effect"
import { InlineKeyboard } from "grammy"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { Directory } from "../../people/Directory.ts"
import { actorOf, type Person } from "../../people/Person.ts"
import { Commands } from "../../telegram/BotCommands.ts"
import { Broadcast } from "../../telegram/Broadcast.ts"

export const make = Effect.gen(function* () {
  const directory = yield* Directory
  const report = yield* makeReport

  /** The people who can become an admin. */
  const candidates = Effect.map(directory.everybody, (people) =>
    people
      .filter((person) => !person.isAdmin && person.employeeId !== null)
      .toSorted((a, b) => a.name.localeCompare(b.name, "ru"))
  )

  /** Finds an admin who may be removed. */
  const removable = Effect.fnUntraced(function* (telegramId: number) {
    const person = (yield* directory.admins).find((one) => one.telegramId === telegramId)
    if (person === undefined) return yield* new UserFacingError({ key: "admins-gone" })
    if (directory.isNamed(telegramId))
      return yield* new UserFacingError({ key: "admins-named", variables: { name: person.name } })
    return person
  })

  const add = Effect.fnUntraced(function* (by: Person, telegramId: number) {
    const person = (yield* candidates).find((one) => one.telegramId === telegramId)
    const isNew = person !== undefined && (yield* directory.addAdmin(telegramId, by.telegramId))
    if (person !== undefined && isNew) yield* report(by, person, "added")
  })

  const remove = Effect.fnUntraced(function* (by: Person, telegramId: number) {
    const person = yield* removable(telegramId)
    const isGone = yield* directory.removeAdmin(telegramId)
    if (!isGone) return yield* new UserFacingError({ key: "admins-last" })
    yield* report(by, person, "removed")
  })

  return { add, candidates, removable, remove }
})

const makeReport = Effect.gen(function* () {
  const broadcast = yield* Broadcast
  const commands = yield* Commands
  return Effect.fnUntraced(function* (by: Person, person: Person, what: "added" | "removed") {
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
})
