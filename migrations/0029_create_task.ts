import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.task (
      -- Made by the daemon, because what is secret in a task is sealed for it.
      id uuid primary key,
      kind text not null,
      connector text not null,
      -- Null: the task makes the account, which is named by owner and name.
      account uuid,
      owner text,
      name text,
      state text not null check (state in ('running', 'done', 'failed', 'stopped')),
      -- A device code is as secret as the credentials it becomes. Destroyed when the task ends.
      sealed bytea,
      sealed_by text,
      progress jsonb not null default '{}',
      result jsonb,
      reason jsonb,
      created_by text,
      trigger text not null,
      created_at timestamptz not null,
      finished_at timestamptz,
      -- Who stopped it.
      finished_by text,
      check ((state = 'running') = (finished_at is null)),
      check (state = 'running' or sealed is null)
    )`
  yield* sql`create index task_running on tributary.task (kind, connector) where state = 'running'`
  yield* sql`create index task_created on tributary.task (connector, created_at desc)`
})
