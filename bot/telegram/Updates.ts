/**
 * Fetches updates, or receives them by webhook, and hands each to the bot: those of one chat in order, those of
 * different chats at once. It retries whatever Telegram or the network do, and reports its health. When its scope
 * closes it accepts nothing new, lets running handlers end, and confirms the handled updates to Telegram.
 */
import { Clock, Duration, Effect, FiberSet, Redacted, Ref, Schedule } from "effect"
import type { Update } from "grammy/types"
import type { PluginHealth } from "../../core/control/Plugin.ts"
import { type Reason, render } from "../../core/reason/Reason.ts"
import type { Config } from "../Config.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { botReason } from "../reasons.ts"
import { Window } from "../window/Window.ts"
import { Telegram, type TelegramError, tokenRefused } from "./Telegram.ts"
import * as Webhook from "./Webhook.ts"

const allowed = ["message", "callback_query", "my_chat_member"] as const

/** How long Telegram keeps an empty request open. */
const longPoll = Duration.seconds(25)

/** How much later its answer may arrive. */
const slack = Duration.seconds(10)

/** The pause between two empty requests, even if they are answered immediately. */
const pace = Duration.seconds(1)

/** The pause between two checks whether Telegram reaches the webhook. */
const checkInterval = Duration.minutes(1)

/** How long running handlers may continue when the bot stops. */
const grace = Duration.seconds(5)

/** Handlers at once, most of which wait for Telegram's limits; further updates wait in Telegram, unacknowledged. */
const maxCount = 2_000

/** Short, so that a chat is served immediately after an outage. */
const backoff = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("5 seconds")]).pipe(Schedule.jittered)

const unreached: PluginHealth = { status: "degraded", reason: botReason("bot.unreached") }

const refused = botReason("bot.refused")

const reasons: Readonly<Record<TelegramError["reason"], Reason>> = {
  token: tokenRefused,
  conflict: botReason("bot.conflict"),
  network: botReason("bot.network"),
  silent: botReason("bot.silent"),
  flood: botReason("bot.flood"),
  blocked: refused,
  gone: refused,
  refused,
  unchanged: refused
}

