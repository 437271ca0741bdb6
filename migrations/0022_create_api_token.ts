import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.api_token (
      id bigint generated always as identity primary key,
      name text not null,
      -- SHA-256 of the token, which is random; the token itself is nowhere.
      hash bytea not null unique,
      scopes text[] not null check (scopes <@ array['read', 'operate', 'accounts'] and cardinality(scopes) > 0),
      created_at timestamptz not null default now(),
      created_by text not null,
      revoked_at timestamptz,
      revoked_by text
    )`
  yield* sql`create unique index api_token_name on tributary.api_token (name) where revoked_at is null`
  // Signed out before their time; a session's cookie is good by its signature otherwise.
  yield* sql`create table tributary.ended_session (id text primary key, until timestamptz not null)`
})
