/** The commands that Telegram offers while somebody types `/`: each person's own, in their language. */
import { Effect } from "effect"
import type { Command } from "./Feature.ts"
import { Directory } from "./people/Directory.ts"
import { Settings } from "./Settings.ts"
import { Telegram } from "./Telegram.ts"
import { make as makeSpeech, type Words } from "./Words.ts"

const described = (commands: ReadonlyArray<Command>, words: Words) =>
  [{ name: "menu" }, ...commands].map(({ name }) => ({ command: name, description: words.t(`command-${name}`) }))

/** Everybody's for everybody, and for each admin's chat those of admins as well. */
export const publish = Effect.fn("Commands.publish")(function* (commands: ReadonlyArray<Command>) {
  const { call } = yield* Telegram
  const directory = yield* Directory
  const { locales, timezone } = yield* Settings
  const speech = makeSpeech(locales, timezone)
  const common = commands.filter(({ audience }) => audience !== "admins")
  yield* call((api) => api.setMyCommands(described(common, speech.in(undefined))))
  for (const { locale, telegramId } of yield* directory.admins) {
    const own = described(commands, speech.in(locale))
    const scope = { type: "chat", chat_id: telegramId } as const
    // Of an admin who never wrote, Telegram knows no chat.
    yield* Effect.ignore(call((api) => api.setMyCommands(own, { scope })))
  }
})
