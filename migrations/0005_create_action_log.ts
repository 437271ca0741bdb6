import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.action_log (
      id bigint generated always as identity primary key,
      action text not null,
      -- Whoever inserts it sends; it is kept for ever, because a key that is forgotten could be sent again.
      key text not null unique,
      -- Of the last attempt: only the one who made it may say how it ended.
      attempt uuid not null,
      attempts integer not null default 1,
      what text not null,
      status text not null check (status in ('sending', 'done', 'failed', 'unknown')),
      trigger text not null,
      actor text,
      request jsonb not null,
      response jsonb,
      error text,
      detail text,
      resolved_by text,
      created_at timestamptz not null,
      finished_at timestamptz
    )`
  yield* sql`create index action_log_action on tributary.action_log (action, id desc)`
  yield* sql`create index action_log_open on tributary.action_log (status, id desc) where status <> 'done'`
})
