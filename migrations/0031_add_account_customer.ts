import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The vendor's id of whom the credentials belong to; null until the vendor is asked the next time. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.account add column customer text`
})
