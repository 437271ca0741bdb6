/** The audit of accounts: what happened to one, and by whom. It outlives the account, and so do the rows that were read for it. */
import { DateTime, Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { json } from "../database/tables/StorableText.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { isReason, reason } from "../reason/Reason.ts"
import type { AccountKey } from "./AccountRows.ts"
import { isUuid } from "./Uuid.ts"

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

const decodeRefusals = decodeOwn(Schema.Struct({ account: Schema.String, refusal: Schema.String }))

/** The last refusal of each invalid account, by the account's id. */
export const refusals = Effect.fn("AccountEvents.refusals")(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select e.account, max(e.id)::text as refusal
    from tributary.account as a join tributary.account_event as e on e.account = a.id and e.event = 'refused'
    where a.status = 'invalid' group by e.account`
  return new Map((yield* decodeRefusals(rows)).map(({ account, refusal }) => [account, refusal]))
})

const RemovedRow = Schema.Struct({
  ...{ id: Schema.String, connector: Schema.String, owner: Schema.String, name: Schema.String },
  removedAt: Schema.DateTimeUtcFromDate,
  removedBy: Schema.NullOr(Schema.String)
})
const decodeRemoved = decodeOwn(RemovedRow)

export type RemovedAccount = typeof RemovedRow.Type

/** The accounts that were removed and whose rows nobody has deleted since, the last removed first. */
export const removed = Effect.fn("AccountEvents.removed")(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select e.account as id, e.connector, e.owner, e.name, e.at as "removedAt", e.actor as "removedBy"
    from tributary.account_event as e
    where e.event = 'removed' and not exists (
      select from tributary.account_event as p where p.account = e.account and p.event = 'purged'
    )
    order by e.id desc`
  return yield* decodeRemoved(rows)
})

/** Finds a removed account by its id, also one whose rows were deleted before: they may be there again from a backup. */
export const findRemoved = Effect.fn("AccountEvents.findRemoved")(function* (id: string) {
  if (!isUuid(id)) return Option.none()
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select account as id, connector, owner, name, at as "removedAt", actor as "removedBy"
    from tributary.account_event where account = ${id}::uuid and event = 'removed' order by id desc limit 1`
  return Option.fromUndefinedOr((yield* decodeRemoved(rows))[0])
})

/** Notes that the rows of an account were deleted. */
export const purged = Effect.fn("AccountEvents.purged")(function* (
  { connector, id, name, owner }: AccountKey,
  count: number,
  { actor, trigger }: Initiator
) {
  const sql = yield* SqlClient.SqlClient
  const at = DateTime.formatIso(yield* DateTime.now)
  yield* sql`
    insert into tributary.account_event (account, connector, owner, name, event, reason, trigger, actor, at)
    values (${id}::uuid, ${connector}, ${owner}, ${name}, 'purged', ${json(reason("account.purged", { count }))}::jsonb,
      ${trigger}, ${actor}, ${at}::timestamptz)`
})
