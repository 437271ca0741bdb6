/**
 * Keys of which an answer said that the source has no such record (404). Where versions are kept, their rows stay and get
 * the time of that request as `gone_at`; a record that was requested later clears it. Said again it changes nothing. A key
 * that also came as a record in the same read is there.
 */
import type { Column } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { goneAtColumn, readAtColumn } from "../../config/VersionedEntity.ts"
import { noReasons, type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { columnsNamed, equalColumns, list } from "../tables/ColumnList.ts"
import { comparable, exactName, roundedColumns } from "../tables/ColumnSql.ts"
import { quote } from "../tables/Identifier.ts"
import { latestKeysClause } from "./LatestKeysSql.ts"

const [readAt, goneAt] = [quote(readAtColumn), quote(goneAtColumn)]

/** One for each key column, and one for the times. */
export const goneParameters = ({ key }: Entity, isGone: boolean | undefined): number =>
  isGone === true ? key.length + 1 : 0

/** The keys with their times, from the parameter `first` on. */
export const goneClause = (entity: Entity, first: number): string =>
  latestKeysClause(entity, { name: "absent", latest: "_at", type: "timestamptz" }, first)

/** The rows that are gone, as rows of `diff`; `there` are the entity's rows. */
export const absentSql = (entity: Entity, there: string, runExists: string, marks: ReadonlyArray<string>): string => {
  const keys = columnsNamed(entity, entity.key)
  const value = ({ name, ...column }: Column): string =>
    name === goneAtColumn
      ? "g._at"
      : entity.key.includes(name)
        ? `t.${quote(name)}`
        : comparable({ name, ...column }, "t")
  const exact = roundedColumns(entity).map((_, at) => `, i.${exactName(at)}`)
  return `select ${list(entity.columns.map(value))}, ${list(keys.map(({ name }) => `t.${quote(name)}`))}${exact.join("")},
    'changed', ${list(marks)}
  from ${there} as t join absent as g on ${equalColumns(keys, "g", "t")} left join incoming as i on false
  where ${runExists} and t.${goneAt} is null and coalesce(t.${readAt} <= g._at, true)
    and not exists (select from incoming as w where ${equalColumns(keys, "w", "t")})`
}

/** Reports how many rows of `diff` are gone, as a JSON array of what `made` builds. */
export const goneSql = (isGone: boolean | undefined, made: typeof reasonSql): string =>
  isGone === true
    ? `(select ${reasonsWhen("g.n > 0", made("run.goneKept", { count: "g.n" }))} from (select count(*) as n from diff where ${goneAt} is not null) as g)`
    : noReasons
