import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** For the runs of the last days: otherwise every look at them reads the audit as a whole. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`create index sync_log_started on tributary.sync_log (started_at)`
})
