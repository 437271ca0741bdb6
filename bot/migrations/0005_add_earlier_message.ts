import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The message that a waiting one edits or replaces. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    alter table tributary.bot_outbox add column earlier_id bigint, add column anew boolean not null default false`
})
