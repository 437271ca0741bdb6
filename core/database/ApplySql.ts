/**
 * Applies what a plan says of one table: exactly that, or nothing. A row that is no longer as the plan saw it makes the
 * whole statement write only its audit row.
 *
 * Parameters: $1 run id · $2 rows to insert, $4 rows to delete (JSON arrays of texts, in the order of the columns)
 * · $3 updates (JSON: the key's texts, and by column the texts before and after).
 */

import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import { Reason } from "../reason/Reason.ts"
import { reasonSql, textSql } from "../reason/Sql.ts"
import { comparable, storedType } from "./ColumnSql.ts"
import { literal, quote, quoteTable } from "./Identifier.ts"
import { firstKeys, keyText, unlike } from "./WrittenSql.ts"

type Texts = ReadonlyArray<string | null>

export interface TableChange {
  readonly inserts: ReadonlyArray<Texts>
  readonly updates: ReadonlyArray<{
    readonly key: Texts
    readonly from: Readonly<Record<string, string | null>>
    readonly to: Readonly<Record<string, string | null>>
  }>
  readonly deletes: ReadonlyArray<Texts>
}

const Applied = Schema.Struct({
  status: Schema.Literals(["ok", "warning", "failed"]),
  inserted: Schema.Int,
  updated: Schema.Int,
  deleted: Schema.Int,
  error: Schema.NullOr(Schema.String),
  reasons: Schema.Array(Reason)
})
export type Applied = typeof Applied.Type
const decodeApplied = Schema.decodeUnknownEffect(Schema.Array(Applied))

/** What was not done as planned; `w` are the rows that were not written, `k` those that were not deleted. */
const unlikeSql = (made: typeof reasonSql): string =>
  [unlike("load.unwritten", "w", made), unlike("load.undeleted", "k", made)].join(" || ")

const applyStatement = (entity: Entity): string => {
  const table = quoteTable(entity.table)
  const keys = entity.columns.filter((column) => entity.key.includes(column.name))
  const names = entity.columns.map((column) => quote(column.name)).join(", ")
  const prefixed = (alias: string) => entity.columns.map((column) => comparable(column, alias)).join(", ")
  const row = entity.columns
    .map((column, at) => `(r.value ->> ${at})::${storedType(column)} as ${quote(column.name)}`)
    .join(", ")
  const same = (alias: string) => keys.map((key) => `t.${quote(key.name)} = ${alias}.${quote(key.name)}`).join(" and ")
  const key = (prefix: string) => keys.map(({ name }) => prefix + quote(name)).join(", ")
  const updatedKey = keys
    .map((key, at) => `(r.value -> 'key' ->> ${at})::${storedType(key)} as ${quote(key.name)}`)
    .join(", ")
  const differs = entity.columns
    .map(
      (column) =>
        `(u.from_values ? ${literal(column.name)} and t.${quote(column.name)}::text is distinct from u.from_values ->> ${literal(column.name)})`
    )
    .join(" or ")
  const sets = entity.columns
    .filter((column) => !entity.key.includes(column.name))
    .map((column) => {
      const name = literal(column.name)
      return `${quote(column.name)} = case when u.to_values ? ${name} then (u.to_values ->> ${name})::${storedType(column)} else t.${quote(column.name)} end`
    })
  return `with run as materialized (select id, connector, entity, account from tributary.sync_log where id = $1 and status = 'running' for update),
wanted_inserts as materialized (select ${row} from json_array_elements($2::json) as r(value)),
wanted_updates as materialized (
  select ${updatedKey}, (r.value -> 'from')::jsonb as from_values, (r.value -> 'to')::jsonb as to_values
  from json_array_elements($3::json) as r(value)),
wanted_deletes as materialized (select ${row} from json_array_elements($4::json) as r(value)),
stale as materialized (
  select (select count(*) from wanted_inserts as i where exists (select from ${table} as t where ${same("i")}))
    + (select count(*) from wanted_updates as u left join ${table} as t on ${same("u")} where t.${quote(entity.key[0])} is null or ${differs})
    + (select count(*) from wanted_deletes as d left join ${table} as t on ${same("d")}
        where t.${quote(entity.key[0])} is null or (${prefixed("t")}) is distinct from (${prefixed("d")})) as n),
fresh as materialized (select from run, stale where stale.n = 0),
inserted as (insert into ${table} (${names}) select ${names} from wanted_inserts where exists (select from fresh) returning ${key("")}),
${
  sets.length === 0
    ? `updated as (select ${key("")} from wanted_updates where false)`
    : `updated as (
  update ${table} as t set ${sets.join(", ")}, _changed_at = now() from wanted_updates as u
  where ${same("u")} and exists (select from fresh) returning ${key("t.")})`
},
deleted as (delete from ${table} as t using wanted_deletes as d where ${same("d")} and exists (select from fresh) returning ${key("t.")}),
unwritten as materialized ${firstKeys(
    keyText(entity.key, (name) => `t.${quote(name)}`),
    `from fresh, lateral (select ${key("")} from wanted_inserts union all select ${key("")} from wanted_updates) as t
    where not exists (select from inserted as w where ${same("w")}) and not exists (select from updated as w where ${same("w")})`
  )},
unremoved as materialized ${firstKeys(
    keyText(entity.key, (name) => `t.${quote(name)}`),
    `from fresh, wanted_deletes as t where not exists (select from deleted as w where ${same("w")})`
  )},
-- The plan was made of a newer read: what an older one missed may be there again. The next sync asks anew.
superseded as (
  update tributary.pending_delete as p set status = 'superseded', decided_at = now() from run
  where p.connector = run.connector and p.entity = run.entity and p.account is not distinct from run.account
    and p.status = 'open' and exists (select from fresh)),
audit as (
  update tributary.sync_log as l set finished_at = clock_timestamp(),
    status = case when s.n > 0 then 'failed' when k.n + w.n > 0 then 'warning' else 'ok' end,
    warnings = ${unlikeSql(textSql)}, reasons = ${unlikeSql(reasonSql)},
    error = case when s.n > 0 then ${textSql("plan.rows", { count: "s.n" })} end,
    error_reason = case when s.n > 0 then ${reasonSql("plan.rows", { count: "s.n" })} end,
    inserted = (select count(*) from inserted), updated = (select count(*) from updated), deleted = (select count(*) from deleted)
  from run, stale as s, unwritten as w, unremoved as k where l.id = run.id
  returning l.status, l.inserted, l.updated, l.deleted, l.error, l.error_reason, l.reasons)
select * from audit`
}

/** Nothing when the run was taken over by another process. */
export const apply = Effect.fn("ApplySql.apply")(function* (entity: Entity, runId: bigint, change: TableChange) {
  const sql = yield* SqlClient.SqlClient
  const parameters = [runId, ...[change.inserts, change.updates, change.deletes].map((part) => JSON.stringify(part))]
  const [applied] = yield* decodeApplied(yield* sql.unsafe(applyStatement(entity), parameters))
  return applied
})
