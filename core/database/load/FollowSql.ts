/**
 * Counts the rows of other tables that change with an update: they refer to a value outside the key, by foreign keys with
 * `on update cascade`, `set null` or `set default`. The owner asked for that, so the run only reports it.
 */
import type { Cascade, Entity } from "../../config/Entity.ts"
import { type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { literal, quote } from "../tables/Identifier.ts"

export const follows = ({ follows = [] }: Entity): boolean => follows.length > 0

interface ChangedRows {
  /** SQL that joins the table `t` with its rows `n` as they will be. */
  readonly changed: string
  /** The new value of a column as SQL; undefined if it does not change. */
  readonly value: (name: string) => string | undefined
}

const following = (
  entity: Entity,
  { columns, referred, referring }: Cascade,
  { changed, value }: ChangedRows
): string => {
  const refers = columns.map(([to, from]) => `r.${quote(from)} = t.${quote(to)}`).join(" and ")
  const loose = new Set(entity.columns.flatMap((column) => (column.loose === true ? [column.name] : [])))
  const exact = (name: string, sql: string) => (loose.has(name) ? `(${sql})::text collate "C"` : sql)
  const held = columns.map(([to]) => exact(to, `t.${quote(to)}`)).join(", ")
  const next = columns.map(([to]) => exact(to, value(to) ?? `t.${quote(to)}`)).join(", ")
  return `(select count(*) from ${referring} as r where exists (
      select from ${referred} as t join ${changed} where ${refers} and (${held}) is distinct from (${next})))`
}

/** Adds a clause with one row: how many rows change, in which tables, by which foreign keys. */
export const followedClause = (entity: Entity, rows: ChangedRows): string => {
  const { follows: all = [] } = entity
  const each = all.map(
    (one) => `select ${literal(one.table)} as place, ${literal(one.rule)} as rule, ${following(entity, one, rows)} as n`
  )
  const listOf = (name: string) => `string_agg(distinct x.${name}, ', ') filter (where x.n > 0)`
  return `followed as materialized (
  select coalesce(sum(x.n), 0)::bigint as n, ${listOf("place")} as places, ${listOf("rule")} as rules
  from (${each.join("\n    union all ")}) as x)`
}

/** The same for the changed rows of `diff`. */
export const followedByDiff = (entity: Entity): string => {
  const isKey = entity.key.map((name, at) => `t.${quote(name)} = n._old_${at}`).join(" and ")
  return followedClause(entity, {
    changed: `diff as n on n._kind = 'changed' and ${isKey}`,
    value: (name) => (entity.columns.some((column) => column.name === name) ? `n.${quote(name)}` : undefined)
  })
}

/** As a JSON array of what `made` builds. */
export const followedSql = (made: typeof reasonSql): string =>
  `(select ${reasonsWhen("o.n > 0", made("load.followed", { count: "o.n", tables: "o.places", rules: "o.rules" }))} from followed as o)`
