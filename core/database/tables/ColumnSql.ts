/** The SQL of a declared column: its type, and the expression that turns the bound text into a value. */
import type { Column, ColumnType } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
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

/** The type as `format_type` prints it, so that a declared type can be compared with the catalog's. */
export const sqlType = (column: Pick<Column, "type" | "array">): string =>
  column.array ? `${sqlTypes[column.type]}[]` : sqlTypes[column.type]

/** The type to cast to, without a length: a cast truncates where an assignment refuses. */
export const storedType = (column: Column): string =>
  column.stored?.replace(/^character varying\(\d+\)/, "character varying").replace(/^character\(\d+\)/, "bpchar") ??
  sqlType(column)

/** The value as its column stores and compares it. PostgreSQL cuts only spaces from a text that is too long. */
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

/** Whether different texts can be equal in such a column: its collation or type ignores case, or it drops spaces. */
export const blends = ({ loose, stored = "", type }: Column): boolean =>
  loose === true || (type === "text" && /^character(?: varying)?\(/.test(stored))

/**
 * The columns that an update writes. A key is written where the table finds another writing of it equal: it is the same row,
 * and has what the source has.
 */
export const updatedColumns = ({ columns, key }: Pick<Entity, "columns" | "key">): ReadonlyArray<Column> =>
  columns.filter(({ loose, name }) => loose === true || !key.includes(name))

/** A key in a table of ours beside the entity's, in a form that is equal where its own table finds it equal. */
export const keptKeySql = (column: Column, value: string): string =>
  column.loose === true ? asStored(column, value) : value

/** A key without its record, in a form that finds its row; no value is refused here. */
export const keySql = (column: Column, bound: string): string => {
  const typed = `${bound}::${sqlType(column)}`
  if (column.enumerated === true) {
    return `(select e from unnest(enum_range(null::${storedType(column)})) as e where e::text = ${typed})`
  }
  return column.type === "text" ? asStored(column, typed) : typed
}

/** A key column in a row of the table, before or after the DDL. */
export const tableKeySql = (column: Column, alias: string): string =>
  column.stored === undefined ? `${alias}.${quote(column.name)}::${sqlType(column)}` : `${alias}.${quote(column.name)}`

/** Whether its column refuses some values of the declared type. */
const refuses = ({ enumerated, stored = "" }: Column): boolean =>
  enumerated === true || /^(?:smallint|numeric\()/.test(stored)

/** The key of an incoming row `s` in a form that never fails, and the key of a stored row to compare it with. */
export const incomingKeySql = (column: Column): string => (refuses(column) ? declaredSql(column) : valueSql(column))
export const storedKeySql = (column: Column, alias: string): string =>
  `${alias}.${quote(column.name)}${column.enumerated === true ? "::text" : ""}`

/** A comparable form: `json` has no equality, and different text is a change even if the table finds it equal. */
export const comparable = (column: Column, alias: string): string => {
  const value = `${alias}.${quote(column.name)}`
  if (column.loose === true) return column.array ? `${value} collate "C"` : `${value}::text collate "C"`
  if (column.stored === "json") return `${value}::jsonb`
  // A domain over an enum cannot be compared with the enum itself.
  return column.enumerated === true ? `${value}::${storedType(column)}` : value
}

/** Columns whose text comes with every row; the others are constants for the whole run. */
export const boundColumns = (entity: Entity): ReadonlyArray<Column> =>
  entity.columns.filter((column) => column.source._tag !== "Constant")

/** A looked-up column carries the key to look up, so text is bound and staged. */
export const boundType = (column: Column): string => (column.lookup === undefined ? sqlType(column) : "text")

/** The value of a column from the bound text (`s.<name>`); looked-up values come from `lookupJoins`. */
export const valueSql = (column: Column): string => asStored(column, declaredSql(column))

/** Types of a table's owner that hold only some of the declared type's values. */
const rounding = /^(?:numeric\(|real\b|(?:time|timestamp)(?:\(\d\)| without time zone)|character(?: varying)?\()/

/** Columns that can alter a value. */
export const roundedColumns = ({ columns }: Entity): ReadonlyArray<Column> =>
  columns.filter(({ stored, type }) => stored !== undefined && type !== "json" && rounding.test(stored))

/** The column of a diff row with the value as it came, beside the one with the value as stored. */
export const exactName = (at: number): string => `_exact_${at}`

/** The value as it came, with the declared type. */
export const declaredSql = (column: Column): string => {
  if (column.lookup !== undefined) return `${lookupAlias(column)}.value::${sqlType(column)}`
  if (column.source._tag !== "Constant") return `s.${quote(column.name)}`
  const { value } = column.source
  if (column.parameter !== undefined) return `${column.parameter}::text::${sqlType(column)}`
  return value === null ? `null::${sqlType(column)}` : `${literal(String(value))}::${sqlType(column)}`
}

export const lookupAlias = (column: Column): string => quote(generatedName("lookup", column.name))

/** The joins for lookups. `distinct on` prevents a non-unique key in the other table from multiplying rows. */
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
