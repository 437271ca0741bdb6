import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** What was asked last by a run that failed or did not read everything. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.sync_log add column last_requests jsonb not null default '[]'`
})
