/**
 * Keeps entity tables as declared: creates missing ones, adds columns and indexes, widens types; never narrows and
 * never drops. If a change is not safe, the reason contains the statement that a person would have to run.
 */
import { Clock, Duration, Effect, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import type { Column, TableName } from "../../config/Column.ts"
import { type Entity, entityId } from "../../config/Entity.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { ReasonError } from "../../reason/ReasonError.ts"
import type { Catalog, CatalogTable } from "./Catalog.ts"
import { findDependents, findObstacle, keyIndex, type Widening } from "./ChangeObstacles.ts"
import { sqlType } from "./ColumnSql.ts"
import { historyDdl } from "./HistoryTable.ts"
import { generatedName, literal, quote, quoteTable, tableId } from "./Identifier.ts"
import { canHold, declarableType, isWider, roundsKey, withStoredTypes } from "./StoredTypes.ts"
import { lackingColumns, versionsDdl } from "./VersionsTable.ts"

/** The table in the database cannot hold the declared columns, and changing it could lose data. */
export class TableConflict extends ReasonError("TableConflict")<{ readonly entity: string }> {}

/**
 * Returns the statements that make the table of one entity, its history and its versions as declared; empty if they are. `declared`
 * are the entities that may fill columns of it.
 */
export const ddl = Effect.fnUntraced(function* (
  entity: Entity,
  known: Catalog,
  declared: ReadonlyArray<Entity> = [entity]
) {
  const id = tableId(entity.table)
  const existing = known.get(id)
  if (existing !== undefined) {
    const sharing = declared.filter(({ table }) => tableId(table) === id)
    const filled = new Set(sharing.flatMap(({ columns }) => columns.map(({ name }) => name)))
    const conflict = conflictOf(entity, existing, filled)
    const why =
      conflict ??
      (yield* findObstacle(entity, existing, widenings(entity.columns, existing), hasIndex(existing, entity.key, true)))
    if (why !== undefined) return yield* new TableConflict({ entity: entityId(entity), reason: why })
  }
  const statements = tableDdl(entity, existing, known)
  const denied = rightless(entity, existing, known, statements)
  if (denied !== undefined) return yield* new TableConflict({ entity: entityId(entity), reason: denied })
  return [...statements, ...(yield* keptDdl(entity, existing, known))]
})

/** The statements for the tables that keep more than the rows. */
const keptDdl = Effect.fnUntraced(function* (entity: Entity, existing: CatalogTable | undefined, known: Catalog) {
  const { history, versions } = entity
  const statements: Array<string> = []
  for (const table of [history, versions]) {
    const kept = table === undefined ? undefined : known.get(tableId(table))
    if (table === undefined || kept === undefined) continue
    const lacking = table === versions ? lackingColumns(entity, kept) : []
    const widenings = keyWidenings(entity, kept)
    const why =
      lacking.length > 0
        ? reason("table.noVersions", { table: tableId(table), columns: lacking.join(", ") })
        : yield* findDependents(table, widenings)
    if (why !== undefined) return yield* new TableConflict({ entity: entityId(entity), reason: why })
    statements.push(...widenings.map((widening) => widened(table, widening)))
  }
  // A recreated table has no triggers yet.
  const stored = withStoredTypes(entity, existing)
  if (history !== undefined && (existing === undefined || !known.has(tableId(history)))) {
    statements.push(...historyDdl(stored, history))
  }
  if (versions !== undefined) {
    statements.push(...versionsDdl(stored, versions, existing, known.get(tableId(versions))))
  }
  return statements
})

/** Existing columns that cannot hold what is declared. */
const widenings = (columns: ReadonlyArray<Column>, { columns: types }: CatalogTable): ReadonlyArray<Widening> =>
  columns.flatMap((column) => {
    const existing = types[column.name]
    return existing === undefined || canHold(existing, column) ? [] : [{ column, existing }]
  })

/** Triggers copy the keys, so what they copy them into must hold what the table holds. */
const keyWidenings = ({ columns, key }: Entity, kept: CatalogTable): ReadonlyArray<Widening> =>
  columns.flatMap((column) => {
    const existing = kept.columns[column.name]
    return !key.includes(column.name) || existing === undefined || !isWider(existing, column)
      ? []
      : [{ column, existing }]
  })

const widened = (table: TableName, { column }: Widening): string =>
  `alter table ${quoteTable(table)} alter column ${quote(column.name)} type ${sqlType(column)}`

const tableDdl = (entity: Entity, existing: CatalogTable | undefined, known: Catalog): ReadonlyArray<string> => {
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
    const schema = known.schemas.has(entity.table.schema)
      ? []
      : [`create schema if not exists ${quote(entity.table.schema)}`]
    return [
      ...schema,
      `create table if not exists ${table} (${columns.join(", ")}, primary key (${keys}))`,
      ...indexSql
    ]
  }
  const statements = entity.columns.flatMap((column) =>
    existing.columns[column.name] === undefined
      ? [`alter table ${table} add column if not exists ${columnSql(column)}`]
      : widenings([column], existing).map((widening) => widened(entity.table, widening))
  )
  for (const [name, sql] of stamps) {
    if (existing.columns[name] === undefined) statements.push(`alter table ${table} add column if not exists ${sql}`)
  }
  if (!hasIndex(existing, entity.key, true)) {
    statements.push(`create unique index if not exists ${quote(keyIndex(entity))} on ${table} (${keys})`)
  }
  return [...statements, ...indexSql]
}

