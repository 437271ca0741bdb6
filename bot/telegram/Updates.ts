/**
 * Fetches updates, or takes what Telegram sends, and hands each to the bot: those of a chat in their order, those of
 * different chats at once. Whatever Telegram or the network do, it goes on trying and says how it is doing. When its scope
 * closes it takes nothing new, lets what it has begun end, and tells Telegram what it has taken.
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

/** Telegram keeps an empty request open that long. */
const longPoll = Duration.seconds(25)

/** How much later its answer may come. */
const slack = Duration.seconds(10)

/** Between two requests that bring nothing: what answers them at once is not asked without a pause. */
const pace = Duration.seconds(1)

/** Between two looks whether Telegram reaches the webhook. */
const lookEvery = Duration.minutes(1)

/** How long what has begun may go on when the bot stops. */
const grace = Duration.seconds(5)

/** Handlers at once, most of which wait for Telegram's limits; more wait in Telegram, and so do their acknowledgements. */
const maxCount = 2_000

/** Short, so that after an outage a chat is served at once. */
const backoff = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("5 seconds")]).pipe(Schedule.jittered)

const unreached: PluginHealth = { status: "degraded", reason: botReason("bot.unreached") }

const refused = botReason("bot.refused")

const whys: Readonly<Record<TelegramError["reason"], Reason>> = {
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

/** `recovered`: what is done when Telegram answers again. */
export const start = Effect.fn("Updates.start")(function* (
  updates: Config["updates"],
  recovered: Effect.Effect<void, { readonly message: string }>
) {
  const { bot, raw } = yield* Telegram
  const bridge = yield* HandlerRuntime
  const window = yield* Window
  const health = yield* Ref.make<PluginHealth>(unreached)
  const handling = yield* FiberSet.make<void>()
  /** Of the last updates, because a webhook repeats what it has no answer to. */
  const seen = new Set<number>()
  let offset = 0
  /** When the last came. */
  let cameAt = 0

  const handle = Effect.fnUntraced(function* (update: Update) {
    if (seen.has(update.update_id)) return
    seen.add(update.update_id)
    cameAt = yield* Clock.currentTimeMillis
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
      // In the order they came: the chat's queue is entered before the next update is looked at.
      { startImmediately: true }
    )
  })

  const degraded = Effect.fnUntraced(function* (why: Reason, message: string) {
    const before = yield* Ref.getAndSet<PluginHealth>(health, { status: "degraded", reason: why })
    // Told when it begins; it may last for days.
    if (before.reason.code !== why.code) yield* Effect.logWarning(render(why), message)
  })
  const persistently = <A>(effect: Effect.Effect<A, TelegramError>) =>
    effect.pipe(
      Effect.tapError((error) => degraded(whys[error.reason], error.message)),
      Effect.retry(backoff)
    )

  const introduced = Effect.gen(function* () {
    if (!bot.isInited()) bot.botInfo = yield* raw((api, signal) => api.getMe(signal))
    return bot.botInfo.username
  })

  const well = Effect.fnUntraced(function* (why: Reason) {
    const before = yield* Ref.getAndSet<PluginHealth>(health, { status: "ok", reason: why })
    if (before.status === "ok") return
    yield* Effect.catch(recovered, ({ message }) => Effect.logWarning("what waits is not sent yet", message))
  })

  const poll = Effect.gen(function* () {
    const name = yield* persistently(Effect.tap(introduced, () => raw((api, signal) => api.deleteWebhook({}, signal))))
    const next = Effect.gen(function* () {
      // After a failure a short one, which soon says that all is well again.
      const open = (yield* Ref.get(health)).status === "ok" ? longPoll : Duration.zero
      return yield* raw(
        (api, signal) =>
          api.getUpdates({ offset, timeout: Duration.toSeconds(open), allowed_updates: allowed }, signal),
        Duration.sum(open, slack)
      )
    })
    yield* well(botReason("bot.fetches", { name }))
    yield* Effect.forever(
      Effect.gen(function* () {
        const begun = yield* Clock.currentTimeMillis
        const batch = yield* persistently(next)
        yield* well(botReason("bot.fetches", { name }))
        const fresh = batch.filter(({ update_id }) => !seen.has(update_id))
        for (const update of batch) {
          offset = update.update_id + 1
          yield* handle(update)
        }
        const left = Duration.toMillis(pace) - ((yield* Clock.currentTimeMillis) - begun)
        if (fresh.length === 0 && left > 0) yield* Effect.sleep(left)
        while ((yield* FiberSet.size(handling)) > maxCount) yield* Effect.sleep("50 millis")
      })
    )
  })

  const subscribe = Effect.fnUntraced(function* ({ secretToken, url }: Exclude<Config["updates"], "polling">) {
    const set = raw((api, signal) =>
      api.setWebhook(url, { secret_token: Redacted.value(secretToken), allowed_updates: allowed }, signal)
    )
    const name = yield* persistently(Effect.tap(introduced, () => set))
    yield* well(botReason("bot.isSent", { name }))
    let before = yield* Clock.currentTimeMillis
    const look = Effect.gen(function* () {
      const info = yield* persistently(raw((api, signal) => api.getWebhookInfo(signal)))
      const trouble = Webhook.troubleOf(info, url, cameAt > before)
      before = yield* Clock.currentTimeMillis
      yield* trouble === undefined
        ? well(botReason("bot.isSent", { name }))
        : degraded(trouble, `of the webhook ${info.url ?? ""}`)
      if (info.url !== url) yield* persistently(set)
    })
    yield* Effect.forever(Effect.andThen(Effect.sleep(lookEvery), look))
  })

  // Registered first, so done last: by then nothing new comes.
  yield* Effect.addFinalizer(() =>
    Effect.all([FiberSet.awaitEmpty(handling), bridge.settled, window.settled], { concurrency: 3 }).pipe(
      Effect.timeout(grace),
      Effect.ignore,
      Effect.andThen(confirm)
    )
  )
  /** Else the successor is given what was handled already. */
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
