import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // One for all connectors of this type: numbers of one database never repeat.
  yield* sql`create sequence tributary.iiko_document_number`
  yield* sql`
    create table tributary.iiko_writeoff (
      id bigint generated always as identity primary key,
      connector text not null,
      status text not null check (
        status in ('draft', 'waiting', 'sending', 'sent', 'failed', 'unknown', 'rejected', 'cancelled', 'expired')
      ),
      -- Given when it is submitted and kept for ever: what was sent under it is never sent again.
      number text unique,
      author text not null,
      author_name text not null,
      department_id uuid not null,
      store_id uuid not null,
      store_name text not null,
      store_kind text not null check (store_kind in ('bar', 'kitchen', 'other')),
      account_id uuid,
      account_name text,
      reason text not null default '',
      items jsonb not null default '[]',
      submitted_items jsonb,
      locked_by text,
      locked_until timestamptz,
      corrected_by text,
      decided_by text,
      decided_at timestamptz,
      rejection text,
      detail text,
      created_at timestamptz not null,
      changed_at timestamptz not null,
      submitted_at timestamptz
    )`
  yield* sql`create index iiko_writeoff_author on tributary.iiko_writeoff (connector, author, id desc)`
  yield* sql`
    create index iiko_writeoff_open on tributary.iiko_writeoff (connector, status)
    where status in ('draft', 'waiting', 'sending', 'unknown')`
})
