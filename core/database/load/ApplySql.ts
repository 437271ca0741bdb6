/**
 * Applies exactly what a plan says about one table, or nothing. If one row is no longer as the plan saw it, the whole
 * statement writes only its audit row.
 *
 * Parameters: $1 run id · $2 rows to insert, $4 rows to delete (JSON arrays of texts, in the order of the columns) · $3
 * updates (JSON: the key's texts, and by column the texts before and after) · $5 rows that PostgreSQL refused before,
 * as rejects · $6 warnings about them (JSON: warnings and reasons).
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../config/Entity.ts"
import { Reason, render } from "../../reason/Reason.ts"
import { noReasons, reasonSql, textSql } from "../../reason/Sql.ts"
import { columnsNamed, keyText } from "../tables/ColumnList.ts"
import { comparable, storedType, updatedColumns } from "../tables/ColumnSql.ts"
import { literal, quote, quoteTable } from "../tables/Identifier.ts"
import { cascades, takenClause, takenSql } from "./CascadeSql.ts"
import { followedClause, followedSql, follows } from "./FollowSql.ts"
import type { RejectedRecord } from "./ReadFacts.ts"
import { differencesSql, firstKeys } from "./WrittenSql.ts"

export type TextRow = ReadonlyArray<string | null>

export interface RowUpdate {
  readonly key: TextRow
  readonly from: Readonly<Record<string, string | null>>
  readonly to: Readonly<Record<string, string | null>>
}

export interface TableChange {
  readonly inserts: ReadonlyArray<TextRow>
  readonly updates: ReadonlyArray<RowUpdate>
  readonly deletes: ReadonlyArray<TextRow>
}

/** Rows of the plan that are left out because PostgreSQL refused them. */
export interface OmittedRows {
  readonly rejects: ReadonlyArray<RejectedRecord>
  readonly warnings: ReadonlyArray<Reason>
}

const ApplyResult = Schema.Struct({
  status: Schema.Literals(["ok", "warning", "failed"]),
  inserted: Schema.Int,
  updated: Schema.Int,
  deleted: Schema.Int,
  error: Schema.NullOr(Schema.String),
  reasons: Schema.Array(Reason),
  noteReasons: Schema.Array(Reason)
})
export type ApplyResult = typeof ApplyResult.Type
export const decodeApplyResults = Schema.decodeUnknownEffect(Schema.Array(ApplyResult))

/** Reports deviations from the plan: `w` are the rows that were not written, `k` those that were not deleted. */
const unlikeSql = (made: typeof reasonSql): string =>
  [differencesSql("load.unwritten", "w", made), differencesSql("load.undeleted", "k", made)].join(" || ")

/** The row whose texts are at `value`, with the types of its columns. */
export const rowSql = ({ columns }: Entity, value: string): string =>
  columns.map((column, at) => `(${value} ->> ${at})::${storedType(column)} as ${quote(column.name)}`).join(", ")

export const keyOfRow = (entity: Entity, value: string): string =>
  columnsNamed(entity, entity.key)
    .map((key, at) => `(${value} ->> ${at})::${storedType(key)} as ${quote(key.name)}`)
    .join(", ")

/** `same("u")` is true if the row of the table `t` has the key of `u`. */
export const sameKey =
  ({ key }: Entity) =>
  (alias: string): string =>
    key.map((name) => `t.${quote(name)} = ${alias}.${quote(name)}`).join(" and ")

/** The assignments of an update; a column that it does not name keeps its value. Empty if all columns are keys. */
export const setsSql = (entity: Entity): ReadonlyArray<string> =>
  updatedColumns(entity).map((column) => {
    const name = literal(column.name)
    return `${quote(column.name)} = case when u.to_values ? ${name} then (u.to_values ->> ${name})::${storedType(column)} else t.${quote(column.name)} end`
  })

const after = (clause: string): string => ` and (select count(*) from ${clause}) >= 0`

