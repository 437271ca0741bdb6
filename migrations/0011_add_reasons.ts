import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Reasons as data beside their sentences: of `warnings`, `detail` and `reason` one each, in the same order. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.sync_log
    add column reasons jsonb not null default '[]', add column error_reason jsonb`
  yield* sql`alter table tributary.pending_delete add column reasons jsonb not null default '[]'`
  yield* sql`alter table tributary.job_run add column reasons jsonb not null default '[]'`
  yield* sql`alter table tributary.action_log add column reasons jsonb not null default '[]'`
  yield* sql`alter table tributary.config_version add column reasons jsonb not null default '[]'`
})
