/** Updates that Telegram sends: authenticates the sender, and checks whether they arrive. */
import { timingSafeEqual } from "node:crypto"
import { Effect, Option, Redacted, Schema } from "effect"
import type { Update, WebhookInfo } from "grammy/types"
import type { Hook } from "../../core/control/Plugin.ts"
import { foreignText, type Reason } from "../../core/reason/Reason.ts"
import { botReason } from "../reasons.ts"

/** `hasReceived`: whether an update came since the last check. An empty queue is no trouble. */
export const problemOf = (info: WebhookInfo, url: string, hasReceived: boolean): Reason | undefined => {
  if (info.url !== url) return botReason("bot.hookTaken")
  const count = info.pending_update_count
  if (count === 0 || hasReceived) return undefined
  const { last_error_message: why } = info
  return why === undefined
    ? botReason("bot.hookSilent", { count })
    : botReason("bot.hookFailing", { count, why: foreignText(why) })
}

export const hookOf =
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

/** A sender with the secret token is Telegram, and grammY has its types: this only checks that it is an update. */
const isUpdate = (value: unknown): value is Update =>
  typeof value === "object" && value !== null && "update_id" in value && typeof value.update_id === "number"
const decodeUpdate = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.declare(isUpdate)))
