/**
 * Reports values that the owner's column type does not hold exactly, among the rows that a run writes. An unchanged row
 * was reported when it came.
 */
import type { Entity } from "../../config/Entity.ts"
import { noReasons, type reasonSql } from "../../reason/Sql.ts"
import { keyText, list } from "../tables/ColumnList.ts"
import { exactName, roundedColumns, sqlType } from "../tables/ColumnSql.ts"
import { literal, quote } from "../tables/Identifier.ts"
import { diffColumn, shortValue } from "./WrittenSql.ts"

/** The clauses after `diff`, which holds the original value beside each such column. */
export const roundedClauses = (entity: Entity): ReadonlyArray<string> => {
  const rounded = roundedColumns(entity)
  if (rounded.length === 0) return []
  const values = rounded.map((column, at) => {
    const [came, held] = [`d.${exactName(at)}`, `d.${quote(column.name)}`]
    const unequal = `${held}::${sqlType(column)} is distinct from ${came}`
    // A `real` hardly ever has the binary value that came, but it holds the value if its shortest text is the same.
    const differs = /^real\b/.test(column.stored ?? "")
      ? `${unequal} and ${held}::text is distinct from ${came}::text`
      : unequal
    return `(${at}, ${literal(column.name)}, ${literal(column.stored ?? "")}, ${came}::text, ${held}::text, ${came} is not null and ${differs})`
  })
  return [
    `rounded as materialized (
  select x.at, x.name, x.type, count(*) as n, min(array[${keyText(entity.key, diffColumn)}, ${shortValue("x.came")}, ${shortValue("x.held")}]) as first
  from diff as d cross join lateral (values ${list(values)}) as x(at, name, type, came, held, differs)
  where d._kind <> 'gone' and x.differs group by x.at, x.name, x.type)`
  ]
}

/** Reports them as a JSON array of what `made` builds. */
export const roundedSql = (entity: Entity, made: typeof reasonSql): string => {
  if (roundedColumns(entity).length === 0) return noReasons
  const params = {
    column: "x.name",
    type: "x.type",
    count: "x.n",
    key: "x.first[1]",
    came: "x.first[2]",
    held: "x.first[3]"
  }
  return `(select coalesce(jsonb_agg(${made("load.rounded", params)} order by x.at), '[]') from rounded as x)`
}
