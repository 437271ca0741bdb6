/**
 * A table's owner decides how a column is stored. Each declared type can be stored in the PostgreSQL types that hold
 * its values, in the owner's precision. New values are cast to that type before the comparison, so that a rounded row
 * is not "updated" by every run.
 */
import type { Column, ColumnType } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import type { CatalogTable } from "./Catalog.ts"
import { sqlType } from "./ColumnSql.ts"
import { ownTriggers } from "./OwnTriggers.ts"

/** Each type can be widened to those on its right without losing a value. */
const widenings: ReadonlyArray<ReadonlyArray<ColumnType>> = [
  ["integer", "bigint", "decimal", "text"],
  ["integer", "double", "text"],
  ["uuid", "text"],
  ["boolean", "text"],
  ["date", "timestamp"],
  ["json", "text"]
]

/** Types that Tributary never creates itself, and accepts as they are. */
const owners: Readonly<Partial<Record<ColumnType, ReadonlyArray<string>>>> = {
  text: ["character varying", "character", "citext"],
  integer: ["smallint"],
  bigint: ["smallint"],
  double: ["real"],
  timestamp: ["timestamp without time zone"],
  json: ["json"]
}

const scalar = (type: ColumnType): string => sqlType({ type, array: false })

export const isWider = (from: string, to: Column): boolean =>
  !to.array &&
  widenings.some((chain) => {
    const at = chain.findIndex((type) => scalar(type) === from)
    return at >= 0 && chain.indexOf(to.type) > at
  })

/** Whether an existing column can hold the declared one: a bigint column takes integers. */
export const canHold = (existing: string, column: Column): boolean => {
  if (existing === sqlType(column)) return true
  const item = column.array ? existing.replace(/\[\]$/, "") : existing
  if (column.array && item === existing) return false
  return (
    (owners[column.type]?.includes(item.replace(/^.*\.(?=citext$)/, "")) ?? false) ||
    widenings.slice(0, 2).some((chain) => {
      const at = chain.findIndex((type) => scalar(type) === existing && type !== "text")
      return !column.array && at > chain.indexOf(column.type) && chain.includes(column.type)
    })
  )
}

/** The declared type that fits an existing column best. */
export const declarableType = (existing: string): string | undefined => {
  const array = existing.endsWith("[]")
  const item = array ? existing.slice(0, -2) : existing
  const types = Object.keys(owners).filter((type): type is ColumnType => type in owners)
  const all: ReadonlyArray<ColumnType> = [...widenings.flat(), "time", "timestamp"]
  const found = all.find((type) => scalar(type) === item) ?? types.find((type) => owners[type]?.includes(item))
  return found === undefined ? undefined : `${found}${array ? "[]" : ""}`
}

/** Whether a key would be rounded: it would then be another row's key, or count as gone. */
export const roundsKey = (exact: string, column: Column): boolean =>
  exact === "real" || /^(?:time|timestamp)\(\d\)/.test(exact) || (/^numeric\(/.test(exact) && column.type === "decimal")

/** The entity with the types that its columns are stored as; `existing` is its table before its DDL. */
export const withStoredTypes = (entity: Entity, existing: CatalogTable | undefined): Entity => ({
  ...entity,
  ...(existing?.triggered === true ? { triggered: true } : {}),
  ...(existing?.after.some((name) => !ownTriggers(entity).includes(name)) === true ? { undoable: true } : {}),
  ...(existing === undefined || existing.cascades.length === 0 || entity.key.some((name) => !(name in existing.columns))
    ? {}
    : { cascades: existing.cascades }),
  ...followsOf(entity, existing),
  columns: entity.columns.map((column) => {
    if (existing === undefined) return column
    const [exact, type] = [existing.exact[column.name], existing.columns[column.name]]
    const mayLack = entity.key.includes(column.name) && (exact === undefined || existing.nullable.includes(column.name))
    const nullable = mayLack ? { nullable: true as const } : {}
    if (exact === undefined || type === undefined || !canHold(type, column)) return { ...column, ...nullable }
    const collation = existing.collations[column.name]
    return {
      ...column,
      ...nullable,
      ...(collation === undefined ? {} : { collation }),
      ...(exact === sqlType(column) ? {} : { stored: exact }),
      ...(existing.enums.includes(column.name) ? { enumerated: true } : {}),
      ...(existing.loose.includes(column.name) ? { loose: true } : {})
    }
  })
})

/** A load changes no key but its writing, so most foreign keys that refer to keys do nothing on update. */
const followsOf = ({ columns, key, mode }: Entity, existing: CatalogTable | undefined): Pick<Entity, "follows"> => {
  const isLoose = (name: string) => existing?.loose.includes(name) === true
  const changes = (name: string) =>
    columns.some((column) => column.name === name) && (!key.includes(name) || isLoose(name))
  const follows = existing?.follows.filter((one) => one.seen && one.columns.some(([to]) => changes(to))) ?? []
  const isThere = key.every((name) => existing !== undefined && name in existing.columns)
  return follows.length === 0 || mode === "append" || !isThere ? {} : { follows }
}
