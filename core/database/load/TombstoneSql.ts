/**
 * Tombstones: records that say of themselves that they are gone (`deletedWhen`). Their rows leave in every mode and after
 * any read, whole or not, or get a mark. A key that also came as a record, or was rejected, keeps its row: with
 * `incremental.ordered` the last one of a read counts. What leaves passes the guard like what is missing.
 */

import type { Column } from "../../config/Column.ts"
import { hasTombstones } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { noReasons, type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { columnsNamed, equalColumns, list } from "../tables/ColumnList.ts"
import { comparable, exactName, roundedColumns } from "../tables/ColumnSql.ts"
import { literal, quote } from "../tables/Identifier.ts"
import { latestKeysClause } from "./LatestKeysSql.ts"

/** The parameters of the tombstones: one for each key column, and one for the number of rows before each. */
export const tombstoneParameters = (entity: Entity): number => (hasTombstones(entity) ? entity.key.length + 1 : 0)

/** The tombstones of a read, one for each key, from the parameter `first` on. */
export const tombstonesClause = (entity: Entity, first: number): string =>
  latestKeysClause(entity, { name: "tombstones", latest: "_after", type: "bigint" }, first)

/** The rows that came and are no older than a tombstone of their key. */
export const outlivedSql = (entity: Entity, incoming: string): string => {
  const keys = columnsNamed(entity, entity.key)
  return `select i.* from (${incoming}) as i
  where not exists (select from tombstones as g, facts as f where f.ordered and ${equalColumns(keys, "g", "i")} and g._after >= i._n)`
}

/** The tombstones that count. */
export const departedClause = (entity: Entity): string => {
  const keys = columnsNamed(entity, entity.key)
  return `departed as materialized (
  select g.* from tombstones as g where not exists (select from incoming as i where ${equalColumns(keys, "i", "g")})
    and not exists (select from kept as k where ${equalColumns(keys, "k", "g")}))`
}

/** Whether the row `t` has one. */
export const hasDeparted = (entity: Entity): string =>
  `exists (select from departed as e where ${equalColumns(columnsNamed(entity, entity.key), "e", "t")})`

/** Their effect, as rows of `diff`; `there` are the entity's rows. */
export const departuresSql = (
  entity: Entity,
  there: string,
  runExists: string,
  marks: ReadonlyArray<string>
): string => {
  const { deletedWhen, key } = entity
  const keys = columnsNamed(entity, key)
  const mark = deletedWhen?.mark
  const value = (column: Column): string => {
    if (mark === undefined) return `i.${quote(column.name)}`
    if (column.name === mark) return "true"
    if (!key.includes(column.name)) return comparable(column, "t")
    // A tombstone's writing of a key is not the row's.
    return `${column.loose === true ? "t" : "e"}.${quote(column.name)}`
  }
  const exact = roundedColumns(entity).map((_, at) => `, i.${exactName(at)}`)
  return `select ${list(entity.columns.map(value))}, ${list(keys.map(({ name }) => `t.${quote(name)}`))}${exact.join("")},
    ${mark === undefined ? "'gone'" : "'changed'"}, ${list(marks)}
  from ${there} as t join departed as e on ${equalColumns(keys, "e", "t")} left join incoming as i on false
  where ${runExists}${mark === undefined ? "" : ` and t.${quote(mark)} is not true`}`
}

/** The number of tombstones whose keys also came as records, so that they do not count. */
export const contradictedCount = (entity: Entity): string => {
  const keys = columnsNamed(entity, entity.key)
  return `(select count(*) from tombstones as g, facts as f where exists (select from kept as k where ${equalColumns(keys, "k", "g")})
    or f.ordered is not true and exists (select from incoming as i where ${equalColumns(keys, "i", "g")}))`
}

/** Reports them as a JSON array of what `made` builds. */
export const contradictedSql = (entity: Entity, made: typeof reasonSql): string =>
  hasTombstones(entity)
    ? `(select ${reasonsWhen("x.n > 0", made("run.contradicted", { count: "x.n" }))} from (select ${contradictedCount(entity)} as n) as x)`
    : noReasons

/** The rows that tombstones delete or mark, as SQL. */
export const tombstoneRows = ({ deletedWhen }: Entity): string =>
  deletedWhen?.mark === undefined ? "(c.gone - c.missing)" : "c.marked"

/** Reports their number, if there are any, as a JSON array of what `made` builds. */
export const tombstonesSql = (entity: Entity, made: typeof reasonSql, rows = tombstoneRows(entity)): string => {
  if (!hasTombstones(entity)) return noReasons
  const mark = entity.deletedWhen?.mark
  return mark === undefined
    ? reasonsWhen(`v.held is null and ${rows} > 0`, made("run.goneDeleted", { count: rows }))
    : reasonsWhen(`${rows} > 0`, made("run.goneMarked", { count: rows, mark: literal(mark) }))
}
