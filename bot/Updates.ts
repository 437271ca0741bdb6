/**
 * Fetches updates, or takes what Telegram sends, and hands each to the bot: those of a chat in their order, those of
 * different chats at once. Whatever Telegram or the network do, it goes on trying and says how it is doing. When its scope
 * closes it takes nothing new, lets what it has begun end, and tells Telegram what it has taken.
 */
import { timingSafeEqual } from "node:crypto"
import { Duration, Effect, FiberSet, Option, Redacted, Ref, Schedule, Schema } from "effect"
import type { Update } from "grammy/types"
import type { Hook, PluginHealth } from "../core/control/Plugin.ts"
import { type Reason, reason, render } from "../core/reason/Reason.ts"
import { Bridge } from "./Bridge.ts"
import type { Config } from "./Config.ts"
import { Telegram, type TelegramError, tokenRefused } from "./Telegram.ts"
import { Window } from "./Window.ts"

const allowed = ["message", "callback_query", "my_chat_member"] as const

/** Telegram keeps an empty request open that long. */
const longPoll = Duration.seconds(25)

/** How long what has begun may go on when the bot stops. */
const grace = Duration.seconds(5)

/** Handlers at once, most of which wait for Telegram's limits; more wait in Telegram, and so do their acknowledgements. */
const most = 2_000

const backoff = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("30 seconds")]).pipe(Schedule.jittered)

const unreached: PluginHealth = { status: "degraded", reason: reason("bot.unreached") }

const refused = reason("bot.refused")

const whys: Readonly<Record<TelegramError["reason"], Reason>> = {
  token: tokenRefused,
  conflict: reason("bot.conflict"),
  network: reason("bot.network"),
  blocked: refused,
  gone: refused,
  refused,
  unchanged: refused
}

export const start = Effect.fn("Updates.start")(function* (updates: Config["updates"]) {
  const { bot, raw } = yield* Telegram
  const bridge = yield* Bridge
  const window = yield* Window
  const health = yield* Ref.make<PluginHealth>(unreached)
  const handling = yield* FiberSet.make<void>()
  /** Of the last updates, because a webhook repeats what it has no answer to. */
  const seen = new Set<number>()
  let offset = 0

  const handle = Effect.fnUntraced(function* (update: Update) {
    if (seen.has(update.update_id)) return
    seen.add(update.update_id)
    const [oldest] = seen
    if (seen.size > most * 2 && oldest !== undefined) seen.delete(oldest)
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

  const degraded = Effect.fnUntraced(function* (error: TelegramError) {
    const why = whys[error.reason]
    const before = yield* Ref.getAndSet<PluginHealth>(health, { status: "degraded", reason: why })
    // Told when it begins; it may last for days.
    if (before.reason !== why) yield* Effect.logWarning(render(why), error.message)
  })
  const persistently = <A>(effect: Effect.Effect<A, TelegramError>) =>
    effect.pipe(Effect.tapError(degraded), Effect.retry(backoff))

  const introduced = Effect.gen(function* () {
    if (!bot.isInited()) bot.botInfo = yield* raw((api, signal) => api.getMe(signal))
    return bot.botInfo.username
  })

  const well = (why: Reason) => Ref.set<PluginHealth>(health, { status: "ok", reason: why })

  const poll = Effect.gen(function* () {
    const name = yield* persistently(Effect.tap(introduced, () => raw((api, signal) => api.deleteWebhook({}, signal))))
    const next = Effect.gen(function* () {
      // After a failure a short one, which soon says that all is well again.
      const timeout = (yield* Ref.get(health)).status === "ok" ? Duration.toSeconds(longPoll) : 0
      return yield* raw((api, signal) => api.getUpdates({ offset, timeout, allowed_updates: allowed }, signal))
    }).pipe(Effect.timeoutOrElse({ duration: Duration.times(longPoll, 2), orElse: () => Effect.succeed([]) }))
    yield* well(reason("bot.fetches", { name }))
    yield* Effect.forever(
      Effect.gen(function* () {
        const batch = yield* persistently(next)
        yield* well(reason("bot.fetches", { name }))
        for (const update of batch) {
          offset = update.update_id + 1
          yield* handle(update)
        }
        while ((yield* FiberSet.size(handling)) > most) yield* Effect.sleep("50 millis")
      })
    )
  })

  const subscribe = ({ secretToken, url }: Exclude<Config["updates"], "polling">) =>
    persistently(
      Effect.tap(introduced, () =>
        raw((api, signal) =>
          api.setWebhook(url, { secret_token: Redacted.value(secretToken), allowed_updates: allowed }, signal)
        )
      )
    ).pipe(Effect.flatMap((name) => well(reason("bot.isSent", { name }))))

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
  return { health: Ref.get(health), hook: hookOf(updates.secretToken, () => bot.isInited(), handle) }
})

const hookOf =
  (secret: Redacted.Redacted, isReady: () => boolean, handle: (update: Update) => Effect.Effect<void>): Hook =>
  ({ body, headers }) =>
    Effect.gen(function* () {
      if (!isSame(headers["x-telegram-bot-api-secret-token"] ?? "", Redacted.value(secret))) return { _tag: "Refused" }
      const update = decodeUpdate(body)
      // Telegram sends it again later.
      if (Option.isNone(update) || !isReady()) return { _tag: "Unreadable" }
      yield* handle(update.value)
      return { _tag: "Accepted", stale: () => false }
    })

const isSame = (given: string, wanted: string): boolean => {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** Who knows the secret token is Telegram, and its types are grammY's: only that it is an update is looked at. */
const isUpdate = (value: unknown): value is Update =>
  typeof value === "object" && value !== null && "update_id" in value && typeof value.update_id === "number"
const decodeUpdate = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.declare(isUpdate)))
