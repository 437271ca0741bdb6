/**
 * `guard.confirm: next`: rows that a whole run misses are remembered, and deleted by the next run if that misses them
 * too. Only rows that the guard allows to be deleted are remembered or deleted. A row that any read sees, whole or not,
 * is forgotten. A run that proves nothing (a partial or held one) forgets nothing else and adds nothing.
 */
import { accountColumn } from "../../config/AccountEntity.ts"
import type { Column } from "../../config/Column.ts"
import { hasTombstones } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { columnsNamed, equalColumns, list } from "../tables/ColumnList.ts"
import { declaredSql, storedType } from "../tables/ColumnSql.ts"
import { literal, quote, quoteTable } from "../tables/Identifier.ts"

const isOld = (keys: ReadonlyArray<Column>, alias: string): string =>
  keys.map((key, index) => `${alias}.${quote(key.name)} = d._old_${index}`).join(" and ")

/** Whether the previous run also missed the row of `diff as d`. */
export const missedBefore = (entity: Entity): string =>
  `exists (select from missed as m where ${isOld(columnsNamed(entity, entity.key), "m")})`

/** Whether this run deletes the row of `diff as d`, if the guard allows it. */
export const goneNow = (entity: Entity, misses: string | undefined): string =>
  `d._kind = 'gone'${misses === undefined ? "" : ` and (${hasTombstones(entity) ? "d._tombstone or " : ""}${missedBefore(entity)})`}`

/** The owner for `missedClause` outside of a run. */
export const ownerSql = ({ account, columns, connector, name }: Entity): string => {
  const id = columns.find((column) => account !== undefined && column.name === accountColumn)
  return `(select null::bigint as id, ${literal(connector)} as connector, ${literal(name)} as entity, ${id === undefined ? "null" : declaredSql(id)}::text as account)`
}

/**
 * The rows that the previous run missed and that are still in the table. `owner` is the target, as a relation with the
 * columns id, connector, entity and account; in a plan the id is null.
 */
export const missedClause = (entity: Entity, declaration: string, owner: string): string => {
  const keys = columnsNamed(entity, entity.key)
  const table = quoteTable(entity.table)
  return `missed as materialized (
  select ${list(keys.map(({ name }) => `t.${quote(name)}`))}
  from ${owner} as o join tributary.missed_rows as r
    on r.connector = o.connector and r.entity = o.entity and r.account = coalesce(o.account, ''),
    jsonb_to_recordset(r.rows) as g(${list(keys.map((key) => `${quote(key.name)} ${storedType(key)}`))}),
    ${table} as t
  where r.declaration = ${literal(declaration)} and r.table_oid = ${literal(table)}::regclass::oid and ${equalColumns(keys, "t", "g")}
    and not exists (select from tributary.sync_log as l
      where l.connector = o.connector and l.entity = o.entity and l.account is not distinct from o.account
        and l.id > r.run_id and l.id is distinct from o.id and l.status in ('ok', 'warning') and l.config_hash is not null))`
}

/** Whether the row is missed for the first time. */
const isNews = (entity: Entity): string =>
  `d._kind = 'gone'${hasTombstones(entity) ? " and not d._tombstone" : ""} and v.held is null and not ${missedBefore(entity)}`

/** Counts the rows missed for the first time, which are deleted if the next run misses them too. */
export const waitingClause = (entity: Entity): string => `waiting as materialized (
  select count(*) as n from diff as d, verdict as v
  where ${isNews(entity)})`

export const waitingSql = (made: typeof reasonSql): string =>
  reasonsWhen("w.n > 0", made("confirm.next", { count: "w.n" }))

/** Stores the missed rows for the next run. */
export const rememberClauses = (entity: Entity, declaration: string, gone: string): ReadonlyArray<string> => {
  const keys = columnsNamed(entity, entity.key)
  const goes = "d._kind = 'gone' and v.held is null"
  return [
    `missing as materialized (
  select jsonb_agg(r.row) as rows from (
    select jsonb_build_object(${list(keys.map(({ name }) => `${literal(name)}, m.${quote(name)}`))}) as row from missed as m
    where not exists (select from incoming as i where ${equalColumns(keys, "i", "m")})
      and not exists (select from kept as k where ${equalColumns(keys, "k", "m")})${
        hasTombstones(entity) ? ` and not exists (select from departed as e where ${equalColumns(keys, "e", "m")})` : ""
      }
      and not exists (select from diff as d, verdict as v where ${goes} and ${isOld(keys, "m")})
    union all
    select jsonb_build_object(${gone}) from diff as d, verdict as v where ${isNews(entity)}) as r)`,
    `remembered as (
  insert into tributary.missed_rows (connector, entity, account, table_name, table_oid, declaration, run_id, rows)
  select run.connector, run.entity, coalesce(run.account, ''), ${literal(`${entity.table.schema}.${entity.table.name}`)},
    ${literal(quoteTable(entity.table))}::regclass::oid, ${literal(declaration)}, run.id, n.rows
  from run, missing as n where n.rows is not null
  on conflict (connector, entity, account) do update set table_name = excluded.table_name, table_oid = excluded.table_oid,
    declaration = excluded.declaration, run_id = excluded.run_id, rows = excluded.rows, updated_at = now())`,
    `no_longer_missed as (
  delete from tributary.missed_rows as r using run, missing as n
  where n.rows is null and r.connector = run.connector and r.entity = run.entity and r.account = coalesce(run.account, ''))`
  ]
}

/** Reports the rows that the first read missed and the second found, as a JSON array. */
export const slidSql = (entity: Entity, made: typeof reasonSql): string => {
  // What the source says is gone was not looked for.
  const gone = hasTombstones(entity) ? "c.missing" : "c.gone"
  return reasonsWhen(`f.missed > ${gone}`, made("confirm.slid", { count: `(f.missed - ${gone})` }))
}
