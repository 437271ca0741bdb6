import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Rows to be erased after a while are found without reading those that stay. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`create index sync_reject_created on tributary.sync_reject (created_at)`
  yield* sql`create index sync_log_requests on tributary.sync_log (started_at) where last_requests <> '[]'`
})
