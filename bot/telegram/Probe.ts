/** Whether Telegram answers, and to whom it takes the token: asked once, beside a bot that runs. */
import { Effect } from "effect"
import { render } from "../../core/reason/Reason.ts"
import { Telegram, TelegramError, type TelegramOptions, tokenRefused } from "./Telegram.ts"

export const probe = (options: TelegramOptions): Effect.Effect<string, TelegramError> =>
  Effect.flatMap(Telegram, ({ raw }) => raw((api, signal) => api.getMe(signal))).pipe(
    Effect.map(({ username }) => `Telegram answers, the bot is @${username}`),
    Effect.catchIf(
      ({ reason }) => reason === "token",
      () => Effect.fail(new TelegramError({ reason: "token", message: render(tokenRefused) }))
    ),
    Effect.provide(Telegram.layer(options))
  )
