/** The rejected records of an entity, and statements that prepare its table. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"

export const rejects = Effect.fnUntraced(function* ({ name }: Entity) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ position: number; key: Record<string, string> | null; field: string | null; reason: string }>`
    select r.position, r.key, r.field, r.reason, r.record from tributary.sync_reject as r
    where r.run_id = (select max(id) from tributary.sync_log where entity = ${name}) order by r.position`
})

export const make = (statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, unknown>>(statement))
