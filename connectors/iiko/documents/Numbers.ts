/** Numbers for documents, from a sequence: a gap is no harm, a repetition would be. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { sqlReason } from "../../../core/database/SqlReason.ts"
import { ActionFailed } from "../../../core/plugin/Action.ts"
import { iiko } from "../reasons.ts"

/** As SQL, for statements that give a number to a row of their own. */
export const nextNumber = (prefix: string) =>
  Effect.map(
    SqlClient.SqlClient,
    (sql) => sql`${prefix} || lpad(nextval('tributary.iiko_document_number')::text, 6, '0')`
  )

export const draw = Effect.fn("Iiko.drawNumber")(function* (prefix: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ number: string }>`select ${yield* nextNumber(prefix)} as number`.pipe(
    Effect.mapError((error) => new ActionFailed({ reason: iiko("iiko.noNumber", { why: sqlReason(error) }) }))
  )
  return (yield* Effect.orDie(Effect.fromNullishOr(row))).number
})
