/** Asks Telegram whether it accepts the token and lets the bot into its chats, without disturbing a running bot. */
import { Effect } from "effect"
import { foreignText, render } from "../../core/reason/Reason.ts"
import { botReason } from "../reasons.ts"
import { Telegram, TelegramError, type TelegramOptions, tokenRefused } from "./Telegram.ts"

/** `chats` are the ids that the configuration names. */
export const probe = (options: TelegramOptions, chats: Iterable<number>): Effect.Effect<string, TelegramError> =>
  Effect.gen(function* () {
    const { raw } = yield* Telegram
    const { username } = yield* raw((api, signal) => api.getMe(signal))
    for (const chat of chats)
      yield* Effect.catch(
        raw((api, signal) => api.getChat(chat, signal)),
        lostOr(chat)
      )
    return `Telegram answers, the bot is @${username}`
  }).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "token",
      () => Effect.fail(new TelegramError({ reason: "token", message: render(tokenRefused) }))
    ),
    Effect.provide(Telegram.layer(options))
  )

/** Telegram refuses the old id of a group that became a supergroup; a running bot follows it. */
const lostOr = (chat: number) => (error: TelegramError) => {
  if (error.reason === "refused") return Effect.void
  if (error.reason !== "blocked") return Effect.fail(error)
  const lost = botReason("bot.chatLost", { chat: String(chat), why: foreignText(error.message) })
  return Effect.fail(new TelegramError({ reason: "blocked", message: render(lost) }))
}
