/**
 * Keys that differ at the source and are equal in the table, because of its owner's collation that ignores case,
 * `citext`, or characters of a fixed length. Their records become one row, like records with one key, and a warning
 * names both.
 */
import type { Column } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { noReasons, type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { keyText } from "../tables/ColumnList.ts"
import { blends, declaredSql } from "../tables/ColumnSql.ts"
import { literal, quote } from "../tables/Identifier.ts"

/** The key columns in which that is possible. */
export const blendingColumns = ({ columns, key }: Entity): ReadonlyArray<Column> =>
  columns.filter((column) => key.includes(column.name) && blends(column))

/** The key of a row `s` as it came. */
export const incomingKeyText = ({ columns, key }: Entity): string =>
  keyText(
    key,
    (name) => columns.flatMap((column) => (column.name === name ? [`${declaredSql(column)}::text`] : []))[0] ?? ""
  )

const how = (entity: Entity): string =>
  blendingColumns(entity)
    .map(({ collation, name, stored }) =>
      collation === undefined ? `${name} is ${stored}` : `${name} has the collation ${collation}`
    )
    .join(", ")

/** Counts, in `came`, the rows of the table that different keys refer to, and picks two such keys. */
export const equalKeysClause = (entity: Entity, came = "came"): string => `alike as materialized (
  select count(*) as n, min(array[x.first, x.last] collate "C") as pair from (
    select min(c._came collate "C") as first, max(c._came collate "C") as last
    from ${came} as c group by ${entity.key.map((name) => `c.${quote(name)}`).join(", ")}) as x
  where x.first <> x.last)`

/** Reports them as a JSON array of what `made` builds. */
export const equalKeysSql = (entity: Entity, made: typeof reasonSql): string => {
  if (blendingColumns(entity).length === 0) return noReasons
  const params = { count: "a.n", first: "a.pair[1]", last: "a.pair[2]", how: literal(how(entity)) }
  return `(select ${reasonsWhen("a.n > 0", made("load.alike", params))} from alike as a)`
}
