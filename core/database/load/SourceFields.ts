/** The fields of a target's records at the last read; stored by the load statement of its runs. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type RunTarget, targetColumns } from "../../config/RunTarget.ts"
import { decodeOwn } from "../audit/DecodeRows.ts"

/** The time of the first report by name, ISO 8601. */
const Since = Schema.Record(Schema.String, Schema.String)

export const KnownFields = Schema.Struct({
  /** A fingerprint of the request: another request's fields are not news about this one. */
  source: Schema.String,
  /** The names as in `from`; null if there are too many to be fields. */
  seen: Schema.NullOr(Schema.Array(Schema.String)),
  /** Columns whose field was in no record. */
  absent: Schema.Array(Schema.String),
  /** Undeclared fields reported as new, while they are present. */
  appeared: Since,
  /** Columns reported as absent, while they are. */
  vanished: Since
})
export type KnownFields = typeof KnownFields.Type

const columns = ["source", "seen", "absent", "appeared", "vanished"] as const

/** The known fields of the target that `row` names by connector, entity and account: a JSON object, or null. */
export const knownFieldsSql = (row: string): string =>
  `(select jsonb_build_object(${columns.map((name) => `'${name}', f.${name}`).join(", ")}) from tributary.source_fields as f
    where f.connector = ${row}.connector and f.entity = ${row}.entity and f.account = coalesce(${row}.account, ''))`

const decodeKnown = decodeOwn(Schema.Struct({ fields: Schema.NullOr(KnownFields) }))

/** The known fields of a target, outside of a run. */
export const readKnown = Effect.fn("SourceFields.readKnown")(function* (target: RunTarget) {
  const sql = yield* SqlClient.SqlClient
  const { account, connector, entity } = targetColumns(target)
  const [row] = yield* decodeKnown(
    yield* sql`select ${sql.literal(knownFieldsSql("w"))} as fields
      from (select ${connector}::text as connector, ${entity}::text as entity, ${account}::text as account) as w`
  )
  return row?.fields ?? null
})

/** Stores `fields` of the load's facts. */
export const fieldsClause = (act: string): string => `fields as (
  insert into tributary.source_fields (connector, entity, account, ${columns.join(", ")})
  select run.connector, run.entity, coalesce(run.account, ''), ${columns.map((name) => `n.${name}`).join(", ")}
  from ${act} as run, json_to_record($2::json -> 'fields') as n(source text, seen jsonb, absent jsonb, appeared jsonb, vanished jsonb)
  on conflict (connector, entity, account) do update set ${columns.map((name) => `${name} = excluded.${name}`).join(", ")}, updated_at = now())`
