/** Reports values that are looked up in another table and are not in it, so that their columns are null. */
import type { Column, Lookup } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { noReasons, type reasonSql } from "../../reason/Sql.ts"
import { list } from "../tables/ColumnList.ts"
import { lookupAlias } from "../tables/ColumnSql.ts"
import { literal, quote, tableId } from "../tables/Identifier.ts"
import { shortValue } from "./WrittenSql.ts"

const lookupsOf = ({ columns }: Entity): ReadonlyArray<Column & { readonly lookup: Lookup }> =>
  columns.flatMap((column) => (column.lookup === undefined ? [] : [{ ...column, lookup: column.lookup }]))

export const looksUp = (entity: Entity): boolean => lookupsOf(entity).length > 0

const soughtName = (at: number): string => `_sought_${at}`

/** The columns of `incoming` with the values that were not found. */
export const soughtValues = (entity: Entity): string =>
  lookupsOf(entity)
    .map((column, at) => {
      const isFound = `${lookupAlias(column)}.key is not null`
      return `, case when not (${isFound}) then s.${quote(column.name)} end as ${soughtName(at)}`
    })
    .join("")

/** The clause after `incoming`. */
export const unmatchedClauses = (entity: Entity): ReadonlyArray<string> => {
  if (!looksUp(entity)) return []
  const values = lookupsOf(entity).map(({ lookup, name }, at) => {
    const of = [name, lookup.key, tableId(lookup.table)].map(literal).join(", ")
    return `(${at}, ${of}, i.${soughtName(at)})`
  })
  return [
    `unmatched as materialized (
  select x.at, x.name, x.key, x.of, count(*) as n, min(x.sought) as first
  from incoming as i cross join lateral (values ${list(values)}) as x(at, name, key, of, sought)
  where x.sought is not null group by x.at, x.name, x.key, x.of)`
  ]
}

/** Reports them as a JSON array of what `made` builds. */
export const unmatchedSql = (entity: Entity, made: typeof reasonSql): string => {
  if (!looksUp(entity)) return noReasons
  const params = { column: "x.name", count: "x.n", key: "x.key", table: "x.of", value: shortValue("x.first") }
  return `(select coalesce(jsonb_agg(${made("load.unmatched", params)} order by x.at), '[]') from unmatched as x)`
}
