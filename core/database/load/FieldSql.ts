/**
 * Judges columns whose field was in no record of a read. Each would be emptied in every row, as likely by a
 * vendor's mistake as on purpose, so it is judged like deletes: beyond floor and share the column keeps its values.
 */
import type { Column } from "../../config/Column.ts"
import type { Entity, Guard } from "../../config/Entity.ts"
import { noReasons, type reasonSql } from "../../reason/Sql.ts"
import { comparable } from "../tables/ColumnSql.ts"
import { literal, quote } from "../tables/Identifier.ts"

/** `0.07 * 100` is not 7. */
export const percentText = (share: number): string => `${Number((share * 100).toFixed(6))}%`

/** The same as a literal. */
export const percent = (share: number): string => literal(percentText(share))

/** The value to write. If the field was in no record and too many values would be lost, it is the table's value. */
export const keptValue = (absent: ReadonlyArray<Column>, column: Column, firstKey: string): string => {
  const at = absent.indexOf(column)
  const name = quote(column.name)
  return at < 0
    ? `i.${name}`
    : `case when k._keep_${at} and t.${firstKey} is not null then ${comparable(column, "t")} else i.${name} end`
}

/** Judges like deletes: how many values would be lost, out of how many rows that were read and are in the table. */
export const keepsClause = (guard: Guard, absent: ReadonlyArray<Column>, joined: string): string => {
  const names = absent.map(({ name }) => quote(name))
  const lost = names.map(
    (name, at) =>
      `count(*) filter (where t.${name} is not null and t.${name}::text is distinct from i.${name}::text) as _lost_${at}`
  )
  const keep = names.map(
    (_, at) =>
      `_lost_${at} > ${guard.floor} and _lost_${at}::float8 / greatest(_stay, 1) > ${guard.maxDelete} as _keep_${at}`
  )
  return `keeps as materialized (
  select *, ${keep.join(", ")} from (select count(*) as _stay, ${lost.join(", ")} ${joined}) as s)`
}

/** Whether any of the columns keeps its values. */
export const keepsAny = (absent: ReadonlyArray<string>): string =>
  absent.length === 0 ? "false" : `(select ${absent.map((_, at) => `_keep_${at}`).join(" or ")} from keeps)`

/** Reports fields whose values were kept, or are lost in this run, as a JSON array of what `made` builds. */
export const keptSql = ({ guard }: Entity, absent: ReadonlyArray<string>, made: typeof reasonSql): string =>
  absent.length === 0
    ? noReasons
    : `(select coalesce(jsonb_agg(w.why) filter (where w.why is not null), '[]') from keeps as k, facts as f,
      lateral (values ${absent.map((name, at) => `(${keptCase(guard, name, at, made)})`).join(", ")}) as w(why))`

const keptCase = ({ maxDelete }: Guard, name: string, at: number, made: typeof reasonSql): string => {
  const params = { column: literal(name), fetched: "f.fetched", lost: `k._lost_${at}`, rows: "k._stay" }
  const kept = { ...params, limit: percent(maxDelete) }
  // A read of changes may have only the records that lost the value: a few such rows are not reported.
  return `case
      when k._keep_${at} and f.since then ${made("field.keptSince", kept)}
      when k._keep_${at} then ${made("field.kept", kept)}
      when k._lost_${at} > 0 and f.since is not true then ${made("field.emptied", params)}
      when f.vanished @> to_jsonb(${literal(name)}::text) then ${made("field.vanished", { count: "1", columns: params.column })} end`
}
