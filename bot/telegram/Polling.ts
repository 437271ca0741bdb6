/** Fetches updates by long polling, and confirms to Telegram those that were handled. */
import { Duration, Effect } from "effect"
import { elapsedMillis } from "../../core/observe/Elapsed.ts"
import { botReason } from "../reasons.ts"
import { type Intake, maxCount } from "./Intake.ts"
import { Telegram, type TelegramError } from "./Telegram.ts"
import type { TransportHealth } from "./TransportHealth.ts"

export const allowedUpdates = ["message", "callback_query", "my_chat_member"] as const

/** How long Telegram keeps an empty request open. */
const longPoll = Duration.seconds(25)

/** How much later its answer may arrive. */
const slack = Duration.seconds(10)

/** The pause between two empty requests, even if they are answered immediately. */
const pace = Duration.seconds(1)

/** `username`: asks Telegram for the bot's name. */
export const make = Effect.fnUntraced(function* (
  intake: Intake,
  health: TransportHealth,
  username: Effect.Effect<string, TelegramError>
) {
  const { raw } = yield* Telegram
  let offset = 0

  const next = Effect.gen(function* () {
    // The first request after a failure is short, so that recovery is soon visible.
    const open = (yield* health.current).status === "ok" ? longPoll : Duration.zero
    return yield* raw(
      (api, signal) =>
        api.getUpdates({ offset, timeout: Duration.toSeconds(open), allowed_updates: allowedUpdates }, signal),
      Duration.sum(open, slack)
    )
  })

  const round = Effect.fnUntraced(function* (name: string) {
    const startedAt = yield* elapsedMillis
    const batch = yield* health.retried(next)
    yield* health.reportOk(botReason("bot.fetches", { name }))
    const isEmpty = !batch.some(intake.isNew)
    for (const update of batch) {
      offset = update.update_id + 1
      yield* intake.handle(update)
    }
    const left = Duration.toMillis(pace) - ((yield* elapsedMillis) - startedAt)
    if (isEmpty && left > 0) yield* Effect.sleep(left)
    while ((yield* intake.size) > maxCount) yield* Effect.sleep("50 millis")
  })

  const poll = Effect.gen(function* () {
    const name = yield* health.retried(Effect.tap(username, () => raw((api, signal) => api.deleteWebhook({}, signal))))
    yield* health.reportOk(botReason("bot.fetches", { name }))
    yield* Effect.forever(round(name))
  })

  /** Otherwise the successor receives updates that were already handled. */
  const confirm = Effect.suspend(() =>
    offset === 0
      ? Effect.void
      : raw((api, signal) =>
          api.getUpdates({ offset, timeout: 0, limit: 1, allowed_updates: allowedUpdates }, signal)
        ).pipe(Effect.timeout("2 seconds"), Effect.ignore)
  )

  return { confirm, poll }
})
