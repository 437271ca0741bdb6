/** The content of PostgreSQL after a run, in the model's terms: values as canonical text, rows by their `rowId`. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Column } from "../../core/config/Column.ts"
import { literal, quote, quoteTable, tableId } from "../../core/database/tables/Identifier.ts"
import type { Target } from "./Cases.ts"
import { rowId } from "./Model.ts"

const Values = Schema.Record(Schema.String, Schema.NullOr(Schema.String))

const StoredRow = Schema.Struct({
  values: Values,
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
  rows: Schema.Array(Schema.Struct({ values: Values, scope: Schema.NullOr(Schema.String) }))
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

/** Gives equal values equal texts, whatever type the table's owner chose. */
export const shownAs = (name: string, type: Column["type"]): string => {
  const value = `t.${quote(name)}`
  switch (type) {
    case "decimal":
      return `trim_scale(${value})::text`
    case "timestamp":
      return `to_char(${value}, 'YYYY-MM-DD HH24:MI:SS.US')`
    case "json":
      return `${value}::jsonb::text`
    default:
      return `${value}::text`
  }
}

/** Reads everything that a run may have changed for one of its targets. */
export const stored = Effect.fnUntraced(function* ({ declared, entity }: Pick<Target, "declared" | "entity">) {
  const sql = yield* SqlClient.SqlClient
  const values = entity.columns
    .filter(({ name }) => name !== "padding" && name !== "kind")
    .map((column) => `${literal(column.name)}, ${shownAs(column.name, column.type)}`)
    .join(", ")
  const scope = declared.scope === null ? "null" : "t.kind"
  const [rows, pending, audit] = yield* Effect.all(
    [
      sql.unsafe(`
        select jsonb_build_object(${values}) as values, ${scope} as scope,
          xmin::text as version, _first_seen_at::text as "firstSeenAt", _changed_at::text as "changedAt"
        from ${quoteTable(entity.table)} as t`),
      sql.unsafe(
        `select entity, status, total, (
            select jsonb_agg(jsonb_build_object('values', jsonb_build_object(${values}), 'scope', ${scope}))
            from jsonb_populate_recordset(null::${quoteTable(entity.table)}, p.rows) as t) as rows
        from tributary.pending_delete as p where table_name = $1 order by id`,
        [tableId(entity.table)]
      ),
      sql`
        select status, inserted, updated, unchanged, deleted, rejected, finished_at is not null as finished,
          (select count(*)::integer from tributary.sync_reject where run_id = l.id) as rejects
        from tributary.sync_log as l where entity = ${entity.name} order by id desc limit 1`
    ],
    { concurrency: "unbounded" }
  )
  const found = yield* decode({ rows, pending, audit })
  const idOf = (row: Pick<StoredRow, "scope" | "values">) => rowId({ ...declared, scope: row.scope }, row.values)
  return {
    audit: found.audit[0],
    rows: new Map(found.rows.map((row) => [idOf(row), row])),
    pending: found.pending.map(({ rows, ...one }) => ({ ...one, rows: rows.map(idOf).toSorted() }))
  }
})
