/** The commands that Telegram suggests after `/`: each person's own, in their language. */
import { Context, Effect, Layer } from "effect"
import type { SqlError } from "effect/sql"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { type Command, isFor } from "../Feature.ts"
import { Locales } from "../i18n/Locales.ts"
import { Directory } from "../people/Directory.ts"
import { Telegram, type TelegramError } from "./Telegram.ts"

const described = (commands: ReadonlyArray<Command>, translator: Translator) =>
  [{ name: "menu" }, ...commands].map(({ name }) => ({ command: name, description: translator.t(`command-${name}`) }))

const scopeOf = (chat: number) => ({ type: "chat", chat_id: chat }) as const

export class Commands extends Context.Service<
  Commands,
  {
    /** Called once, when all features are made. */
    readonly fill: (commands: ReadonlyArray<Command>) => void
    /** Publishes the common commands for everybody, and their own in each chat of an admin or an owner of accounts. */
    readonly publish: Effect.Effect<void, TelegramError | SqlError.SqlError>
    /** Leaves only the common commands to a person who is no admin any more. */
    readonly retract: (telegramId: number) => Effect.Effect<void>
  }
>()("tributary/bot/telegram/BotCommands") {
  static readonly layer = Layer.effect(
    Commands,
    Effect.gen(function* () {
      const { call } = yield* Telegram
      const directory = yield* Directory
      const locales = yield* Locales
      let commands: ReadonlyArray<Command> = []

      const publish = Effect.gen(function* () {
        const common = commands.filter(({ audience }) => audience !== "admins" && audience !== "owners")
        yield* call((api) => api.setMyCommands(described(common, locales.in(undefined))))
        for (const person of [...(yield* directory.admins), ...(yield* directory.owners)]) {
          const { locale, telegramId } = person
          const offered = person.isAdmin ? commands : commands.filter(({ audience }) => isFor(audience, person))
          const own = described(offered, locales.in(locale))
          // Telegram knows no chat of a person who never wrote.
          yield* Effect.ignore(call((api) => api.setMyCommands(own, { scope: scopeOf(telegramId) })))
        }
      }).pipe(Effect.withSpan("Commands.publish"))

      return Commands.of({
        fill: (all) => {
          commands = all
        },
        publish,
        retract: (telegramId) => Effect.ignore(call((api) => api.deleteMyCommands({ scope: scopeOf(telegramId) })))
      })
    })
  )
}
