/**
 * The table in which a large run's rows wait for their load: unlogged, one per run, dropped when the scope closes; the
 * leftovers of a killed process are swept at start. It takes every row, so that only the target refuses rows.
 */
import type { PgTypes } from "@effect/sql-pg"
import { Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Column } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { list, names } from "../tables/ColumnList.ts"
import { boundColumns, boundType } from "../tables/ColumnSql.ts"
import { literal, quote } from "../tables/Identifier.ts"
import { arraysSql, type StagedRows } from "./DiffSql.ts"
import { batchParameters, type RowBatch } from "./Load.ts"

/** This many columns fit into a page of PostgreSQL in any case: a value moved out of its row leaves 24 bytes. */
const fitting = 300

export interface Staging extends StagedRows {
  /** `from` is the number of rows staged before, so that the order of the read is preserved. */
  readonly add: (batch: RowBatch, from: number) => Effect.Effect<void, StagingError>
  readonly clear: Effect.Effect<void, StagingError>
}

export type StagingError = SqlError.SqlError | PgTypes.CodecError

export const stage = Effect.fn("Staging.stage")(function* (entity: Entity, runId: bigint) {
  const sql = yield* SqlClient.SqlClient
  const table = `tributary.${quote(`staging_${runId}`)}`
  const { columns, insert, ...staged } =
    boundColumns(entity).length > fitting ? packed(entity, table) : plain(entity, table)
  yield* Effect.acquireRelease(sql.unsafe(`create unlogged table ${table} (${columns}, _n bigint)`), () =>
    Effect.ignore(sql.unsafe(`drop table if exists ${table}`))
  )
  return {
    table,
    ...staged,
    add: (batch, from) =>
      Effect.flatMap(batchParameters(batch), (parameters) =>
        Effect.asVoid(sql.unsafe(insert, [BigInt(from), ...parameters]))
      ),
    clear: Effect.asVoid(sql.unsafe(`truncate ${table}`))
  } satisfies Staging
})

/** Not all JSON fits `jsonb`: numbers may be too large, or the nesting too deep. */
const stagedType = (column: Column): string => (column.type === "json" ? "text" : boundType(column))

const plain = (entity: Entity, table: string) => {
  const bound = boundColumns(entity)
  const as = (alias: string, type: (column: Column) => string) =>
    list(bound.map((column) => `${alias}.${quote(column.name)}::${type(column)} as ${quote(column.name)}`))
  return {
    columns: list(bound.map((column) => `${quote(column.name)} ${stagedType(column)}`)),
    insert: `insert into ${table} select ${as("b", stagedType)}, b._n + $1::bigint
    from unnest(${arraysSql(bound, 2)}) with ordinality as b(${names(bound)}, _n)`,
    rows: `select ${as("w", boundType)}, w._n from ${table} as w`,
    record: "to_jsonb(w) - '_n'"
  }
}

/** One value per row, which PostgreSQL can move out of the row as a whole. */
const packed = (entity: Entity, table: string) => {
  const bound = boundColumns(entity)
  const texts = list(bound.map(({ name }) => `${quote(name)} text`))
  const typed = list(bound.map((column) => `x.${quote(column.name)}::${boundType(column)} as ${quote(column.name)}`))
  return {
    columns: "_row json",
    insert: `insert into ${table} select json_object(array[${list(bound.map(({ name }) => literal(name)))}], array[${names(bound, "b.")}]), b._n + $1::bigint
    from unnest(${arraysSql(bound, 2)}) with ordinality as b(${names(bound)}, _n)`,
    rows: `select ${typed}, p._n from ${table} as p cross join lateral json_to_record(p._row) as x(${texts})`,
    record: "w._row"
  }
}