/** Returns why the table cannot become as declared, and a remedy. */
const conflictOf = (entity: Entity, existing: CatalogTable, filled: ReadonlySet<string>): Reason | undefined => {
  const id = tableId(entity.table)
  const table = quoteTable(entity.table)
  if (!existing.loadable) return reason("table.view", { table: id })
  if (existing.rules.length > 0) {
    const statement = existing.rules.map((rule) => `drop rule ${quote(rule)} on ${table}`).join("; ")
    return reason("table.rules", { table: id, rules: existing.rules.join(", "), statement })
  }
  for (const column of entity.columns) {
    const [type, exact] = [existing.columns[column.name], existing.exact[column.name]]
    if (type === undefined || exact === undefined) continue
    const change = existing.computed[column.name]
    if (change !== undefined) {
      return reason("table.computed", { column: `${id}.${column.name}`, statement: `alter table ${table} ${change}` })
    }
    if (!canHold(type, column)) {
      if (isWider(type, column)) continue
      const fit = declarableType(type)
      const params = {
        column: `${id}.${column.name}`,
        existing: type,
        declared: sqlType(column),
        statement: `alter table ${table} alter column ${quote(column.name)} type ${sqlType(column)} using …`
      }
      return fit === undefined ? reason("table.foreignType", params) : reason("table.narrower", { ...params, fit })
    }
    const citext = /^(.*)\.citext$/.exec(exact)
    if (entity.key.includes(column.name) && citext !== null) {
      return reason("table.unseenType", {
        column: `${id}.${column.name}`,
        existing: exact,
        statement: `alter role current_user set search_path = "$user", public, ${citext[1]}`
      })
    }
    if (entity.key.includes(column.name) && roundsKey(exact, column)) {
      return reason("table.roundedKey", {
        column: `${id}.${column.name}`,
        existing: exact,
        statement: `alter table ${table} alter column ${quote(column.name)} type ${sqlType(column)}`
      })
    }
  }
  // Checked first: the column of an earlier key is not null either, but the remedy differs.
  return otherKey(entity, existing) ?? unfilled(entity, existing, filled)
}

/** A right that the role lacks, with the statement for the one who can grant it. */
const rightless = (
  { mode, table }: Entity,
  existing: CatalogTable | undefined,
  { role, schemas }: Catalog,
  statements: ReadonlyArray<string>
): Reason | undefined => {
  const [id, statement] = [tableId(table), statements.join("; ")]
  if (existing === undefined) {
    if (schemas.get(table.schema) !== false) return undefined
    const grant = `grant create on schema ${quote(table.schema)} to ${quote(role)}`
    return reason("table.uncreatable", { table: id, role, schema: table.schema, statement, grant })
  }
  if (!existing.owned && statements.length > 0) return reason("table.notOwned", { table: id, role, statement })
  const denied = existing.denied.filter((act) => act !== "update" || mode !== "append")
  if (denied.length === 0) return undefined
  const grant = `grant ${denied.join(", ")} on ${quoteTable(table)} to ${quote(role)}`
  return reason("table.denied", { table: id, role, rights: denied.join(", "), grant })
}

/** Rows that were loaded by one key cannot be compared by another. */
const otherKey = ({ columns, key, table }: Entity, existing: CatalogTable): Reason | undefined => {
  if (hasIndex(existing, key, true) || existing.key.length === 0) return undefined
  // A self-filling key of the owner's can exist beside ours; any other is the key that the table was loaded by.
  const isDeclared = (name: string) => columns.some((column) => column.name === name)
  if (existing.key.some((name) => existing.filled.includes(name) && !isDeclared(name))) return undefined
  return reason("table.otherKey", {
    table: tableId(table),
    existing: existing.key.join(", "),
    declared: key.join(", "),
    statement: `drop table ${quoteTable(table)}`
  })
}

const unfilled = ({ table }: Entity, existing: CatalogTable, filled: ReadonlySet<string>): Reason | undefined => {
  const columns = existing.demanded.filter((name) => !filled.has(name))
  if (columns.length === 0) return undefined
  const changes = columns.map((name) => `alter column ${quote(name)} drop not null`)
  return reason("table.unfilled", {
    table: tableId(table),
    columns: columns.join(", "),
    statement: `alter table ${quoteTable(table)} ${changes.join(", ")}`
  })
}

const hasIndex = (existing: CatalogTable | undefined, columns: ReadonlyArray<string>, unique: boolean): boolean =>
  existing?.indexes.some((index) =>
    unique
      ? index.unique && index.columns.length === columns.length && columns.every((name) => index.columns.includes(name))
      : columns.every((name, at) => index.columns[at] === name)
  ) ?? false

/** A statement that waits for a table blocks everybody after it, readers too. */
const lockTimeout = Duration.seconds(1)
const tries = 4

/**
 * Runs the statements of one table in their own transaction, one process at a time. A locked table is tried again if
 * that ends before `until`.
 */
export const change = Effect.fn("Tables.change")(function* (
  entity: Entity,
  statements: ReadonlyArray<string>,
  until = Number.POSITIVE_INFINITY
) {
  if (statements.length === 0) return
  const sql = yield* SqlClient.SqlClient
  const lock = sql.unsafe(
    `select pg_advisory_xact_lock(hashtextextended(${literal(`tributary ddl ${tableId(entity.table)}`)}, 0))`
  )
  const patiently = sql.unsafe(`set local lock_timeout = ${Duration.toMillis(lockTimeout)}`)
  const all = [lock, patiently, ...statements.map((statement) => sql.unsafe(statement))]
  yield* sql.withTransaction(Effect.all(all, { discard: true })).pipe(
    Effect.retry({
      times: tries,
      schedule: Schedule.spaced(lockTimeout),
      while: (error) =>
        Effect.map(
          Clock.currentTimeMillis,
          (now) => error.reason._tag === "LockTimeoutError" && now + 2 * Duration.toMillis(lockTimeout) < until
        )
    })
  )
})
