/** Whether the database is read-only: a standby is, and one that its owner set so, as hosts do when it is full. */
import { Effect } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { codeOf } from "./SqlReason.ts"

export const isReadOnly = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ only: boolean }>`
    select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as only`
  return row?.only === true
})

/** Whether a statement failed because the database is read-only. */
export const isWriteRefused = (error: SqlError.SqlError): boolean => codeOf(error) === "25006"
