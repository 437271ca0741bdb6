/** A table as it will be after the plans for it: SQL that replaces its name. */
import type { Entity } from "../../config/Entity.ts"
import type { CatalogTable } from "./Catalog.ts"
import { list } from "./ColumnList.ts"
import { sqlType } from "./ColumnSql.ts"
import { literal, quote, quoteTable } from "./Identifier.ts"

type Texts = ReadonlyArray<string | null>

/** The planned rows of one entity. */
export interface PlannedRows {
  /** The entity with the types of its table. */
  readonly entity: Entity
  /** Rows that are new or changed, in the order of the columns. */
  readonly come: ReadonlyArray<Texts>
  /** Keys of rows that are deleted or changed, in the order of the key. */
  readonly gone: ReadonlyArray<Texts>
}

/** The time since which a row exists; a planned row exists from its load on. */
export const firstSeenColumn = "_first_seen_at"

const asLiteral = (rows: ReadonlyArray<Texts>): string => `json_array_elements(${literal(JSON.stringify(rows))}::json)`

/** `existing` is the table before its DDL, undefined if there is none; `names` are the requested columns. */
export const tableAfter = (
  { table }: Pick<Entity, "table">,
  existing: CatalogTable | undefined,
  plans: ReadonlyArray<PlannedRows>,
  names: ReadonlyArray<string>
): string => {
  const declared = plans.flatMap(({ entity }) => entity.columns)
  const typeOf = (name: string): string => {
    if (name === firstSeenColumn) return "timestamp with time zone"
    const column = declared.find((one) => one.name === name)
    return existing?.columns[name] ?? (column === undefined ? "text" : sqlType(column))
  }
  const wanted = [...new Set(names)]
  const same = ({ key }: Entity, value: (name: string, at: number) => string): string =>
    key.map((name, at) => `t.${quote(name)} = ${value(name, at)}::${typeOf(name)}`).join(" and ")
  const kept = plans.flatMap(({ entity, gone }) => {
    const isGone = same(entity, (_, at) => `(g.value ->> ${at})`)
    return gone.length === 0 ? [] : [`not exists (select from ${asLiteral(gone)} as g(value) where ${isGone})`]
  })
  const hasFirstSeen = existing !== undefined && firstSeenColumn in existing.columns
  const now = wanted.map((name) => {
    const isThere = existing !== undefined && name in existing.columns
    return `${isThere ? `t.${quote(name)}` : "null"}::${typeOf(name)} as ${quote(name)}`
  })
  const where = existing === undefined ? "false" : kept.length === 0 ? "true" : kept.join(" and ")
  const from = existing === undefined ? "" : ` from ${quoteTable(table)} as t`
  const come = plans.flatMap(({ come, entity }) => {
    const values = wanted.map((name) => {
      if (name === firstSeenColumn && hasFirstSeen) {
        const own = same(entity, (key) => `(r.value ->> ${entity.columns.findIndex((one) => one.name === key)})`)
        return `coalesce((select t.${quote(firstSeenColumn)} from ${quoteTable(table)} as t where ${own} limit 1), now())`
      }
      const at = entity.columns.findIndex((column) => column.name === name)
      return `${at < 0 ? "null" : `(r.value ->> ${at})`}::${typeOf(name)}`
    })
    return come.length === 0 ? [] : [`select ${list(values)} from ${asLiteral(come)} as r(value)`]
  })
  return `(${[`select ${list(now)}${from} where ${where}`, ...come].join(" union all ")})`
}
