import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** What `reason` says, as data; null in rows of before. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.sync_reject add column why jsonb`
})
