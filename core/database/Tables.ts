/**
 * Keeps entity tables as they are declared: made when missing, given new columns and indexes, widened; never narrowed
 * and never dropped. What cannot be done safely is said, with the statement a person would have to run.
 */
import { Data, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type Column, type ColumnType, type Entity, entityId } from "../config/Entity.ts"
import { sqlType } from "./ColumnSql.ts"
import { historyDdl } from "./History.ts"
import { generatedName, literal, quote, quoteTable, tableId } from "./Identifier.ts"

/** The table in the database cannot hold what is declared, and making it so could lose data. */
export class TableConflict extends Data.TaggedError("TableConflict")<{
  readonly entity: string
  readonly message: string
}> {}

const CatalogTable = Schema.Struct({
  table: Schema.String,
  columns: Schema.Record(Schema.String, Schema.String),
  /** Column names of each valid index that covers the whole table. */
  indexes: Schema.Array(Schema.Struct({ unique: Schema.Boolean, columns: Schema.Array(Schema.String) }))
})
export type CatalogTable = typeof CatalogTable.Type
const decodeCatalog = Schema.decodeUnknownEffect(Schema.Array(CatalogTable))

/** What the database knows of the tables these entities write to and look up in, by `schema.table`. */
export const catalog = Effect.fn("Tables.catalog")(function* (entities: ReadonlyArray<Entity>) {
  const sql = yield* SqlClient.SqlClient
  const tables = new Set(
    entities.flatMap((entity) => [
      tableId(entity.table),
      ...(entity.history === undefined ? [] : [tableId(entity.history)]),
      ...entity.columns.flatMap((column) => (column.lookup === undefined ? [] : [tableId(column.lookup.table)]))
    ])
  )
  const rows = yield* sql`
    select n.nspname || '.' || c.relname as table,
      coalesce((select jsonb_object_agg(a.attname, format_type(a.atttypid, null)) from pg_attribute as a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '{}') as columns,
      coalesce((select jsonb_agg(jsonb_build_object('unique', i.indisunique, 'columns',
          (select jsonb_agg(a.attname order by k.ord) from unnest(i.indkey) with ordinality as k(num, ord)
            join pg_attribute as a on a.attrelid = c.oid and a.attnum = k.num)))
        from pg_index as i where i.indrelid = c.oid and i.indisvalid and i.indpred is null and i.indexprs is null), '[]') as indexes
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname || '.' || c.relname in (select json_array_elements_text(${JSON.stringify([...tables])}::json))`
  const found = yield* decodeCatalog(rows)
  return new Map(found.map((table) => [table.table, table]))
})

/** Each type can become those to its right without losing a value. */
const widenings: ReadonlyArray<ReadonlyArray<ColumnType>> = [
  ["integer", "bigint", "decimal", "text"],
  ["integer", "double", "text"],
  ["uuid", "text"],
  ["boolean", "text"],
  ["date", "timestamp"],
  ["json", "text"]
]

const wider = (from: string, to: Column): boolean =>
  !to.array &&
  widenings.some((chain) => {
    const at = chain.findIndex((type) => sqlType({ type, array: false }) === from)
    return at >= 0 && chain.indexOf(to.type) > at
  })

/** A column that holds more than is declared serves as it is: a bigint column takes integers. */
const serves = (existing: string, column: Column): boolean =>
  existing === sqlType(column) ||
  widenings.slice(0, 2).some((chain) => {
    const at = chain.findIndex((type) => sqlType({ type, array: false }) === existing && type !== "text")
    return !column.array && at > chain.indexOf(column.type) && chain.includes(column.type)
  })

export type Catalog = ReadonlyMap<string, CatalogTable>

/** The statements that make the table of one entity as declared, and its history; empty when they are. */
export const ddl = Effect.fnUntraced(function* (entity: Entity, known: Catalog) {
  const existing = known.get(tableId(entity.table))
  const statements = yield* tableDdl(entity, existing)
  const { history } = entity
  // A table that is made anew has no triggers yet.
  const kept = history === undefined || (existing !== undefined && known.has(tableId(history)))
  return kept ? statements : [...statements, ...historyDdl(entity, history)]
})

const tableDdl = Effect.fnUntraced(function* (entity: Entity, existing: CatalogTable | undefined) {
  const table = quoteTable(entity.table)
  const columnSql = (column: Column) => `${quote(column.name)} ${sqlType(column)}`
  const stamps = ["_first_seen_at", "_changed_at"].map(
    (name) => [name, `${quote(name)} timestamp with time zone not null default now()`] as const
  )
  const keys = entity.key.map(quote).join(", ")
  const indexes = entity.indexes.filter((columns) => !hasIndex(existing, columns, false))
  const indexSql = indexes.map(
    (columns) =>
      `create index if not exists ${quote(generatedName(entity.table.name, ...columns, "idx"))} on ${table} (${columns.map(quote).join(", ")})`
  )
  if (existing === undefined) {
    const columns = [...entity.columns.map(columnSql), ...stamps.map(([, sql]) => sql)]
    const schema = entity.table.schema === "public" ? [] : [`create schema if not exists ${quote(entity.table.schema)}`]
    return [
      ...schema,
      `create table if not exists ${table} (${columns.join(", ")}, primary key (${keys}))`,
      ...indexSql
    ]
  }
  const statements: Array<string> = []
  for (const column of entity.columns) {
    const type = existing.columns[column.name]
    if (type === undefined) statements.push(`alter table ${table} add column if not exists ${columnSql(column)}`)
    else if (serves(type, column)) continue
    else if (wider(type, column)) {
      statements.push(`alter table ${table} alter column ${quote(column.name)} type ${sqlType(column)}`)
    } else {
      return yield* new TableConflict({
        entity: entityId(entity),
        message: `${tableId(entity.table)}.${column.name} is ${type} in the database and ${sqlType(column)} in the declaration; Tributary never narrows a column. Declare it as ${type}, or change the table by hand: alter table ${table} alter column ${quote(column.name)} type ${sqlType(column)} using …`
      })
    }
  }
  for (const [name, sql] of stamps) {
    if (existing.columns[name] === undefined) statements.push(`alter table ${table} add column if not exists ${sql}`)
  }
  if (!hasIndex(existing, entity.key, true)) {
    statements.push(
      `create unique index if not exists ${quote(generatedName(entity.table.name, ...entity.key, "key"))} on ${table} (${keys})`
    )
  }
  return [...statements, ...indexSql]
})

const hasIndex = (existing: CatalogTable | undefined, columns: ReadonlyArray<string>, unique: boolean): boolean =>
  existing?.indexes.some((index) =>
    unique
      ? index.unique && index.columns.length === columns.length && columns.every((name) => index.columns.includes(name))
      : columns.every((name, at) => index.columns[at] === name)
  ) ?? false

/** Runs the statements of one table in a transaction of their own, one process at a time. */
export const change = Effect.fn("Tables.change")(function* (entity: Entity, statements: ReadonlyArray<string>) {
  if (statements.length === 0) return
  const sql = yield* SqlClient.SqlClient
  const lock = sql.unsafe(
    `select pg_advisory_xact_lock(hashtextextended(${literal(`tributary ddl ${tableId(entity.table)}`)}, 0))`
  )
  yield* sql.withTransaction(
    Effect.andThen(
      lock,
      Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
    )
  )
})
