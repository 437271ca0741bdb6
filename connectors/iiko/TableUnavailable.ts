/** A service of this connector has no data, because its tables are missing or the database does not answer. */
import type { SqlError } from "effect/sql"
import { type Reason, ReasonError, sqlReason } from "../../core/sdk.ts"
import { iiko } from "./reasons.ts"

export class TableUnavailable extends ReasonError("Unreadable")<{ readonly cause: SqlError.SqlError }> {}

/** `what` is a name for people, such as `iiko.employees`. */
export const tableUnavailable =
  (what: Reason, ...entities: ReadonlyArray<string>) =>
  (cause: SqlError.SqlError): TableUnavailable =>
    new TableUnavailable({
      reason: iiko("iiko.unreadable", { what, why: sqlReason(cause), entities: entities.join(", ") }),
      cause
    })