/** `recovered` runs when Telegram answers again. */
export const start = Effect.fn("Updates.start")(function* (
  updates: Config["updates"],
  recovered: Effect.Effect<void, { readonly message: string }>
) {
  const { bot, raw } = yield* Telegram
  const handlers = yield* HandlerRuntime
  const window = yield* Window
  const health = yield* Ref.make<PluginHealth>(unreached)
  const handling = yield* FiberSet.make<void>()
  /** The ids of the last updates, because a webhook repeats those without an answer. */
  const seen = new Set<number>()
  let offset = 0
  /** When the last update came. */
  let receivedAt = 0

  const handle = Effect.fnUntraced(function* (update: Update) {
    if (seen.has(update.update_id)) return
    seen.add(update.update_id)
    receivedAt = yield* Clock.currentTimeMillis
    const [oldest] = seen
    if (seen.size > maxCount * 2 && oldest !== undefined) seen.delete(oldest)
    yield* FiberSet.run(
      handling,
      Effect.promise(() => bot.handleUpdate(update)).pipe(
        Effect.catchCause((cause) =>
          Effect.logError("an update ended unexpectedly", cause).pipe(
            Effect.annotateLogs({ service: "Updates", update_id: update.update_id })
          )
        )
      ),
      // Keeps the order: the update enters the chat's queue before the next one is looked at.
      { startImmediately: true }
    )
  })

  const reportDegraded = Effect.fnUntraced(function* (why: Reason, message: string) {
    const before = yield* Ref.getAndSet<PluginHealth>(health, { status: "degraded", reason: why })
    // Logged when the trouble begins; it may last for days.
    if (before.reason.code !== why.code) yield* Effect.logWarning(render(why), message)
  })
  const retried = <A>(effect: Effect.Effect<A, TelegramError>) =>
    effect.pipe(
      Effect.tapError((error) => reportDegraded(reasons[error.reason], error.message)),
      Effect.retry(backoff)
    )

  const username = Effect.gen(function* () {
    if (!bot.isInited()) bot.botInfo = yield* raw((api, signal) => api.getMe(signal))
    return bot.botInfo.username
  })

  const reportOk = Effect.fnUntraced(function* (why: Reason) {
    const before = yield* Ref.getAndSet<PluginHealth>(health, { status: "ok", reason: why })
    if (before.status === "ok") return
    yield* Effect.catch(recovered, ({ message }) => Effect.logWarning("what waits is not sent yet", message))
  })

  const poll = Effect.gen(function* () {
    const name = yield* retried(Effect.tap(username, () => raw((api, signal) => api.deleteWebhook({}, signal))))
    const next = Effect.gen(function* () {
      // The first request after a failure is short, so that recovery is soon visible.
      const open = (yield* Ref.get(health)).status === "ok" ? longPoll : Duration.zero
      return yield* raw(
        (api, signal) =>
          api.getUpdates({ offset, timeout: Duration.toSeconds(open), allowed_updates: allowed }, signal),
        Duration.sum(open, slack)
      )
    })
    yield* reportOk(botReason("bot.fetches", { name }))
    yield* Effect.forever(
      Effect.gen(function* () {
        const startedAt = yield* Clock.currentTimeMillis
        const batch = yield* retried(next)
        yield* reportOk(botReason("bot.fetches", { name }))
        const fresh = batch.filter(({ update_id }) => !seen.has(update_id))
        for (const update of batch) {
          offset = update.update_id + 1
          yield* handle(update)
        }
        const left = Duration.toMillis(pace) - ((yield* Clock.currentTimeMillis) - startedAt)
        if (fresh.length === 0 && left > 0) yield* Effect.sleep(left)
        while ((yield* FiberSet.size(handling)) > maxCount) yield* Effect.sleep("50 millis")
      })
    )
  })

  const subscribe = Effect.fnUntraced(function* ({ secretToken, url }: Exclude<Config["updates"], "polling">) {
    const set = raw((api, signal) =>
      api.setWebhook(url, { secret_token: Redacted.value(secretToken), allowed_updates: allowed }, signal)
    )
    const name = yield* retried(Effect.tap(username, () => set))
    yield* reportOk(botReason("bot.isSent", { name }))
    let before = yield* Clock.currentTimeMillis
    const check = Effect.gen(function* () {
      const info = yield* retried(raw((api, signal) => api.getWebhookInfo(signal)))
      const problem = Webhook.problemOf(info, url, receivedAt > before)
      before = yield* Clock.currentTimeMillis
      yield* problem === undefined
        ? reportOk(botReason("bot.isSent", { name }))
        : reportDegraded(problem, `of the webhook ${info.url ?? ""}`)
      if (info.url !== url) yield* retried(set)
    })
    yield* Effect.forever(Effect.andThen(Effect.sleep(checkInterval), check))
  })

  // Registered first, so it runs last: by then no new update comes.
  yield* Effect.addFinalizer(() =>
    Effect.all([FiberSet.awaitEmpty(handling), handlers.settled, window.settled], { concurrency: 3 }).pipe(
      Effect.timeout(grace),
      Effect.ignore,
      Effect.andThen(confirm)
    )
  )
  /** Otherwise the successor receives updates that were already handled. */
  const confirm = Effect.suspend(() =>
    offset === 0
      ? Effect.void
      : raw((api, signal) => api.getUpdates({ offset, timeout: 0, limit: 1, allowed_updates: allowed }, signal)).pipe(
          Effect.timeout("2 seconds"),
          Effect.ignore
        )
  )
  yield* Effect.forkScoped(
    Effect.annotateLogs(updates === "polling" ? poll : subscribe(updates), { service: "Updates" })
  )
  if (updates === "polling") return { health: Ref.get(health), hook: undefined }
  return { health: Ref.get(health), hook: Webhook.hookOf(updates.secretToken, () => bot.isInited(), handle) }
})
