import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The actor of a mute; earlier mutes have none. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.bot_mute add column actor text`
})