/** Deletes, updates, inserts: each waits for the one before, so that a value of the owner's unique index is free. */
export const writeClauses = (entity: Entity, gate: string, stamp: boolean): ReadonlyArray<string> => {
  const table = quoteTable(entity.table)
  const names = entity.columns.map((column) => quote(column.name)).join(", ")
  const [same, sets] = [sameKey(entity), setsSql(entity)]
  const key = (prefix: string) => entity.key.map((name) => prefix + quote(name)).join(", ")
  return [
    `deleted as (delete from ${table} as t using wanted_deletes as d where ${same("d")} and ${gate} returning ${key("t.")})`,
    sets.length === 0
      ? `updated as (select ${key("")} from wanted_updates where false)`
      : `updated as (
  update ${table} as t set ${[...sets, ...(stamp ? ["_changed_at = now()"] : [])].join(", ")} from wanted_updates as u
  where ${same("u")} and ${gate}${after("deleted")} returning ${key("t.")})`,
    `inserted as (insert into ${table} (${names}) select ${names} from wanted_inserts
  where ${gate}${after("deleted")}${after("updated")} returning ${key("")})`
  ]
}

/** The rows of a change; their SQL is given in the order of `changeParameters`. */
export const wantedClauses = (
  entity: Entity,
  [inserts, updates, deletes]: readonly [string, string, string]
): ReadonlyArray<string> => [
  `wanted_inserts as materialized (select ${rowSql(entity, "r.value")} from json_array_elements(${inserts}::json) as r(value))`,
  `wanted_updates as materialized (
  select ${keyOfRow(entity, "(r.value -> 'key')")}, (r.value -> 'from')::jsonb as from_values, (r.value -> 'to')::jsonb as to_values
  from json_array_elements(${updates}::json) as r(value))`,
  `wanted_deletes as materialized (select ${rowSql(entity, "r.value")} from json_array_elements(${deletes}::json) as r(value))`
]

export const changeParameters = ({ deletes, inserts, updates }: TableChange): readonly [string, string, string] => [
  JSON.stringify(inserts),
  JSON.stringify(updates),
  JSON.stringify(deletes)
]

/** The rows that the deletes of `wanted_deletes` affect, once the rest is written. */
const takenByDeletes = (entity: Entity): string => {
  const key = entity.key.map((name) => ({
    held: (alias: string) => `${alias}.${quote(name)}`,
    of: (alias: string) => `${alias}.${quote(name)}`
  }))
  const value = (name: string) => {
    const [column] = columnsNamed(entity, [name])
    if (column === undefined || entity.key.includes(name)) return undefined
    const to = `n.to_values ->> ${literal(name)}`
    return `case when n.to_values ? ${literal(name)} then (${to})::${storedType(column)} else r.${quote(name)} end`
  }
  const rows = { gone: "wanted_deletes as d where true", changed: "wanted_updates as n", value }
  return takenClause(entity.cascades ?? [], key, rows)
}

const followedByUpdates = (entity: Entity): string =>
  followedClause(entity, {
    changed: `wanted_updates as n on ${sameKey(entity)("n")}`,
    value: (name) => {
      const column = updatedColumns(entity).find((one) => one.name === name)
      if (column === undefined) return undefined
      const to = `n.to_values ->> ${literal(name)}`
      return `case when n.to_values ? ${literal(name)} then (${to})::${storedType(column)} else t.${quote(name)} end`
    }
  })

/** Of the audit row `l`, what is answered. */
export const appliedColumns = `l.status, l.inserted, l.updated, l.deleted, l.error, l.reasons, l.note_reasons as "noteReasons"`

