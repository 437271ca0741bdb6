import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Who muted; mutes of before have nobody. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.bot_mute add column actor text`
})
