import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Topics of groups; and when an undeliverable message was given up. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.bot_message add column topic bigint`
  yield* sql`alter table tributary.bot_outbox add column topic bigint, add column given_up_at timestamptz`
})
