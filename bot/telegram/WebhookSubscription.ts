/** Has Telegram send updates to the webhook, and checks once a minute whether it does. */
import { Clock, Duration, Effect, Redacted } from "effect"
import type { Config } from "../Config.ts"
import { botReason } from "../reasons.ts"
import type { Intake } from "./Intake.ts"
import { allowedUpdates } from "./Polling.ts"
import { Telegram, type TelegramError } from "./Telegram.ts"
import type { TransportHealth } from "./TransportHealth.ts"
import * as Webhook from "./Webhook.ts"

/** The pause between two checks whether Telegram reaches the webhook. */
const checkInterval = Duration.minutes(1)

/** `username`: asks Telegram for the bot's name. */
export const make = (intake: Intake, health: TransportHealth, username: Effect.Effect<string, TelegramError>) =>
  Effect.fnUntraced(function* ({ secretToken, url }: Exclude<Config["updates"], "polling">) {
    const { raw } = yield* Telegram
    const { reportDegraded, reportOk, retried } = health
    const set = raw((api, signal) =>
      api.setWebhook(url, { secret_token: Redacted.value(secretToken), allowed_updates: allowedUpdates }, signal)
    )
    const name = yield* retried(Effect.tap(username, () => set))
    yield* reportOk(botReason("bot.isSent", { name }))
    let before = yield* Clock.currentTimeMillis
    const check = Effect.gen(function* () {
      const info = yield* retried(raw((api, signal) => api.getWebhookInfo(signal)))
      const problem = Webhook.problemOf(info, url, intake.receivedAt() > before)
      before = yield* Clock.currentTimeMillis
      yield* problem === undefined
        ? reportOk(botReason("bot.isSent", { name }))
        : reportDegraded(problem, `of the webhook ${info.url ?? ""}`)
      if (info.url !== url) yield* retried(set)
    })
    yield* Effect.forever(Effect.andThen(Effect.sleep(checkInterval), check))
  })
