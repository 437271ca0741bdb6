/**
 * Keys that differ where they come from and are equal in the table, as its owner made it: by a collation that looks past case, by
 * `citext`, by characters of a fixed length. Their records are one row, as records of one key are, and that is told with both.
 */
import type { Column, Entity } from "../config/Entity.ts"
import type { reasonSql } from "../reason/Sql.ts"
import { keyText } from "./ColumnList.ts"
import { blends, declaredSql } from "./ColumnSql.ts"
import { literal, quote } from "./Identifier.ts"

/** The columns of the key in which that can be. */
export const blending = ({ columns, key }: Entity): ReadonlyArray<Column> =>
  columns.filter((column) => key.includes(column.name) && blends(column))

/** The key of a row `s` as it came. */
export const cameText = ({ columns, key }: Entity): string =>
  keyText(
    key,
    (name) => columns.flatMap((column) => (column.name === name ? [`${declaredSql(column)}::text`] : []))[0] ?? ""
  )

const how = (entity: Entity): string =>
  blending(entity)
    .map(({ collation, name, stored }) =>
      collation === undefined ? `${name} is ${stored}` : `${name} has the collation ${collation}`
    )
    .join(", ")

/** Of `came`: how many rows of the table are meant by different keys, and two of those. */
export const equalKeysClause = (entity: Entity, came = "came"): string => `alike as materialized (
  select count(*) as n, min(array[x.first, x.last] collate "C") as pair from (
    select min(c._came collate "C") as first, max(c._came collate "C") as last
    from ${came} as c group by ${entity.key.map((name) => `c.${quote(name)}`).join(", ")}) as x
  where x.first <> x.last)`

/** As a JSON array of what `made` makes. */
export const equalKeysSql = (entity: Entity, made: typeof reasonSql): string => {
  if (blending(entity).length === 0) return "'[]'::jsonb"
  const readStats = { count: "a.n", first: "a.pair[1]", last: "a.pair[2]", how: literal(how(entity)) }
  return `(select case when a.n > 0 then jsonb_build_array(${made("load.alike", readStats)}) else '[]'::jsonb end from alike as a)`
}
