/**
 * Who works on which delivery. A claim is the head of its key, and a key has one claim at most, which a unique index proves. It is
 * held under an advisory lock of its process, so a killed process frees its claims by dying: another one takes them back.
 */
import { DateTime, type Duration, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { onLocks } from "../database/connection/Locks.ts"
import { json } from "../database/tables/StorableText.ts"
import type { Delivery } from "../plugin/Inbox.ts"
import type { Reason } from "../reason/Reason.ts"
import { reasonSql } from "../reason/Sql.ts"

export interface Claim extends Delivery {
  readonly connector: string
  readonly source: string
}

const Claimed = Schema.Struct({
  ...{ id: Schema.BigInt, connector: Schema.String, source: Schema.String, key: Schema.String, tries: Schema.Int },
  received_at: Schema.DateTimeUtcFromDate,
  body: Schema.Json
})
const decode = decodeOwn(Claimed)

const claimOf = ({ id, received_at, tries, ...row }: typeof Claimed.Type): Claim => ({
  ...row,
  id: Number(id),
  receivedAt: received_at,
  attempt: tries
})

/** What a process may claim of a connector. */
export interface Capacity {
  readonly connector: string
  readonly sources: ReadonlyArray<string>
  readonly free: number
}

const returned = "i.id, i.connector, i.source, i.key, i.tries, i.received_at, i.body"

/**
 * One pass over what waits, whatever is known of the table's statistics: comparing each delivery with the others of its key has plans
 * that take minutes for a burst. PostgreSQL rechecks the last conditions when another claim came first.
 */
const claimStatement = `
with wanted as (
  select w.connector, w.free, array(select jsonb_array_elements_text(w.sources)) as sources
  from jsonb_to_recordset($1::jsonb) as w (connector text, sources jsonb, free int)
), keys as materialized (
  select i.connector, min(i.id) as id, w.free
  from tributary.inbox as i join wanted as w on i.connector = w.connector and i.source = any (w.sources)
  where i.state = 'waiting'
  group by i.connector, i.source, i.key, w.free having bool_and(i.claimed_by is null)
), heads as (
  select h.id from wanted as w cross join lateral (
    select i.id from keys as k join tributary.inbox as i on i.id = k.id
    where k.connector = w.connector and i.state = 'waiting' and i.claimed_by is null and i.next_try <= $2::timestamptz
    order by i.id limit w.free for update of i skip locked
  ) as h
)
update tributary.inbox as i set claimed_by = $3::uuid, tries = i.tries + 1 from heads as h
where i.id = h.id and i.claimed_by is null
returning ${returned}`

/** Claims the heads of keys that are due, the oldest first. */
export const claim = Effect.fn("InboxQueue.claim")(function* (worker: string, wanted: ReadonlyArray<Capacity>) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  const rows = yield* decode(yield* sql.unsafe(claimStatement, [JSON.stringify(wanted), now, worker]))
  return rows.map(claimOf)
})

/** How an attempt ended. */
export type AttemptEnd =
  | { readonly _tag: "Done"; readonly result: Schema.Json }
  | { readonly _tag: "Again"; readonly reason: Reason; readonly pause: Duration.Duration }
  | { readonly _tag: "Dead"; readonly reason: Reason }

/** Ends the attempt and claims what comes next of its key: a key with many deliveries costs one statement for each. */
const endStatement = `
with ended as (
  update tributary.inbox set claimed_by = null, state = $3, result = $4::jsonb, reason = $5::jsonb,
    next_try = coalesce($6::timestamptz, next_try),
    finished_at = case when $3 = 'waiting' then null else $7::timestamptz end
  where id = $1::bigint and claimed_by = $2::uuid
  returning id, connector, source, key, state
), next as (
  select i.id from tributary.inbox as i
  where i.id = (
      select min(o.id) from tributary.inbox as o join ended as e
        on (o.connector, o.source, o.key) = (e.connector, e.source, e.key) and o.id <> e.id
      where o.state = 'waiting' and e.state <> 'waiting')
    and i.claimed_by is null and i.next_try <= $7::timestamptz
  for update skip locked
)
update tributary.inbox as i set claimed_by = $2::uuid, tries = i.tries + 1 from next as n where i.id = n.id
returning ${returned}`

/** Stores how an attempt ended, if it is still this process's, and returns the next delivery of the key. */
export const end = Effect.fn("InboxQueue.end")(function* (worker: string, id: number, outcome: AttemptEnd) {
  const sql = yield* SqlClient.SqlClient
  const now = yield* DateTime.now
  const again = outcome._tag === "Again" ? DateTime.formatIso(DateTime.addDuration(now, outcome.pause)) : null
  const rows = yield* sql.unsafe(endStatement, [
    BigInt(id),
    worker,
    states[outcome._tag],
    outcome._tag === "Done" ? json(outcome.result) : null,
    outcome._tag === "Done" ? null : json(outcome.reason),
    again,
    DateTime.formatIso(now)
  ])
  return (yield* decode(rows)).map(claimOf)[0]
})

const states = { Done: "done", Again: "waiting", Dead: "dead" } as const

/** Gives back deliveries whose attempt was interrupted: it did not count. */
export const release = Effect.fn("InboxQueue.release")(function* (worker: string, id: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    update tributary.inbox set claimed_by = null, tries = tries - 1
    where id = ${BigInt(id)} and claimed_by = ${worker}::uuid`
})

const lockOf = (worker: string) => `hashtextextended('tributary inbox ' || ${worker}, 0)`

/** Takes the lock of this process, unless its connection holds it already; it is kept as long as the connection. */
export const hold = Effect.fn("InboxQueue.hold")(function* (worker: string) {
  const ask = yield* onLocks
  yield* ask(
    `select pg_try_advisory_lock(k.key) from (select ${lockOf("$1")} as key) as k
    where not exists (
      select from pg_locks as l where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.objsubid = 1
        and (l.classid::bigint << 32) | l.objid::bigint = k.key)`,
    [worker]
  )
})

/** A delivery that ends every process that works on it is not tried for ever. */
const mostInterruptions = 5

/**
 * Takes back what dead processes worked on. Not on the locks' own connection, which could take its own locks again.
 */
export const takeBack = Effect.fn("InboxQueue.takeBack")(function* (worker: string) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  const dead = `i.interrupted + 1 >= ${mostInterruptions}`
  yield* sql.unsafe(
    `update tributary.inbox as i
    set claimed_by = null, tries = i.tries - 1, interrupted = i.interrupted + 1,
      state = case when ${dead} then 'dead' else 'waiting' end,
      reason = case when ${dead} then ${reasonSql("inbox.interrupted", { times: "i.interrupted + 1" })} else i.reason end,
      finished_at = case when ${dead} then $2::timestamptz end
    where i.claimed_by is not null and i.claimed_by <> $1::uuid and pg_try_advisory_xact_lock(${lockOf("i.claimed_by::text")})`,
    [worker, now]
  )
})
