/**
 * The usual way to mirror, for comparison: one entity after another, one request after another, and for each entity a
 * transaction with upserts of 500 rows by multi-row VALUES, a DELETE of what was not read, a log row, and a commit.
 * Reading and mapping are the engine's own, so what differs is how the database is used and how the reads are arranged.
 */
import { PgTypes } from "@effect/sql-pg"
import { Channel, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Column, Lookup } from "../../core/config/Column.ts"
import { deletesMissing } from "../../core/config/DeletePolicy.ts"
import { type Entity, entityId } from "../../core/config/Entity.ts"
import { boundColumns, sqlType, valueSql } from "../../core/database/tables/ColumnSql.ts"
import { quote, quoteTable, tableId } from "../../core/database/tables/Identifier.ts"
import { texts } from "../../core/database/tables/TextColumn.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Mapper } from "../../core/sync/map/Mapper.ts"
import { group, type ReadGroup } from "../../core/sync/read/ReadGroup.ts"

type Row = ReadonlyArray<string | null>

/** What the other table's key is, so that its index is used. */
type KeyType = (lookup: Lookup) => string

const batchSize = 500

const names = (columns: ReadonlyArray<Column>): string => columns.map(({ name }) => quote(name)).join(", ")

/** As the entity that fills the other table declares it. */
const keyTypes =
  (entities: ReadonlyArray<Entity>): KeyType =>
  ({ key, table }) => {
    const filled = entities.filter((entity) => tableId(entity.table) === tableId(table))
    const column = filled.flatMap(({ columns }) => columns).find(({ name }) => name === key)
    return column === undefined ? "text" : sqlType(column)
  }

/** One row of VALUES with parameters from `$from`; constants are written out, names are looked up row by row. */
const valuesRow = (entity: Entity, from: number, keyType: KeyType): string => {
  const bound = boundColumns(entity)
  const values = entity.columns.map((column) => {
    const at = bound.indexOf(column)
    if (at < 0) return valueSql(column)
    if (column.lookup === undefined) return `$${from + at}::${sqlType(column)}`
    const { key, table, value } = column.lookup
    const wanted = `$${from + at}::${keyType(column.lookup)}`
    return `(select ${quote(value)} from ${quoteTable(table)} where ${quote(key)} = ${wanted} limit 1)`
  })
  return `(${values.join(", ")})`
}

const upsert = (entity: Entity, rows: number, keyType: KeyType): string => {
  const width = boundColumns(entity).length
  const values = Array.from({ length: rows }, (_, at) => valuesRow(entity, 1 + at * width, keyType))
  const sets = entity.columns
    .filter(({ name }) => !entity.key.includes(name))
    .map(({ name }) => `${quote(name)} = excluded.${quote(name)}`)
  return `insert into ${quoteTable(entity.table)} (${names(entity.columns)}) values ${values.join(", ")}
on conflict (${entity.key.map(quote).join(", ")}) do update set ${[...sets, "_changed_at = now()"].join(", ")}`
}

const keyColumns = (entity: Entity): ReadonlyArray<Column> =>
  boundColumns(entity).filter(({ name }) => entity.key.includes(name))

const deleteGone = (entity: Entity): string => {
  const keys = keyColumns(entity)
  const scope = entity.columns
    .filter(({ name }) => name in entity.scope)
    .map((column) => `${quote(column.name)} = ${valueSql(column)} and `)
  const read = keys.map((column) => `k.${quote(column.name)}::${sqlType(column)}`).join(", ")
  const arrays = keys.map((_, at) => `$${at + 1}::text[]`).join(", ")
  return `delete from ${quoteTable(entity.table)} where ${scope.join("")}(${names(keys)}) not in
(select ${read} from unnest(${arrays}) as k(${names(keys)}))`
}

const write = Effect.fnUntraced(function* (entity: Entity, rows: ReadonlyArray<Row>, keyType: KeyType) {
  const sql = yield* SqlClient.SqlClient
  for (let at = 0; at < rows.length; at += batchSize) {
    const batch = rows.slice(at, at + batchSize)
    yield* sql.unsafe(upsert(entity, batch.length, keyType), batch.flat())
  }
  if (deletesMissing(entity)) {
    const bound = boundColumns(entity)
    const keys = yield* Effect.forEach(keyColumns(entity), (column) => {
      const at = bound.indexOf(column)
      const values = rows.map((row) => row[at] ?? null)
      return Effect.fromResult(PgTypes.array(values, PgTypes.OID.text))
    })
    yield* sql.unsafe(deleteGone(entity), keys)
  }
  yield* sql`insert into tributary.sync_log (connector, entity, trigger, config_hash, status, finished_at, fetched)
    values (${entity.connector}, ${entity.name}, 'usual', '', 'ok', now(), ${rows.length})`
})

/** Reads to the end; `each` sees the mappers after every batch. */
export const read = Effect.fn("Usual.read")(function* (
  { reader, targets }: ReadGroup,
  each: (mappers: ReadonlyArray<Mapper>) => void = () => {}
) {
  const registry = yield* Registry.now
  const connector = yield* registry.connector(reader.connector)
  const mappers = targets.map(({ entity, within }) => new Mapper(entity, { within }))
  yield* Channel.runForEach(connector.read(reader), (records) =>
    Effect.sync(() => {
      for (const record of records) for (const mapper of mappers) mapper.add(record)
      each(mappers)
    })
  )
  return mappers
})

/** Mirrors the named entities (`connector.entity`); none named means all. */
export const mirror = Effect.fn("Usual.mirror")(
  function* (wanted: ReadonlyArray<string>) {
    const registry = yield* Registry.now
    const sql = yield* SqlClient.SqlClient
    const selected = registry.entities.filter((entity) => wanted.length === 0 || wanted.includes(entityId(entity)))
    for (const reads of group(selected, registry.entities)) {
      for (const mapper of yield* read(reads)) {
        const { columns: taken, rows } = mapper.take()
        const columns = taken.map(texts)
        const byRow = Array.from({ length: rows }, (_, at) => columns.map((column) => column[at] ?? null))
        yield* sql.withTransaction(write(mapper.entity, byRow, keyTypes(registry.entities)))
      }
    }
  },
  (effect) => Effect.scoped(effect)
)
