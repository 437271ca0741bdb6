/**
 * Finds the rows of a plan that PostgreSQL refuses, after it refused to write them all because of one. The search is
 * that of a load: rows are staged, written by halves and rolled back.
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../config/Entity.ts"
import { literal, quote, quoteTable } from "../tables/Identifier.ts"
import { keyOfRow, rowSql, sameKey, setsSql, type TableChange } from "./ApplySql.ts"
import { maxRefused } from "./RowRefusals.ts"

const RefusedChange = Schema.Struct({
  /** The position among the updates followed by the inserts, from 1. */
  n: Schema.Int,
  code: Schema.String,
  message: Schema.String,
  detail: Schema.String,
  field: Schema.String,
  rule: Schema.String
})
export type RefusedChange = typeof RefusedChange.Type
const decodeChanges = Schema.decodeUnknownEffect(Schema.Array(RefusedChange))

const removal = (entity: Entity, { deletes }: TableChange): string =>
  `delete from ${quoteTable(entity.table)} as t using (
    select ${rowSql(entity, "r.value")} from json_array_elements(${literal(JSON.stringify(deletes))}::json) as r(value)) as d
  where ${sameKey(entity)("d")}`

const writing = (entity: Entity, staging: string, updates: number): string => {
  const table = quoteTable(entity.table)
  const names = entity.columns.map(({ name }) => quote(name)).join(", ")
  const sets = setsSql(entity)
  const updated = `updated as (update ${table} as t set ${[...sets, "_changed_at = now()"].join(", ")} from (
    select ${keyOfRow(entity, "(value -> 'key')")}, (value -> 'to')::jsonb as to_values from part where n <= ${updates}) as u
  where ${sameKey(entity)("u")} returning 1)`
  return `with part as materialized (select n, value from ${staging} where n between $1 and $2)${sets.length === 0 ? "" : `, ${updated}`}
  insert into ${table} (${names}) select ${names} from (
    select ${rowSql(entity, "value")} from part where n > ${updates}) as i${sets.length === 0 ? "" : " where (select count(*) from updated) >= 0"}`
}

export const findRefused = Effect.fn("RefusedChanges.findRefused")(function* (
  entity: Entity,
  runId: bigint,
  change: TableChange
) {
  const sql = yield* SqlClient.SqlClient
  const staging = `tributary.${quote(`staging_${runId}`)}`
  const { deletes, inserts, updates } = change
  yield* Effect.acquireRelease(sql.unsafe(`create unlogged table ${staging} (n bigint primary key, value json)`), () =>
    Effect.ignore(sql.unsafe(`drop table if exists ${staging}`))
  )
  yield* sql.unsafe(
    `insert into ${staging} select n, value from json_array_elements($1::json) with ordinality as r(value, n)`,
    [JSON.stringify([...updates, ...inserts])]
  )
  const rows = yield* sql.unsafe(
    `select n::integer, code, message, detail, field, rule from tributary.refusals($1, $2, $3::bigint, ${maxRefused}) order by n`,
    [
      deletes.length === 0 ? "select 1" : removal(entity, change),
      writing(entity, staging, updates.length),
      BigInt(updates.length + inserts.length)
    ]
  )
  return yield* decodeChanges(rows)
}, Effect.scoped)
