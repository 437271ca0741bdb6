import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // A role without CREATE on the database may not even ask for a schema that exists.
  yield* sql`do $schema$ begin if to_regnamespace('tributary') is null then create schema tributary; end if; end $schema$`
  yield* sql`
    create table tributary.sync_log (
      id bigint generated always as identity primary key,
      connector text not null,
      entity text not null,
      account text,
      trigger text not null,
      actor text,
      status text not null check (status in ('running', 'ok', 'warning', 'failed', 'skipped')),
      started_at timestamptz not null default now(),
      finished_at timestamptz,
      fetched integer not null default 0,
      inserted integer not null default 0,
      updated integer not null default 0,
      unchanged integer not null default 0,
      deleted integer not null default 0,
      rejected integer not null default 0,
      requests integer not null default 0,
      bytes bigint not null default 0,
      warnings jsonb not null default '[]',
      error text,
      config_hash text
    )`
  yield* sql`create index sync_log_entity on tributary.sync_log (connector, entity, id desc)`
  yield* sql`create index sync_log_running on tributary.sync_log (connector, entity) where status = 'running'`
  yield* sql`
    create table tributary.sync_reject (
      run_id bigint not null references tributary.sync_log (id) on delete cascade,
      position integer not null,
      key jsonb,
      field text,
      reason text not null,
      value text,
      created_at timestamptz not null default now()
    )`
  yield* sql`create index sync_reject_run on tributary.sync_reject (run_id)`
  yield* sql`
    create table tributary.sync_cursor (
      connector text not null,
      entity text not null,
      account text not null default '',
      value text not null,
      updated_at timestamptz not null default now(),
      primary key (connector, entity, account)
    )`
  yield* sql`
    create table tributary.pending_delete (
      id bigint generated always as identity primary key,
      run_id bigint not null references tributary.sync_log (id) on delete cascade,
      connector text not null,
      entity text not null,
      account text,
      table_name text not null,
      key_columns jsonb not null,
      reason text not null,
      rows jsonb not null,
      total integer not null,
      status text not null default 'open' check (status in ('open', 'applied', 'dropped', 'superseded')),
      created_at timestamptz not null default now(),
      decided_at timestamptz,
      decided_by text,
      deleted integer
    )`
  yield* sql`create index pending_delete_open on tributary.pending_delete (connector, entity) where status = 'open'`
})