const applyStatement = (entity: Entity): string => {
  const table = quoteTable(entity.table)
  const prefixed = (alias: string) => entity.columns.map((column) => comparable(column, alias)).join(", ")
  const same = sameKey(entity)
  const first = quote(entity.key[0])
  const key = entity.key.map(quote).join(", ")
  const differs = entity.columns
    .map(
      (column) =>
        `(u.from_values ? ${literal(column.name)} and t.${quote(column.name)}::text is distinct from u.from_values ->> ${literal(column.name)})`
    )
    .join(" or ")
  const isTaking = cascades(entity)
  // A row that now refers to a deleted row would be deleted too; the plan did not see it, or does not allow it.
  const isRefused = isTaking && entity.guard.cascade === "refuse"
  const isFollowed = follows(entity)
  const taken = (made: typeof reasonSql) =>
    `${isTaking ? takenSql(made) : noReasons}${isFollowed ? ` || ${followedSql(made)}` : ""}`
  const clauses = [
    "run as materialized (select id, connector, entity, account from tributary.sync_log where id = $1 and status = 'running' for update)",
    ...wantedClauses(entity, ["$2", "$3", "$4"]),
    ...(isTaking ? [takenByDeletes(entity)] : []),
    ...(isFollowed ? [followedByUpdates(entity)] : []),
    `stale as materialized (
  select (select count(*) from wanted_inserts as i where exists (select from ${table} as t where ${same("i")}))
    + (select count(*) from wanted_updates as u left join ${table} as t on ${same("u")} where t.${first} is null or ${differs})
    + (select count(*) from wanted_deletes as d left join ${table} as t on ${same("d")}
        where t.${first} is null or (${prefixed("t")}) is distinct from (${prefixed("d")}))${
          isRefused
            ? "\n    + (select a.removed + a.changed + case when a.unseen is null then 0 else 1 end from taken as a)"
            : ""
        } as n)`,
    "fresh as materialized (select from run, stale where stale.n = 0)",
    ...writeClauses(entity, "exists (select from fresh)", true),
    `unwritten as materialized ${firstKeys(
      keyText(entity.key, (name) => `t.${quote(name)}`),
      `from fresh, lateral (select ${key} from wanted_inserts union all select ${key} from wanted_updates) as t
    where not exists (select from inserted as w where ${same("w")}) and not exists (select from updated as w where ${same("w")})`
    )}`,
    `unremoved as materialized ${firstKeys(
      keyText(entity.key, (name) => `t.${quote(name)}`),
      `from fresh, wanted_deletes as t where not exists (select from deleted as w where ${same("w")})`
    )}`,
    `rejects as (
  insert into tributary.sync_reject (run_id, position, key, field, reason, why, value, record)
  select run.id, r.position, r.key, r.field, r.reason, r.why, r.value, r.record
  from run, json_to_recordset($5::json) as r(position integer, key jsonb, field text, reason text, why jsonb, value text, record text)
  where exists (select from fresh))`,
    // The plan came from a newer read: rows that an older one missed may be back. The next sync asks again.
    `superseded as (
  update tributary.pending_delete as p set status = 'superseded', decided_at = now() from run
  where p.connector = run.connector and p.entity = run.entity and p.account is not distinct from run.account
    and p.status = 'open' and exists (select from fresh))`,
    `audit as (
  update tributary.sync_log as l set finished_at = tributary.ended_in_time('infinity', 0),
    status = case when s.n > 0 then 'failed' when k.n + w.n + json_array_length($5::json) > 0 then 'warning' else 'ok' end,
    error = case when s.n > 0 then ${textSql("plan.rows", { count: "s.n" })} end,
    error_reason = case when s.n > 0 then ${reasonSql("plan.rows", { count: "s.n" })} end,
    inserted = (select count(*) from inserted), updated = (select count(*) from updated), deleted = (select count(*) from deleted),
    rejected = case when s.n > 0 then 0 else json_array_length($5::json) end,
    warnings = case when s.n > 0 then '[]' else $6::jsonb -> 'warnings' || ${unlikeSql(textSql)} end,
    reasons = case when s.n > 0 then '[]' else $6::jsonb -> 'reasons' || ${unlikeSql(reasonSql)} end,
    notes = case when s.n > 0 then '[]' else ${taken(textSql)} end, note_reasons = case when s.n > 0 then '[]' else ${taken(reasonSql)} end
  from run, stale as s, unwritten as w, unremoved as k${isTaking ? ", taken as a" : ""} where l.id = run.id
  returning ${appliedColumns})`
  ]
  return `with ${clauses.join(",\n")}\nselect * from audit`
}

/** Applies the change and checks deferred constraints (`ended_in_time`). Empty if another process took the run over. */
export const apply = Effect.fn("ApplySql.apply")(function* (
  entity: Entity,
  runId: bigint,
  change: TableChange,
  { rejects, warnings }: OmittedRows
) {
  const sql = yield* SqlClient.SqlClient
  const parameters = [
    runId,
    ...changeParameters(change),
    JSON.stringify(rejects.map((reject) => ({ ...reject, reason: render(reject.why) }))),
    JSON.stringify({ warnings: warnings.map(render), reasons: warnings })
  ]
  const [applied] = yield* decodeApplyResults(yield* sql.unsafe(applyStatement(entity), parameters))
  return applied
})
