/** The facts of the daemon's tables about targets, each in one round trip for all of them. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { RunTarget } from "../../config/RunTarget.ts"
import { AuditedStatus, isInformativeSql } from "./Audit.ts"
import { decodeOwn } from "./DecodeRows.ts"
import { belongsSql, targetRows } from "./TargetRows.ts"

const Time = Schema.NullOr(Schema.DateTimeUtcFromDate)
const Since = Schema.NullOr(Schema.Record(Schema.String, Schema.DateTimeUtcFromString))

const Health = Schema.Struct({
  id: Schema.String,
  /** The end of its last good run. */
  fresh_at: Time,
  /** The start of its first run by a job. */
  first_by_job: Time,
  /** The start of the read that moved its cursor; the oldest of several. */
  cursor_at: Time,
  /** The number of rows whose delete waits for a decision, and the reason of the latest such delete. */
  pending: Schema.Int,
  reason: Schema.NullOr(Schema.String),
  reasons: Schema.NullOr(Schema.Array(Schema.Unknown)),
  /** The last run that has ended. */
  status: Schema.NullOr(Schema.Literals(["ok", "warning", "failed"])),
  finished_at: Time,
  error: Schema.NullOr(Schema.String),
  error_reason: Schema.Unknown,
  /** Undeclared fields of the source, and declared columns that vanished from it, each with the time. */
  appeared: Since,
  vanished: Since
})
const decodeHealth = decodeOwn(Health)

/** Reads the facts that show whether the targets are well. */
export const health = Effect.fn("EntityFacts.health")(function* (
  targets: ReadonlyArray<RunTarget>,
  isScheduled: (target: RunTarget) => boolean
) {
  const sql = yield* SqlClient.SqlClient
  const ownRun = sql.literal(belongsSql("l"))
  // Decisions about deletes, and runs of some records, have no configuration hash: they refreshed nothing.
  return yield* decodeHealth(
    yield* sql`
    select w.id,
      (select l.finished_at from tributary.sync_log as l where ${ownRun}
        and l.status in ('ok', 'warning') and l.config_hash is not null order by l.id desc limit 1) as fresh_at,
      case when w.scheduled then (select l.started_at from tributary.sync_log as l where ${ownRun}
        and l.trigger = 'job' order by l.id limit 1) end as first_by_job,
      (select min(c.read_at) from tributary.sync_cursor as c
        where c.connector = w.connector and c.entity = w.entity and c.account = coalesce(w.account, '')) as cursor_at,
      p.pending, p.reason, p.reasons, e.status, e.finished_at, e.error, e.error_reason, d.appeared, d.vanished
    from ${targetRows(sql, targets, isScheduled)}
    cross join lateral (
      select coalesce(sum(p.total), 0)::integer as pending, (array_agg(p.reason order by p.id desc))[1] as reason,
        (array_agg(p.reasons order by p.id desc))[1] as reasons
      from tributary.pending_delete as p where ${sql.literal(belongsSql("p"))} and p.status = 'open'
    ) as p
    left join lateral (
      select l.status, l.finished_at, l.error, l.error_reason from tributary.sync_log as l
      where ${ownRun} and l.status <> 'running' and ${sql.literal(isInformativeSql)} order by l.id desc limit 1
    ) as e on true
    left join tributary.source_fields as d
      on d.connector = w.connector and d.entity = w.entity and d.account = coalesce(w.account, '')`
  )
})

/** A run as a chart needs it. */
export const PastRun = Schema.Struct({
  id: Schema.Int,
  startedAt: Schema.DateFromString,
  status: AuditedStatus,
  durationMs: Schema.NullOr(Schema.Int),
  inserted: Schema.Int,
  updated: Schema.Int,
  deleted: Schema.Int,
  rejected: Schema.Int
})
export type PastRun = typeof PastRun.Type

const Contents = Schema.Struct({
  id: Schema.String,
  rows: Schema.NullOr(Schema.BigInt),
  past: Schema.Array(PastRun)
})
const decodeContents = decodeOwn(Contents)

/**
 * Reads, by target id, the number of rows in its scope (an estimate for a large table, so that it costs nothing), and,
 * oldest first, the given number of its last runs; skipped runs and refused plans are left out.
 */
export const contents = Effect.fn("EntityFacts.contents")(function* (targets: ReadonlyArray<RunTarget>, past: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select w.id,
      tributary.rows_of(w.schema, w.name, w.scope) as rows,
      coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'startedAt', l.started_at, 'status', l.status,
          'durationMs', round(extract(epoch from l.finished_at - l.started_at) * 1000), 'inserted', l.inserted,
          'updated', l.updated, 'deleted', l.deleted, 'rejected', l.rejected) order by l.id)
        from (select * from tributary.sync_log as l where ${sql.literal(belongsSql("l"))}
          and ${sql.literal(isInformativeSql)} order by l.id desc limit ${past}) as l), '[]') as past
    from ${targetRows(sql, targets)}`
  return new Map((yield* decodeContents(rows)).map(({ id, ...found }) => [id, found]))
})
