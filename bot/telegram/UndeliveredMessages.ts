/** Messages that reached nobody: the outbox gave them up within the last day. */
import { Clock, DateTime, Duration, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { timeOf } from "../../core/reason/Reason.ts"
import { botReason } from "../reasons.ts"

const reportedFor = Duration.hours(24)

/** Returns the reason to report, `undefined` if there is none. */
export const undeliveredReason = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const since = DateTime.makeUnsafe((yield* Clock.currentTimeMillis) - Duration.toMillis(reportedFor))
  const rows = yield* sql`
    select chat_id, given_up_at as at, count(*) over () as count from tributary.bot_outbox
    where given_up_at > ${DateTime.formatIso(since)}::timestamptz order by given_up_at desc, id desc limit 1`
  const [last] = yield* Effect.orDie(decode(rows))
  if (last === undefined) return undefined
  const { at, chat_id, count } = last
  return botReason("bot.messagesLost", { count: Number(count), chat: String(chat_id), at: timeOf(at) })
})

/** The same for another process: before the bot's first start there is no table. */
export const undeliveredReasonBefore = Effect.catchIf(
  undeliveredReason,
  (error) => error.reason._tag === "SqlSyntaxError",
  () => Effect.undefined
)

const decode = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ chat_id: Schema.BigInt, at: Schema.DateTimeUtcFromDate, count: Schema.BigInt }))
)
