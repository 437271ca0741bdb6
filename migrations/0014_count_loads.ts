import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** How many statements have loaded rows of a run: one, and before it one for each checkpoint. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.sync_log add column loads integer not null default 0`
})
