import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * A cursor is of one part of a read (a parent of `forEach`; '' where there is one request), of one declaration and of
 * one table. Cursors from before know neither of the last two and go on: the next read that is whole tells them.
 */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    alter table tributary.sync_cursor
      add column part text not null default '',
      add column declaration text,
      add column table_name text,
      add column table_oid oid,
      add column read_at timestamptz not null default now(),
      drop constraint sync_cursor_pkey,
      add primary key (connector, entity, account, part)`
  yield* sql`update tributary.sync_cursor set read_at = updated_at`
})
