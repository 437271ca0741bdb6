import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** For systems in which something that is not there after a while was certainly not applied. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    alter table tributary.action_log
      -- When the last attempt ended without an outcome.
      add column unknown_since timestamptz,
      -- When it was first looked for in vain after the system had settled.
      add column absent_at timestamptz`
})
