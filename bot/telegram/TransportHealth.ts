/** Whether updates come, as the bot's health: each trouble is logged once, when it begins. */
import { Effect, Ref, Schedule } from "effect"
import type { PluginHealth } from "../../core/control/Plugin.ts"
import { type Reason, render } from "../../core/reason/Reason.ts"
import { botReason } from "../reasons.ts"
import { type TelegramError, tokenRefused } from "./Telegram.ts"

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
export const make = Effect.fnUntraced(function* (recovered: Effect.Effect<void, { readonly message: string }>) {
  const health = yield* Ref.make<PluginHealth>(unreached)

  const reportDegraded = Effect.fnUntraced(function* (why: Reason, message: string) {
    const before = yield* Ref.getAndSet<PluginHealth>(health, { status: "degraded", reason: why })
    // Logged when the trouble begins; it may last for days.
    if (before.reason.code !== why.code) yield* Effect.logWarning(render(why), message)
  })

  const reportOk = Effect.fnUntraced(function* (why: Reason) {
    const before = yield* Ref.getAndSet<PluginHealth>(health, { status: "ok", reason: why })
    if (before.status === "ok") return
    yield* Effect.catch(recovered, ({ message }) => Effect.logWarning("what waits is not sent yet", message))
  })

  /** Repeats a request until Telegram accepts it. */
  const retried = <A>(effect: Effect.Effect<A, TelegramError>) =>
    effect.pipe(
      Effect.tapError((error) => reportDegraded(reasons[error.reason], error.message)),
      Effect.retry(backoff)
    )

  return { current: Ref.get(health), reportDegraded, reportOk, retried }
})

export type TransportHealth = Effect.Success<ReturnType<typeof make>>
