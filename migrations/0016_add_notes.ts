import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Remarks on a run that are no warnings; as data beside it, as `warnings` and `reasons` are. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.sync_log
    add column notes jsonb not null default '[]', add column note_reasons jsonb not null default '[]'`
})
