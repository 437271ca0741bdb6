/** What a service of this connector cannot tell, because its tables are not there or the database does not answer. */
import { Data } from "effect"
import type { SqlError } from "effect/sql"
import { sqlMessage } from "./Tables.ts"

export class Unreadable extends Data.TaggedError("Unreadable")<{
  readonly message: string
  readonly cause: SqlError.SqlError
}> {}

/** `what` is a name for people, as in `employees`. */
export const unreadable =
  (what: string, ...entities: ReadonlyArray<string>) =>
  (cause: SqlError.SqlError): Unreadable =>
    new Unreadable({
      message: `${what} cannot be told, ${sqlMessage(cause)}; if a table is missing, sync ${entities.join(", ")} first`,
      cause
    })
