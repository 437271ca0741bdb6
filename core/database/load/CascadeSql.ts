/**
 * The effect of deletes in one table on other rows: they are deleted too, or lose their reference, by foreign keys with
 * `on delete cascade`, `set null` or `set default`. Rows that refer directly are counted; rows that refer to those are
 * only mentioned. Deletes by a rule that nobody declared here are withheld (`guard.cascade`).
 */

import { tombstonesDelete } from "../../config/DeletePolicy.ts"
import type { Cascade, Entity } from "../../config/Entity.ts"
import { type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { columnsNamed } from "../tables/ColumnList.ts"
import { tableKeySql } from "../tables/ColumnSql.ts"
import { literal, quote } from "../tables/Identifier.ts"

/** Whether the entity's deletes can affect other rows. */
export const cascades = (entity: Entity): boolean => {
  const { cascades = [], mode } = entity
  return cascades.length > 0 && (mode === "mirror" || mode === "replace" || tombstonesDelete(entity))
}

/** A key column in a row of the table, and in a row that is deleted or changed. */
interface KeyColumn {
  readonly held: (alias: string) => string
  readonly of: (alias: string) => string
}

interface GoingRows {
  /** The source of the deleted rows `d`, with its condition. */
  readonly gone: string
  /** The rows `n` that will change; absent if none do. */
  readonly changed?: string
  /** The future value of a column of such a row; undefined if it does not change. */
  readonly value?: (name: string) => string | undefined
}

const sameKey = (key: ReadonlyArray<KeyColumn>, row: string, other: string): string =>
  key.map(({ held, of }) => `${held(row)} = ${of(other)}`).join(" and ")

/** Counts the rows that refer to deleted ones; in a self-referencing table, remaining rows by their new references. */
const referringRows = (
  { columns, own, referred, referring }: Cascade,
  key: ReadonlyArray<KeyColumn>,
  { changed, gone, value }: GoingRows
): string => {
  const refer = (of: (name: string) => string) =>
    columns.map(([to, from]) => `t.${quote(to)} = ${of(from)}`).join(" and ")
  const held = (name: string) => `r.${quote(name)}`
  const to = (is: string) =>
    `exists (select from ${referred} as t where ${is} and exists (select from ${gone} and ${sameKey(key, "t", "d")}))`
  if (!own) return `select count(*) from ${referring} as r where ${to(refer(held))}`
  const stays = `not exists (select from ${gone} and ${sameKey(key, "r", "d")})`
  if (changed === undefined) return `select count(*) from ${referring} as r where ${stays} and ${to(refer(held))}`
  const change = `(select * from ${changed}) as n on ${sameKey(key, "r", "n")}`
  const later = refer((name) => value?.(name) ?? held(name))
  const isChanged = key.map(({ of }) => `${of("n")} is not null`).join(" and ")
  return `select count(*) from ${referring} as r left join ${change}
      where ${stays} and ${to(`(${isChanged} and ${later} or not (${isChanged}) and ${refer(held)})`)}`
}

/** One row `taken`: the number of rows deleted and changed, where and by which rules; null if there are none. */
export const takenClause = (all: ReadonlyArray<Cascade>, key: ReadonlyArray<KeyColumn>, rows: GoingRows): string => {
  const each = all.map((cascade) => {
    const { further, removes, rule, seen, table } = cascade
    const count = seen ? `(${referringRows(cascade, key, rows)})` : "null::bigint"
    return `select ${literal(table)} as place, ${literal(rule)} as rule, ${removes} as removes, ${further} as further,
    case when exists (select from ${rows.gone}) then ${count} else 0 end as n`
  })
  const listOf = (name: string, where: string) => `string_agg(distinct x.${name}, ', ') filter (where ${where})`
  return `taken as materialized (
  select coalesce(sum(x.n) filter (where x.removes), 0)::bigint as removed, coalesce(sum(x.n) filter (where not x.removes), 0)::bigint as changed,
    ${listOf("place", "x.n > 0")} as places, ${listOf("rule", "x.n > 0")} as rules, ${listOf("place", "x.n > 0 and x.further")} as further,
    ${listOf("place", "x.n is null")} as unseen, ${listOf("rule", "x.n is null")} as unseen_rules
  from (${each.join("\n    union all ")}) as x)`
}

/** The rows that the deletes affect; in a self-referencing table, by the future references of its rows. */
export const takenByDiff = (entity: Entity, goes: string): ReadonlyArray<string> => {
  const key = columnsNamed(entity, entity.key).map((column, at) => ({
    held: (alias: string) => tableKeySql(column, alias),
    of: (alias: string) => `${alias}._old_${at}`
  }))
  const value = (name: string) => (columnsNamed(entity, [name]).length === 0 ? undefined : `n.${quote(name)}`)
  const rows = { gone: `diff as d where ${goes}`, changed: "diff as n where n._kind = 'changed'", value }
  return cascades(entity) ? [takenClause(entity.cascades ?? [], key, rows)] : []
}

/** The `when` branches of the verdict `v`; the counts are `c`, the affected rows `a`. */
export const heldCascades = (made: typeof reasonSql): string => `
    when 'cascade' then ${made("guard.cascade", { count: "c.gone", removed: "a.removed", changed: "a.changed", tables: "a.places", rules: "a.rules" })}
    when 'unseen' then ${made("guard.cascadeUnseen", { count: "c.gone", tables: "a.unseen", rules: "a.unseen_rules" })}`

/** Reports affected rows as a JSON array of what `made` builds. `reported`: SQL, what the verdict reports already. */
export const takenSql = (made: typeof reasonSql, reported = "null"): string =>
  [
    reasonsWhen(
      `a.removed + a.changed > 0 and ${reported} is distinct from 'cascade'`,
      made("load.cascade", { removed: "a.removed", changed: "a.changed", tables: "a.places", rules: "a.rules" })
    ),
    reasonsWhen("a.further is not null", made("load.cascadeFurther", { tables: "a.further" })),
    reasonsWhen(
      `a.unseen is not null and ${reported} is distinct from 'unseen'`,
      made("load.cascadeUnseen", { tables: "a.unseen", rules: "a.unseen_rules" })
    )
  ].join(" || ")
