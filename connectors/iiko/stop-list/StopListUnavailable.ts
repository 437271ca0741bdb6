/** The failure of a query on the tables of the stop list. */
import type { SqlError } from "effect/sql"
import { ActionFailed, sqlReason } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"

export const stopListUnavailable = (error: SqlError.SqlError): ActionFailed =>
  new ActionFailed({
    reason: iiko("iiko.stopListUnread", { why: sqlReason(error) })
  })
