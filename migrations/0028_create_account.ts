import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.account (
      -- Made by the daemon, because the credentials are sealed for it before the row is written.
      id uuid primary key,
      connector text not null,
      owner text not null,
      name text not null,
      status text not null check (status in ('active', 'paused', 'invalid')),
      -- Why it is invalid, as a reason.
      reason jsonb,
      -- What the vendor says about whom the credentials belong to.
      belongs_to text not null,
      sealed bytea not null,
      -- The id of the master key, never the key.
      sealed_by text not null,
      -- Counts the credentials that were stored, so that none replaces newer ones.
      generation bigint not null default 1,
      expires_at timestamptz,
      refreshed_at timestamptz,
      -- Since when the vendor is being asked for the next credentials; null: it is not.
      refresh_asked_at timestamptz,
      last_used_at timestamptz,
      created_at timestamptz not null,
      created_by text,
      unique (connector, owner, name)
    )`
  // No foreign key: what happened to an account outlives it.
  yield* sql`
    create table tributary.account_event (
      id bigint generated always as identity primary key,
      account uuid not null,
      connector text not null,
      owner text not null,
      name text not null,
      event text not null,
      reason jsonb,
      trigger text not null,
      actor text,
      at timestamptz not null
    )`
  yield* sql`create index account_event_account on tributary.account_event (account, id desc)`
})
