import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Who muted; earlier mutes have no actor. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.bot_mute add column actor text`
})
