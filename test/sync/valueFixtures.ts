/** The rejected records of an entity, and records with names. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export const rejects = Effect.fnUntraced(function* (name: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ key: { id: string } | null; field: string; reason: string; value: string | null }>`
    select r.key, r.field, r.reason, r.value from tributary.sync_reject as r join tributary.sync_log as l on l.id = r.run_id
    where l.entity = ${name} order by r.position`
})
