import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Which fields the records of a target had, so that what changes is told once: `seen` all names (null: too many to be
 * fields), `absent` declared columns whose field was in no record, and of those what is new since the first whole read:
 * `appeared` undeclared names and `vanished` columns, each with its time. Good only for the same request (`source`).
 */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.source_fields (
      connector text not null,
      entity text not null,
      account text not null default '',
      source text not null,
      seen jsonb,
      absent jsonb not null,
      appeared jsonb not null,
      vanished jsonb not null,
      updated_at timestamptz not null default now(),
      primary key (connector, entity, account)
    )`
})
