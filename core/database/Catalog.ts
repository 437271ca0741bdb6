/** What the database knows of the tables that entities write to and look up in, asked once for a whole selection. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import { tableId } from "./Identifier.ts"

const CatalogTable = Schema.Struct({
  table: Schema.String,
  /** A table that rows can be loaded into; a view is not. */
  loadable: Schema.Boolean,
  /** The types without lengths and scales; a domain is what it is made of. */
  columns: Schema.Record(Schema.String, Schema.String),
  /** The types with their lengths and scales. */
  exact: Schema.Record(Schema.String, Schema.String),
  /** The columns of the primary key. */
  key: Schema.Array(Schema.String),
  /** Columns that fill themselves. */
  filled: Schema.Array(Schema.String),
  /** Column names of each valid index that covers the whole table. */
  indexes: Schema.Array(Schema.Struct({ unique: Schema.Boolean, columns: Schema.Array(Schema.String) }))
})
export type CatalogTable = typeof CatalogTable.Type
const decodeTables = Schema.decodeUnknownEffect(Schema.Array(CatalogTable))

export interface Catalog extends ReadonlyMap<string, CatalogTable> {
  /** PostgreSQL asks for CREATE on the database even where the schema is there already. */
  readonly schemas: ReadonlySet<string>
}

/** By `schema.table`. */
export const catalog = Effect.fn("Catalog.catalog")(function* (entities: ReadonlyArray<Entity>) {
  const sql = yield* SqlClient.SqlClient
  const tables = new Set(
    entities.flatMap((entity) => [
      tableId(entity.table),
      ...(entity.history === undefined ? [] : [tableId(entity.history)]),
      ...entity.columns.flatMap((column) => (column.lookup === undefined ? [] : [tableId(column.lookup.table)]))
    ])
  )
  const found = sql`
    select n.nspname || '.' || c.relname as table, c.relkind in ('r', 'p') as loadable, known.*,
      coalesce((select jsonb_agg(a.attname) from pg_index as i join pg_attribute as a
        on a.attrelid = c.oid and a.attnum = any(i.indkey) where i.indrelid = c.oid and i.indisprimary), '[]') as key,
      coalesce((select jsonb_agg(jsonb_build_object('unique', i.indisunique, 'columns',
          (select jsonb_agg(a.attname order by k.ord) from unnest(i.indkey) with ordinality as k(num, ord)
            join pg_attribute as a on a.attrelid = c.oid and a.attnum = k.num)))
        from pg_index as i where i.indrelid = c.oid and i.indisvalid and i.indpred is null and i.indexprs is null), '[]') as indexes
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral (
      select coalesce(jsonb_object_agg(a.attname, format_type(b.type, null)), '{}') as columns,
        coalesce(jsonb_object_agg(a.attname, format_type(b.type, b.modifier)), '{}') as exact,
        coalesce(jsonb_agg(a.attname) filter (where a.atthasdef or a.attidentity <> ''), '[]') as filled
      from pg_attribute as a cross join lateral (
        with recursive made (type, modifier) as (
          select a.atttypid, a.atttypmod
          union all
          select d.typbasetype, d.typtypmod from made join pg_type as d on d.oid = made.type where d.typtype = 'd')
        select made.type, made.modifier from made join pg_type as t on t.oid = made.type where t.typtype <> 'd') as b
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as known
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and n.nspname || '.' || c.relname in (select json_array_elements_text(${JSON.stringify([...tables])}::json))`
  const schemas = sql<{ name: string }>`select nspname as name from pg_namespace`
  const [rows, names] = yield* Effect.all([Effect.flatMap(found, decodeTables), schemas], { concurrency: "unbounded" })
  const known: Catalog = Object.assign(new Map(rows.map((table) => [table.table, table])), {
    schemas: new Set(names.map(({ name }) => name))
  })
  return known
})
