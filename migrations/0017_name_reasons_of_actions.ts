import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** An entry has three texts that come at different times, so their reasons go by name: `what`, `error`, `detail`. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.action_log alter column reasons set default '{}'`
  yield* sql`update tributary.action_log set reasons = '{}'`
})
