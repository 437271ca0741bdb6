/**
 * The personal data, and the source data, in the daemon's own tables, and how it is erased. A connector or plugin type
 * with its own tables describes what is in them.
 */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { json } from "../database/tables/StorableText.ts"
import { reason } from "../reason/Reason.ts"

type Rows = Effect.Effect<number, SqlError.SqlError, SqlClient.SqlClient>

export interface PersonalData {
  /**
   * Erases the person with this name in the audit, such as `chat:42`, and returns the number of affected rows. A
   * row that others need is kept without the name.
   */
  readonly erase: (actor: string) => Rows
  /**
   * Erases abandoned data that was last changed before then: drafts, sessions, offers, webhooks. One call erases at most `most` rows of
   * each table; it is repeated until it returns 0.
   */
  readonly trim: (before: DateTime.Utc, most: number) => Rows
}

/** Replaces a name that was erased. */
export const erasedName = "erased"

/** Every column of the daemon's own tables that holds who did something. */
const actors = [
  ["sync_log", "actor"],
  ["job_run", "actor"],
  ["job_state", "paused_by"],
  ["config_version", "actor"],
  ["action_log", "actor"],
  ["action_log", "resolved_by"],
  ["pending_delete", "decided_by"],
  ["api_token", "created_by"],
  ["api_token", "revoked_by"],
  ["account", "created_by"],
  ["account_event", "actor"],
  ["schedule", "created_by"],
  ["task", "created_by"],
  ["task", "finished_by"],
  ["inbox_replay", "actor"]
] as const

const decodeCount = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ rows: Schema.BigInt })]))

/** The number of rows that a statement changed, from its column `rows`. */
export const changedRows = (rows: unknown) =>
  Effect.map(Effect.orDie(decodeCount(rows)), ([{ rows: count }]) => Number(count))

const own: PersonalData = {
  erase: Effect.fn("PersonalData.erase")(function* (actor) {
    const sql = yield* SqlClient.SqlClient
    // One after the other: a statement can change a row only once, and some rows have two such columns.
    const counts = yield* Effect.forEach(actors, ([table, column]) =>
      Effect.flatMap(
        sql.unsafe(
          `with named as (update tributary.${table} set ${column} = $2 where ${column} = $1 returning 1)
          select count(*) as rows from named`,
          [actor, erasedName]
        ),
        changedRows
      )
    )
    return counts.reduce((sum, count) => sum + count, 0)
  }),
  trim: Effect.fn("PersonalData.trim")(function* (before, most) {
    const sql = yield* SqlClient.SqlClient
    const at = DateTime.formatIso(before)
    const rejects = yield* sql`
      with gone as (
        delete from tributary.sync_reject where ctid = any (array(
          select ctid from tributary.sync_reject where created_at < ${at}::timestamptz order by created_at limit ${most}))
        returning 1
      ) select count(*) as rows from gone`
    const requests = yield* sql`
      with gone as (
        update tributary.sync_log set last_requests = '[]' where id = any (array(
          select id from tributary.sync_log where started_at < ${at}::timestamptz and last_requests <> '[]'
          order by started_at limit ${most}))
        returning 1
      ) select count(*) as rows from gone`
    // Cursors of parents that no longer exist: runs of the entity move those of the others.
    const cursors = yield* sql`
      with gone as (
        delete from tributary.sync_cursor where ctid = any (array(
          select s.ctid from tributary.sync_cursor as s where s.updated_at < ${at}::timestamptz and exists (
            select from tributary.sync_cursor as o
            where o.connector = s.connector and o.entity = s.entity and o.account = s.account
              and o.updated_at >= ${at}::timestamptz) limit ${most}))
        returning 1
      ) select count(*) as rows from gone`
    const refreshes = yield* sql`
      with gone as (
        delete from tributary.account_event where ctid = any (array(
          select ctid from tributary.account_event where at < ${at}::timestamptz and event = 'refreshed' limit ${most}))
        returning 1
      ) select count(*) as rows from gone`
    const tasks = yield* sql`
      with gone as (
        delete from tributary.task where ctid = any (array(
          select ctid from tributary.task where finished_at < ${at}::timestamptz limit ${most}))
        returning 1
      ) select count(*) as rows from gone`
    // Strangers wrote the body, and the key and the id may name a person. What still waits is too old to be worked off.
    const deliveries = yield* sql`
      with gone as (
        update tributary.inbox set body = null, result = null, key = 'erased', delivery = null,
          state = case when state = 'waiting' then 'dead' else state end,
          reason = case when state = 'waiting' then ${json(reason("inbox.erased"))}::jsonb else reason end,
          finished_at = coalesce(finished_at, received_at)
        where id = any (array(
          select id from tributary.inbox
          where received_at < ${at}::timestamptz and body is not null and claimed_by is null
          order by received_at limit ${most}))
        returning 1
      ) select count(*) as rows from gone`
    const counts = yield* Effect.forEach([rejects, requests, cursors, refreshes, tasks, deliveries], changedRows)
    return counts.reduce((sum, count) => sum + count, 0)
  })
}

interface Keeping {
  readonly type: string
  readonly personal?: PersonalData
}

/** Returns the number of affected rows for each part, with `tributary` for the daemon itself. */
const ofAll = (types: ReadonlyArray<Keeping>, work: (personal: PersonalData) => Rows) =>
  Effect.map(
    Effect.forEach([{ type: "tributary", personal: own }, ...types], ({ personal, type }) =>
      personal === undefined ? Effect.succeed([]) : Effect.map(work(personal), (rows) => [{ part: type, rows }])
    ),
    (counts) => counts.flat()
  )

/** Runs in one transaction: if one part fails, nothing is changed. */
export const erase = Effect.fnUntraced(function* (types: ReadonlyArray<Keeping>, actor: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql.withTransaction(ofAll(types, ({ erase }) => erase(actor)))
})

/** Rows per statement; see `core/jobs/Trim.ts`. */
const batch = 1_000

/** Runs in batches; if one fails, the next call erases the rest. */
export const trim = (types: ReadonlyArray<Keeping>, before: DateTime.Utc) =>
  ofAll(
    types,
    Effect.fnUntraced(function* ({ trim }) {
      let sum = 0
      while (true) {
        const rows = yield* trim(before, batch)
        if (rows === 0) return sum
        sum += rows
      }
    })
  )
