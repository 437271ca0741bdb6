/** Which fields the records of a target had when they were last read; kept by the load statement of its runs. */
import { Schema } from "effect"

/** Names by when they were first told of, ISO 8601. */
const Since = Schema.Record(Schema.String, Schema.String)

export const KnownFields = Schema.Struct({
  /** A fingerprint of the request: what another one brings is no news of this. */
  source: Schema.String,
  /** As `from` would name them; null: too many to be fields. */
  seen: Schema.NullOr(Schema.Array(Schema.String)),
  /** Columns whose field was in no record. */
  absent: Schema.Array(Schema.String),
  /** Undeclared fields that were told as new, as long as they come. */
  appeared: Since,
  /** Columns that were told as absent, as long as they are. */
  vanished: Since
})
export type KnownFields = typeof KnownFields.Type

const columns = ["source", "seen", "absent", "appeared", "vanished"] as const

/** Of the target that `row` names by connector, entity and account: a JSON object, or null. */
export const knownFieldsSql = (row: string): string =>
  `(select jsonb_build_object(${columns.map((name) => `'${name}', f.${name}`).join(", ")}) from tributary.source_fields as f
    where f.connector = ${row}.connector and f.entity = ${row}.entity and f.account = coalesce(${row}.account, ''))`

/** Keeps what the facts of a load say under `fields`. */
export const fieldsClause = (act: string): string => `fields as (
  insert into tributary.source_fields (connector, entity, account, ${columns.join(", ")})
  select run.connector, run.entity, coalesce(run.account, ''), ${columns.map((name) => `n.${name}`).join(", ")}
  from ${act} as run, json_to_record($2::json -> 'fields') as n(source text, seen jsonb, absent jsonb, appeared jsonb, vanished jsonb)
  on conflict (connector, entity, account) do update set ${columns.map((name) => `${name} = excluded.${name}`).join(", ")}, updated_at = now())`
