import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The reason of `detail`, as data. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.iiko_writeoff add column detail_reason jsonb`
})
