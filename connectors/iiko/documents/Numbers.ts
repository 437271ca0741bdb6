/** Document numbers from a sequence: a gap is harmless, a repetition is not. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { ActionFailed, sqlReason } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"

/** As SQL, for statements that number a row of their own. */
export const nextNumber = (prefix: string) =>
  Effect.map(
    SqlClient.SqlClient,
    (sql) => sql`${prefix} || lpad(nextval('tributary.iiko_document_number')::text, 6, '0')`
  )

export const drawNumber = Effect.fn("Iiko.drawNumber")(function* (prefix: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ number: string }>`select ${yield* nextNumber(prefix)} as number`.pipe(
    Effect.mapError((error) => new ActionFailed({ reason: iiko("iiko.noNumber", { why: sqlReason(error) }) }))
  )
  return (yield* Effect.orDie(Effect.fromNullishOr(row))).number
})
