/**
 * Contents that one batch holds of a key beside its last one: the key was read more than once, and its record changed
 * meanwhile. The table gets the last content, and its triggers make that a version; these clauses keep those before it.
 */
import type { Entity } from "../../config/Entity.ts"
import { readAtColumn } from "../../config/VersionedEntity.ts"
import { columnsNamed, equalColumns, list, names } from "../tables/ColumnList.ts"
import { quote, quoteTable } from "../tables/Identifier.ts"
import { contentSql, tick } from "../tables/VersionsTable.ts"
import { keepsReplaced, ownRows, writtenValue } from "./DiffSql.ts"
import { knownAt } from "./LateSql.ts"
import type { LoadForm } from "./LoadForm.ts"

const readAt = quote(readAtColumn)

/** After `came` and `incoming`. */
export const replacedClauses = ({ act, entity, variant }: LoadForm): ReadonlyArray<string> => {
  const { versions } = entity
  if (versions === undefined || !keepsReplaced(entity, variant)) return []
  const kept = quoteTable(versions)
  const keys = columnsNamed(entity, entity.key)
  const replaced = keys.map((_, at) => `r._old_${at}`)
  const order = `partition by ${list(replaced)} order by r._nth`
  const isOf = keys.map(({ name }, at) => `v.${quote(name)} = r._old_${at}`).join(" and ")
  return [
    replacedClause(entity, { act, variant }, kept),
    `ended as (
  update ${kept} as v set valid_to = r._from
  from (select distinct on (${list(replaced)}) r.* from replaced as r order by ${list(replaced)}, r._nth) as r
  where v.valid_to is null and ${isOf} returning 1)`,
    `begun as (
  insert into ${kept} (${names(keys)}, valid_from, valid_to, content)
  select ${list(replaced)}, r._from, lead(r._from) over (${order}), r._content
  from replaced as r where (select count(*) from ended) >= 0)`
  ]
}

/** The contents of keys that came more than once, in their order, each unlike the one before it. */
const replacedClause = (entity: Entity, { act, variant }: Pick<LoadForm, "act" | "variant">, kept: string): string => {
  const keys = columnsNamed(entity, entity.key)
  const table = ownRows(entity, quoteTable(entity.table), columnsNamed(entity, variant.within))
  const key = names(keys, "i.")
  const content = contentSql(entity, writtenValue(entity, variant))
  const inOrder = `order by i.${readAt} nulls first, abs(i._n)`
  const several = `(select ${names(keys)} from came group by ${names(keys)} having count(*) > 1)`
  const old = list(keys.map((_, at) => `r._old_${at}`))
  const own = `partition by ${old} order by r._nth`
  return `replaced as materialized (
  select ${old}, r._content, r._nth, max(r._from - r._nth * ${tick}) over (${own}) + r._nth * ${tick} as _from
  from (
    select ${old}, r._from, r._content, row_number() over (${own}) as _nth from (
      select ${list(keys.map(({ name }, at) => `i.${quote(name)} as _old_${at}`))}, greatest(coalesce(i.${readAt}, now()), v.valid_from + ${tick}) as _from,
        ${content} as _content, lag(${content}, 1, v.content) over (partition by ${key} ${inOrder}) as _before,
        row_number() over (partition by ${key} ${inOrder}) as _nth
      from came as i join ${several} as s on ${equalColumns(keys, "s", "i")}
        left join ${table} as t on ${equalColumns(keys, "i", "t")}
        left join ${kept} as v on v.valid_to is null and ${equalColumns(keys, "i", "v")}${variant.absent.length === 0 ? "" : " cross join keeps as k"}
      where exists (select from ${act}) and exists (select from incoming as w where ${equalColumns(keys, "w", "i")})
        and coalesce(i.${readAt} >= ${knownAt("t")}, true)) as r
    where r._content is not null and r._content is distinct from r._before) as r)`
}
