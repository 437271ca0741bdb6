/** What PostgreSQL holds after a run, in the model's terms: values as canonical text, rows by their `rowId`. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Column } from "../../core/config/Entity.ts"
import { literal, quote, quoteTable, tableId } from "../../core/database/Identifier.ts"
import type { Run } from "./Cases.ts"
import { rowId } from "./Model.ts"

const StoredRow = Schema.Struct({
  values: Schema.Record(Schema.String, Schema.NullOr(Schema.String)),
  scope: Schema.NullOr(Schema.String),
  /** The transaction that wrote this version of the row: equal means untouched. */
  version: Schema.String,
  firstSeenAt: Schema.String,
  changedAt: Schema.String
})
export type StoredRow = typeof StoredRow.Type

const StoredPending = Schema.Struct({
  entity: Schema.String,
  status: Schema.String,
  total: Schema.Int,
  rows: Schema.Array(Schema.Record(Schema.String, Schema.String))
})

const Audit = Schema.Struct({
  status: Schema.String,
  inserted: Schema.Int,
  updated: Schema.Int,
  unchanged: Schema.Int,
  deleted: Schema.Int,
  rejected: Schema.Int,
  rejects: Schema.Int,
  finished: Schema.Boolean
})

const decode = Schema.decodeUnknownEffect(
  Schema.Struct({
    rows: Schema.Array(StoredRow),
    pending: Schema.Array(StoredPending),
    audit: Schema.NonEmptyArray(Audit)
  })
)

/** Everything a run may have changed; `columns` are the ones the model knows. */
export const stored = Effect.fnUntraced(function* ({ declared, entity }: Run, columns: ReadonlyArray<Column>) {
  const sql = yield* SqlClient.SqlClient
  const values = columns.map(
    ({ name, type }) => `${literal(name)}, ${type === "decimal" ? `trim_scale(${quote(name)})` : quote(name)}::text`
  )
  const [rows, pending, audit] = yield* Effect.all(
    [
      sql.unsafe(`
        select jsonb_build_object(${values.join(", ")}) as values, ${declared.scope === null ? "null" : "kind"} as scope,
          xmin::text as version, _first_seen_at::text as "firstSeenAt", _changed_at::text as "changedAt"
        from ${quoteTable(entity.table)}`),
      sql`
        select entity, status, total, (
            select jsonb_agg((select jsonb_object_agg(name, value) from jsonb_each_text(key) as k(name, value)))
            from jsonb_array_elements(rows) as r(key)) as rows
        from tributary.pending_delete where table_name = ${tableId(entity.table)} order by id`,
      sql`
        select status, inserted, updated, unchanged, deleted, rejected, finished_at is not null as finished,
          (select count(*)::integer from tributary.sync_reject where run_id = l.id) as rejects
        from tributary.sync_log as l where entity = ${entity.name} order by id desc limit 1`
    ],
    { concurrency: "unbounded" }
  )
  const found = yield* decode({ rows, pending, audit })
  return {
    audit: found.audit[0],
    rows: new Map(found.rows.map((row) => [rowId({ ...declared, scope: row.scope }, row.values), row])),
    pending: found.pending.map(({ rows, ...one }) => ({
      ...one,
      rows: rows.map((key) => rowId({ ...declared, scope: key.kind ?? null }, canonical(key, columns))).toSorted()
    }))
  }
})

/** A decimal key is kept with the zeros it was stored with. */
const canonical = (key: Readonly<Record<string, string>>, columns: ReadonlyArray<Column>) =>
  Object.fromEntries(
    Object.entries(key).map(([name, value]) => [
      name,
      columns.some((column) => column.name === name && column.type === "decimal") ? String(Number(value)) : value
    ])
  )
