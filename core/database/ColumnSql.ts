/** How a declared column appears in SQL: its type, and the expression that turns the text that was bound into a value. */
import type { Column, ColumnType, Entity } from "../config/Entity.ts"
import { generatedName, literal, quote, quoteTable } from "./Identifier.ts"

const sqlTypes: Readonly<Record<ColumnType, string>> = {
  text: "text",
  uuid: "uuid",
  integer: "integer",
  bigint: "bigint",
  decimal: "numeric",
  double: "double precision",
  boolean: "boolean",
  date: "date",
  time: "time without time zone",
  timestamp: "timestamp with time zone",
  json: "jsonb"
}

/** As `format_type` prints it, so that a declared type can be compared with the catalog's. */
export const sqlType = (column: Pick<Column, "type" | "array">): string =>
  column.array ? `${sqlTypes[column.type]}[]` : sqlTypes[column.type]

/** The type to cast to; not to a length, because a cast cuts where an assignment refuses. */
export const storedType = (column: Column): string =>
  column.stored?.replace(/^character varying\(\d+\)/, "character varying").replace(/^character\(\d+\)/, "bpchar") ??
  sqlType(column)

/** A value as its column will hold it, and compare it. Of a text that is too long PostgreSQL drops spaces, and refuses all else. */
const asStored = (column: Column, value: string): string => {
  const { collation } = column
  return collation === undefined ? asTyped(column, value) : `(${asTyped(column, value)} collate ${collation})`
}

const asTyped = (column: Column, value: string): string => {
  if (column.stored === undefined || column.stored === "json") return value
  const length = /^character varying\((\d+)\)$/.exec(column.stored)?.[1]
  return length === undefined
    ? `(${value})::${storedType(column)}`
    : `(case when ltrim(substr(${value}, ${length} + 1), ' ') = '' then left(${value}, ${length}) else ${value} end)::character varying`
}

/** Texts that differ may be one in such a column: by a collation or type that looks past case, or spaces that it drops. */
export const blends = ({ loose, stored = "", type }: Column): boolean =>
  loose === true || (type === "text" && /^character(?: varying)?\(/.test(stored))

/** A key that comes without its record, in a form that finds its row; no value of it is refused here. */
export const keySql = (column: Column, bound: string): string => {
  const typed = `${bound}::${sqlType(column)}`
  return column.type === "text" ? asStored(column, typed) : typed
}

/** A column of the key in a row of the table, before or after the DDL. */
export const keyHeld = (column: Column, alias: string): string =>
  column.stored === undefined ? `${alias}.${quote(column.name)}::${sqlType(column)}` : `${alias}.${quote(column.name)}`

/** What can be compared: `json` has no equality, and what another text is has changed, whatever the table holds equal. */
export const comparable = (column: Column, alias: string): string => {
  const value = `${alias}.${quote(column.name)}`
  if (column.loose === true) return column.array ? `${value} collate "C"` : `${value}::text collate "C"`
  return column.stored === "json" ? `${value}::jsonb` : value
}

/** Columns whose text comes with every row; the others are constants, the same for the whole run. */
export const boundColumns = (entity: Entity): ReadonlyArray<Column> =>
  entity.columns.filter((column) => column.source._tag !== "Constant")

/** A looked-up column carries the key to look up, so what is bound and staged is text. */
export const boundType = (column: Column): string => (column.lookup === undefined ? sqlType(column) : "text")

/** The value of a column, given what was bound (`s.<name>`); looked-up ones come from `lookupJoins`. */
export const valueSql = (column: Column): string => asStored(column, declaredSql(column))

/** Types of a table's owner that hold but some of the values of the declared one. */
const rounding = /^(?:numeric\(|real\b|(?:time|timestamp)(?:\(\d\)| without time zone)|character(?: varying)?\()/

/** Columns in which a value can become another one. */
export const roundedColumns = ({ columns }: Entity): ReadonlyArray<Column> =>
  columns.filter(({ stored, type }) => stored !== undefined && type !== "json" && rounding.test(stored))

/** Where a row of the diff has what came, beside what its column makes of it. */
export const exactName = (at: number): string => `_exact_${at}`

/** As it came, with the declared type. */
export const declaredSql = (column: Column): string => {
  if (column.lookup !== undefined) return `${lookupAlias(column)}.value::${sqlType(column)}`
  if (column.source._tag !== "Constant") return `s.${quote(column.name)}`
  const { value } = column.source
  return value === null ? `null::${sqlType(column)}` : `${literal(String(value))}::${sqlType(column)}`
}

const lookupAlias = (column: Column): string => quote(generatedName("lookup", column.name))

/** `distinct on` keeps a key that is not unique in the other table from multiplying rows. */
export const lookupJoins = (columns: ReadonlyArray<Column>): string =>
  columns
    .flatMap((column) => {
      if (column.lookup === undefined) return []
      const key = quote(column.lookup.key)
      return [
        `  left join (select distinct on (${key}) ${key}::text as key, ${quote(column.lookup.value)} as value`,
        `    from ${column.lookup.rows ?? quoteTable(column.lookup.table)} as l order by ${key}) as ${lookupAlias(column)}`,
        `    on ${lookupAlias(column)}.key = s.${quote(column.name)}`
      ]
    })
    .join("\n")
