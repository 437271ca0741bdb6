/** The chats of notifications: those that `bot.yaml` names for a role, or people by their role in the bot. */
import { Effect } from "effect"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { Locales } from "../i18n/Locales.ts"
import { Directory } from "../people/Directory.ts"
import { Settings } from "../Settings.ts"
import { asTopic, type Destination } from "./Destination.ts"
import { MigratedGroups } from "./MigratedGroups.ts"

export interface Recipient extends Destination {
  readonly translator: Translator
}

export const make = Effect.gen(function* () {
  const { chats } = yield* Settings
  const [directory, locales, moved] = [yield* Directory, yield* Locales, yield* MigratedGroups]
  const roles = new Map(Object.entries(chats))

  const recipientsOf = (people: ReadonlyArray<{ readonly telegramId: number; readonly locale: string | null }>) =>
    people.map(({ locale, telegramId }): Recipient => ({ chat: telegramId, translator: locales.in(locale) }))
  const admins = Effect.map(directory.admins, (all) => recipientsOf(all.filter(({ blocked }) => !blocked)))

  const recipientAt = ({ chat, topic }: Destination) =>
    Effect.map(
      directory.find(chat),
      (person): Recipient => ({ chat, ...asTopic(topic), translator: locales.in(person?.locale) })
    )

  const ofRole = Effect.fn("Broadcast.recipients")(function* (role: string) {
    // A role that no feature declares is a mistake of a feature's author.
    const destinations = yield* Effect.orDie(Effect.fromNullishOr(roles.get(role)))
    const own = destinations.flatMap((to) => (to.chat === 0 ? [] : { ...to, chat: moved.current(to.chat) }))
    if (own.length === 0) return yield* role === "alerts" ? admins : Effect.map(directory.everybody, recipientsOf)
    return yield* Effect.forEach(own, recipientAt)
  })

  return {
    admins,
    ofRole,
    at: recipientAt,
    translatorOf: (telegramId: number) =>
      Effect.map(directory.find(telegramId), (person) => locales.in(person?.locale)),
    /** Whether the configuration names the chat, for any role. */
    isNamed: (chat: number) => [...roles.values()].some((all) => all.some((one) => one.chat === chat))
  }
})
