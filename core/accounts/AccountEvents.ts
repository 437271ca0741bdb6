/** The audit of accounts: what happened to one, and by whom. It outlives the account. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { isReason, reason } from "../reason/Reason.ts"

const Row = Schema.Struct({
  event: Schema.String,
  reason: Schema.Unknown,
  trigger: Schema.String,
  actor: Schema.NullOr(Schema.String),
  at: Schema.DateTimeUtcFromDate
})
const decode = decodeOwn(Row)

/** The last ones, the newest first. */
export const last = Effect.fn("AccountEvents.last")(function* (account: string, most: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select event, reason, trigger, actor, at from tributary.account_event
    where account = ${account}::uuid order by id desc limit ${most}`
  return (yield* decode(rows)).map(({ reason: why, ...row }) => ({
    ...row,
    reason: why === null ? null : isReason(why) ? why : reason("unsaid")
  }))
})
