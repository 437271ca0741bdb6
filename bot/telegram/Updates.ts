/**
 * Fetches updates, or receives them by webhook, and hands each to the bot. It retries whatever Telegram or the network
 * do, and reports its health. When its scope closes it accepts nothing new, lets running handlers end, and confirms
 * the handled updates to Telegram.
 */
import { Duration, Effect } from "effect"
import type { Config } from "../Config.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { Window } from "../window/Window.ts"
import * as Intake from "./Intake.ts"
import * as Polling from "./Polling.ts"
import { Telegram } from "./Telegram.ts"
import * as TransportHealth from "./TransportHealth.ts"
import * as Webhook from "./Webhook.ts"
import * as WebhookSubscription from "./WebhookSubscription.ts"

/** How long running handlers may continue when the bot stops. */
const grace = Duration.seconds(5)

/** `recovered` runs when Telegram answers again. */
export const start = Effect.fn("Updates.start")(function* (
  updates: Config["updates"],
  recovered: Effect.Effect<void, { readonly message: string }>
) {
  const { bot, raw } = yield* Telegram
  const [handlers, window] = [yield* HandlerRuntime, yield* Window]
  const health = yield* TransportHealth.make(recovered)
  const intake = yield* Intake.make
  const username = Effect.gen(function* () {
    if (!bot.isInited()) bot.botInfo = yield* raw((api, signal) => api.getMe(signal))
    return bot.botInfo.username
  })
  const { confirm, poll } = yield* Polling.make(intake, health, username)

  // Registered first, so it runs last: by then no new update comes.
  yield* Effect.addFinalizer(() =>
    Effect.all([intake.settled, handlers.settled, window.settled], { concurrency: 3 }).pipe(
      Effect.timeout(grace),
      Effect.ignore,
      Effect.andThen(confirm)
    )
  )
  const subscribe = WebhookSubscription.make(intake, health, username)
  yield* Effect.forkScoped(
    Effect.annotateLogs(updates === "polling" ? poll : subscribe(updates), { service: "Updates" })
  )
  if (updates === "polling") return { health: health.current, hook: undefined }
  return { health: health.current, hook: Webhook.hookOf(updates.secretToken, () => bot.isInited(), intake.handle) }
})
