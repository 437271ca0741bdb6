import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * `guard.confirm: next`: the keys of rows that the last whole run of a target missed, if they were not deleted. Good only
 * for that declaration and that table, and as long as no other run of the target came after `run_id`.
 */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.missed_rows (
      connector text not null,
      entity text not null,
      account text not null default '',
      table_name text not null,
      table_oid oid not null,
      declaration text not null,
      run_id bigint not null,
      rows jsonb not null,
      updated_at timestamptz not null default now(),
      primary key (connector, entity, account)
    )`
})
