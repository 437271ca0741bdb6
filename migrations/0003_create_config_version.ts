import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.config_version (
      id bigint generated always as identity primary key,
      hash text,
      loaded_at timestamptz not null,
      trigger text not null,
      actor text,
      status text not null check (status in ('ok', 'unchanged', 'invalid', 'failed')),
      diff jsonb,
      diagnostics jsonb not null default '[]',
      error text,
      -- The text of every file; null: as in the last row that has them.
      files jsonb
    )`
})
