/**
 * Every content that each key had at a read, and from when to when. Triggers record it, so whatever writes a row (a load,
 * an applied plan) closes the version before and opens the next in the same transaction. A row that somebody changes by
 * hand is no read: only statements that set `_changed_at` count. A content equal to the open one makes no version. The version
 * of a row that gets `gone_at` ends then.
 */
import type { Column, TableName } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { contentColumns, goneAtColumn, readAtColumn, versionsColumns } from "../../config/VersionedEntity.ts"
import type { CatalogTable } from "./Catalog.ts"
import { columnsNamed, names } from "./ColumnList.ts"
import { keptKeySql, sqlType } from "./ColumnSql.ts"
import { generatedName, literal, quote, quoteTable } from "./Identifier.ts"

/** The shortest time that a version lasts: of contents that came with one answer each has a time of its own. */
export const tick = "interval '1 microsecond'"

/** A call has at most 100 arguments. */
const pairs = 50

/** The content of a row as `jsonb`, from the SQL of its values; null if the record that is kept whole is withheld. */
export const contentSql = (entity: Entity, value: (column: Column) => string): string => {
  const columns = contentColumns(entity).toSorted((left, right) => (left.name < right.name ? -1 : 1))
  const [raw] = columns
  if (raw?.source._tag === "Record") return `(${value(raw)})::jsonb`
  const objects = Array.from({ length: Math.ceil(columns.length / pairs) }, (_, at) =>
    columns.slice(at * pairs, (at + 1) * pairs).map((column) => `${literal(column.name)}, ${value(column)}`)
  )
  return objects.length === 0
    ? "'{}'::jsonb"
    : `(${objects.map((one) => `jsonb_build_object(${one.join(", ")})`).join(" || ")})`
}

interface VersionTrigger {
  readonly name: string
  readonly event: "insert" | "update" | "delete"
  readonly routine: string
  readonly body: string
}

const triggersOf = (entity: Entity, versions: TableName): ReadonlyArray<VersionTrigger> => {
  const kept = quoteTable(versions)
  const keys = columnsNamed(entity, entity.key)
  const same = keys.map((key) => `${keptKeySql(key, `v.${quote(key.name)}`)} = c.${quote(key.name)}`).join(" and ")
  const content = contentSql(entity, ({ name }) => `c.${quote(name)}`)
  const goneAt = quote(goneAtColumn)
  const readAt = `coalesce(c.${quote(readAtColumn)}, now())`
  // Each version begins later than the one before, and not before that has ended, whatever the clocks say.
  const lastEnd = `(select max(greatest(v.valid_from + ${tick}, v.valid_to)) from ${kept} as v where ${same})`
  const isRead = `c._changed_at = now() and ${content} is not null`
  const routineOf = (name: string) => `${quote(versions.schema)}.${quote(generatedName(versions.name, name))}`
  // Planned each time: a plan for a first load of everything would read all versions for one changed row ever after.
  const body = (statements: ReadonlyArray<string>) =>
    ` begin if exists (select from changed) then ${statements.map((one) => `execute $sql$${one}$sql$; `).join("")}end if; return null; end `
  const written = body([
    `update ${kept} as v set valid_to = greatest(v.valid_from + ${tick}, coalesce(c.${goneAt}, ${readAt})) from changed as c where v.valid_to is null and ${same} and ${isRead} and (c.${goneAt} is not null or v.content is distinct from ${content})`,
    `insert into ${kept} (${names(keys)}, valid_from, content) select ${names(keys, "c.")}, greatest(${readAt}, ${lastEnd}), ${content} from changed as c where ${isRead} and c.${goneAt} is null and not exists (select from ${kept} as v where v.valid_to is null and ${same})`
  ])
  const removed = body([
    `update ${kept} as v set valid_to = greatest(v.valid_from + ${tick}, now()) from changed as c where v.valid_to is null and ${same}`
  ])
  return [
    { name: generatedName(versions.name, "inserted"), event: "insert", routine: routineOf("written"), body: written },
    { name: generatedName(versions.name, "updated"), event: "update", routine: routineOf("written"), body: written },
    { name: generatedName(versions.name, "deleted"), event: "delete", routine: routineOf("deleted"), body: removed }
  ]
}

/** Our own triggers on a table with versions. */
export const versionTriggers = (entity: Entity): ReadonlyArray<string> =>
  entity.versions === undefined ? [] : triggersOf(entity, entity.versions).map(({ name }) => name)

/** The columns that a table of this name lacks, if it is no table of versions. */
export const lackingColumns = ({ key }: Entity, kept: CatalogTable): ReadonlyArray<string> =>
  [...key, ...versionsColumns].filter((name) => !(name in kept.columns))

/** The statements that make the table of versions and its triggers as declared; empty if they are. */
export const versionsDdl = (
  entity: Entity,
  versions: TableName,
  existing: CatalogTable | undefined,
  kept: CatalogTable | undefined
): ReadonlyArray<string> => {
  const triggers = triggersOf(entity, versions)
  const missing = triggers.filter(({ name }) => kept === undefined || existing?.routines[name] === undefined)
  const changed = triggers.filter(({ body, name }) => existing?.routines[name] !== body)
  const routines = new Map([...missing, ...changed].map(({ body, routine }) => [routine, body]))
  return [
    ...(kept === undefined ? tableDdl(entity, versions) : []),
    ...[...routines].map(
      ([routine, body]) =>
        `create or replace function ${routine}() returns trigger language plpgsql as $versions$${body}$versions$`
    ),
    ...missing.map(
      ({ event, name, routine }) =>
        `create or replace trigger ${quote(name)} after ${event} on ${quoteTable(entity.table)} referencing ${event === "delete" ? "old" : "new"} table as changed for each statement execute function ${routine}()`
    ),
    ...(missing.length === 0 ? [] : [startedSql(entity, versions)])
  ]
}

const tableDdl = (entity: Entity, versions: TableName): ReadonlyArray<string> => {
  const kept = quoteTable(versions)
  const keys = columnsNamed(entity, entity.key)
  const index = (name: string) => quote(generatedName(versions.name, name, "idx"))
  const typed = keys.map((column) => `${quote(column.name)} ${sqlType(column)} not null`).join(", ")
  return [
    `create table if not exists ${kept} (${typed}, valid_from timestamp with time zone not null, valid_to timestamp with time zone, content jsonb not null)`,
    `create unique index if not exists ${index("open")} on ${kept} (${names(keys)}) where valid_to is null`,
    `create unique index if not exists ${index("valid_from")} on ${kept} (${names(keys)}, valid_from)`
  ]
}

/** The rows that are there already have a version, too. */
const startedSql = (entity: Entity, versions: TableName): string => {
  const [table, kept] = [quoteTable(entity.table), quoteTable(versions)]
  const keys = columnsNamed(entity, entity.key)
  const content = contentSql(entity, ({ name }) => `t.${quote(name)}`)
  const same = keys.map((key) => `${keptKeySql(key, `v.${quote(key.name)}`)} = t.${quote(key.name)}`).join(" and ")
  const from = `coalesce(t.${quote(readAtColumn)}, t._changed_at)`
  const hasKey = keys.map(({ name }) => `t.${quote(name)} is not null`).join(" and ")
  return `insert into ${kept} (${names(keys)}, valid_from, content) select ${names(keys, "t.")}, ${from}, ${content} from ${table} as t where ${hasKey} and t.${quote(goneAtColumn)} is null and ${content} is not null and not exists (select from ${kept} as v where v.valid_to is null and ${same})`
}
