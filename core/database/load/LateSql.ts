/** Answers that are older than what the table holds of their records: they change nothing, and the run reports them. */
import type { Entity } from "../../config/Entity.ts"
import { goneAtColumn, readAtColumn } from "../../config/VersionedEntity.ts"
import { noReasons, type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { quote } from "../tables/Identifier.ts"

const readAt = quote(readAtColumn)

/** Of the rows of a key the first one counts: that of the newest request, or the last one that came. */
export const latest = ({ versions }: Entity): string =>
  `${versions === undefined ? "" : `${readAt} desc nulls last, `}_n desc`

/** The time of the newest request that a row of the table tells of; null if it tells of none. */
export const knownAt = (alias: string): string => `greatest(${alias}.${readAt}, ${alias}.${quote(goneAtColumn)})`

/** The kind of a row `i` that answers an older request than the row `t`. */
export const isLate = ({ versions }: Entity): string =>
  versions === undefined ? "" : ` when i.${readAt} < ${knownAt("t")} then 'late'`

/** The clause `diff` of the compared rows, without the late ones. */
export const diffOf = ({ versions }: Entity, rows: string): ReadonlyArray<string> =>
  versions === undefined
    ? [`diff as materialized (${rows})`]
    : [`compared as materialized (${rows})`, "diff as materialized (select * from compared where _kind <> 'late')"]

/** Reports them as a JSON array of what `made` builds; they count as unchanged. */
export const lateSql = ({ versions }: Entity, made: typeof reasonSql): string =>
  versions === undefined
    ? noReasons
    : `(select ${reasonsWhen("l.n > 0", made("load.late", { count: "l.n" }))} from (select count(*) as n from compared where _kind = 'late') as l)`
