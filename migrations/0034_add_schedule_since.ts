import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Since when a schedule of an account fires: since it was switched on, or the account was active again. Null: since it was made. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.schedule add column since timestamptz`
})
