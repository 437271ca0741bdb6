/** The rows of `tributary.inbox`, as people see them. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { isReason, type Reason, reason } from "../reason/Reason.ts"

/** `dead`: no further attempt is made by itself. */
export const DeliveryState = Schema.Literals(["waiting", "done", "dead"])
export type DeliveryState = typeof DeliveryState.Type

export interface StoredDelivery {
  readonly id: number
  readonly connector: string
  readonly source: string
  readonly key: string
  /** The sender's id. */
  readonly delivery: string | null
  readonly state: DeliveryState
  /** Whether a process works on it now. */
  readonly active: boolean
  readonly tries: number
  /** How often the same delivery came again. */
  readonly repeats: number
  readonly receivedAt: DateTime.Utc
  /** When the next attempt is due, while it waits. */
  readonly nextTry: DateTime.Utc | null
  readonly finishedAt: DateTime.Utc | null
  /** How often somebody let it be worked off again. */
  readonly replays: number
  /** Why the last attempt failed. */
  readonly reason: Reason | null
}

/** With what it holds; both are null once they were erased. */
export interface DeliveryDetail extends StoredDelivery {
  readonly body: Schema.Json | null
  readonly result: Schema.Json | null
}

const nullable = Schema.NullOr(Schema.String)
const fields = {
  ...{ id: Schema.BigInt, connector: Schema.String, source: Schema.String, key: Schema.String, delivery: nullable },
  state: DeliveryState,
  active: Schema.Boolean,
  ...{ tries: Schema.Int, repeats: Schema.Int, replays: Schema.Int },
  received_at: Schema.DateTimeUtcFromDate,
  next_try: Schema.DateTimeUtcFromDate,
  finished_at: Schema.NullOr(Schema.DateTimeUtcFromDate),
  reason: Schema.Unknown
}
const decodeRows = decodeOwn(Schema.Struct(fields))
const decodeDetails = decodeOwn(
  Schema.Struct({ ...fields, body: Schema.NullOr(Schema.Json), result: Schema.NullOr(Schema.Json) })
)

const deliveryOf = (row: Schema.Struct.Type<typeof fields>): StoredDelivery => ({
  ...{ id: Number(row.id), connector: row.connector, source: row.source, key: row.key, delivery: row.delivery },
  ...{ state: row.state, active: row.active, tries: row.tries, repeats: row.repeats },
  receivedAt: row.received_at,
  nextTry: row.state === "waiting" ? row.next_try : null,
  finishedAt: row.finished_at,
  replays: row.replays,
  reason: row.reason === null ? null : isReason(row.reason) ? row.reason : reason("unsaid")
})

const columns = `id, connector, source, key, delivery, state, claimed_by is not null as active, tries, repeats, replays,
  received_at, next_try, finished_at, reason`

/** Which deliveries are looked for; absent: whichever. */
export interface DeliveryFilter {
  readonly connector?: string | undefined
  readonly source?: string | undefined
  readonly key?: string | undefined
  readonly state?: DeliveryState | undefined
  /** Only lower ids. */
  readonly before?: number | undefined
}

/** The newest first. */
export const list = Effect.fn("InboxRows.list")(function* (filter: DeliveryFilter, most: number) {
  const sql = yield* SqlClient.SqlClient
  const { before, connector, key, source, state } = filter
  const wanted = sql.and([
    ...(connector === undefined ? [] : [sql`connector = ${connector}`]),
    ...(source === undefined ? [] : [sql`source = ${source}`]),
    ...(key === undefined ? [] : [sql`key = ${key}`]),
    ...(state === undefined ? [] : [sql`state = ${state}`]),
    ...(before === undefined ? [] : [sql`id < ${BigInt(before)}`])
  ])
  const rows = yield* sql`
    select ${sql.literal(columns)} from tributary.inbox where ${wanted} order by id desc limit ${most}`
  return (yield* decodeRows(rows)).map(deliveryOf)
})

export const read = Effect.fn("InboxRows.read")(function* (id: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${sql.literal(columns)}, body, result from tributary.inbox where id = ${BigInt(id)}`
  const [row] = yield* decodeDetails(rows)
  return row && ({ ...deliveryOf(row), body: row.body, result: row.result } satisfies DeliveryDetail)
})

const decodeCounts = decodeOwn(
  Schema.Struct({
    ...{ connector: Schema.String, source: Schema.String, waiting: Schema.BigInt, dead: Schema.BigInt },
    oldest: Schema.NullOr(Schema.DateTimeUtcFromDate),
    last_dead: Schema.NullOr(Schema.BigInt)
  })
)

export interface SourceCounts {
  readonly connector: string
  readonly source: string
  readonly waiting: number
  readonly dead: number
  /** When the oldest one that waits came. */
  readonly oldest: DateTime.Utc | null
  /** The newest dead letter. */
  readonly lastDead: number | null
}

/** What waits and what is dead, of sources that have some. */
export const counts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select connector, source, count(*) filter (where state = 'waiting') as waiting,
      count(*) filter (where state = 'dead') as dead, min(received_at) filter (where state = 'waiting') as oldest,
      max(id) filter (where state = 'dead') as last_dead
    from tributary.inbox where state in ('waiting', 'dead') group by 1, 2 order by 1, 2`
  return (yield* decodeCounts(rows)).map(
    ({ dead, last_dead, waiting, ...row }): SourceCounts => ({
      ...row,
      waiting: Number(waiting),
      dead: Number(dead),
      lastDead: last_dead === null ? null : Number(last_dead)
    })
  )
}).pipe(Effect.withSpan("InboxRows.counts"))

/** Lets a dead letter, or one that was worked off, be worked off again, and records who did; returns whether it could. */
export const replay = Effect.fn("InboxRows.replay")(function* (id: number, { actor, trigger }: Initiator) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  const replayed = yield* sql`
    with before as (
      select id, state, reason from tributary.inbox
      where id = ${BigInt(id)} and state <> 'waiting' and body is not null for update
    ), recorded as (
      insert into tributary.inbox_replay (inbox, at, trigger, actor, state, reason)
      select id, ${now}::timestamptz, ${trigger}, ${actor}, state, reason from before
    )
    update tributary.inbox as i
    set state = 'waiting', tries = 0, interrupted = 0, next_try = ${now}::timestamptz, reason = null, result = null,
      finished_at = null, replays = i.replays + 1
    from before as b where i.id = b.id
    returning i.id`
  return replayed.length > 0
})
