/** The row counts and last runs of entities, in one round trip for all of them. */

import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../config/Entity.ts"
import { type Reason, stored, storedList } from "../../reason/Reason.ts"
import { AuditedStatus, telling } from "./Audit.ts"
import { entityRows } from "./EntityRows.ts"
import { rowCounts } from "./RowCounts.ts"

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

const LastRun = Schema.Struct({
  id: Schema.Int,
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.NullOr(Schema.String),
  trigger: Schema.String,
  actor: Schema.NullOr(Schema.String),
  status: AuditedStatus,
  startedAt: Schema.DateFromString,
  finishedAt: Schema.NullOr(Schema.DateFromString),
  ...rowCounts,
  requests: Schema.Int,
  bytes: Schema.Int,
  warnings: Schema.Array(Schema.String),
  reasons: Schema.Array(Schema.Unknown),
  notes: Schema.Array(Schema.String),
  noteReasons: Schema.Array(Schema.Unknown),
  error: Schema.NullOr(Schema.String),
  errorReason: Schema.Unknown
})

const EntityOverview = Schema.Struct({
  id: Schema.String,
  rows: Schema.NullOr(Schema.BigInt),
  last: Schema.NullOr(LastRun),
  past: Schema.Array(PastRun)
})

type Last = typeof LastRun.Type
export interface EntityOverview extends Omit<typeof EntityOverview.Type, "last"> {
  readonly last:
    | (Omit<Last, "reasons" | "noteReasons" | "errorReason"> & {
        readonly reasons: ReadonlyArray<Reason>
        readonly noteReasons: ReadonlyArray<Reason>
        readonly errorReason: Reason | null
      })
    | null
}

const overviewOf = ({ last, ...overview }: typeof EntityOverview.Type): EntityOverview => ({
  ...overview,
  last: last && {
    ...last,
    reasons: storedList(last.reasons, last.warnings),
    noteReasons: storedList(last.noteReasons, last.notes),
    errorReason: last.error === null ? null : stored(last.errorReason, last.error)
  }
})

const decodeOverviews = Schema.decodeUnknownEffect(Schema.Array(EntityOverview))

/**
 * Returns, by entity id, the number of rows in its scope (an estimate for a large table, so that it costs nothing), its
 * last run and, oldest first, the given number of runs up to it; skipped runs and refused plans are left out.
 */
export const overview = Effect.fn("Overview.overview")(function* (entities: ReadonlyArray<Entity>, past: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select w.id,
      tributary.rows_of(w.schema, w.name, w.scope) as rows,
      (select jsonb_build_object('id', l.id, 'connector', l.connector, 'entity', l.entity, 'account', l.account,
          'trigger', l.trigger, 'actor', l.actor, 'status', l.status, 'startedAt', l.started_at,
          'finishedAt', l.finished_at, 'fetched', l.fetched, 'inserted', l.inserted, 'updated', l.updated,
          'unchanged', l.unchanged, 'deleted', l.deleted, 'rejected', l.rejected, 'requests', l.requests,
          'bytes', l.bytes, 'warnings', l.warnings, 'reasons', l.reasons, 'notes', l.notes, 'noteReasons', l.note_reasons,
          'error', l.error, 'errorReason', l.error_reason)
        from tributary.sync_log as l where l.connector = w.connector and l.entity = w.entity and ${sql.literal(telling)}
        order by l.id desc limit 1) as last,
      coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'startedAt', l.started_at, 'status', l.status,
          'durationMs', round(extract(epoch from l.finished_at - l.started_at) * 1000), 'inserted', l.inserted,
          'updated', l.updated, 'deleted', l.deleted, 'rejected', l.rejected) order by l.id)
        from (select * from tributary.sync_log as l where l.connector = w.connector and l.entity = w.entity
          and ${sql.literal(telling)} order by l.id desc limit ${past}) as l), '[]') as past
    from ${entityRows(sql, entities)}`
  return new Map((yield* decodeOverviews(rows)).map((overview) => [overview.id, overviewOf(overview)]))
})
