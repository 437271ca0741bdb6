/** What the tables of the stop list cannot answer. */
import type { SqlError } from "effect/sql"
import { ActionFailed } from "../../../core/plugin/Action.ts"
import { sqlMessage } from "../Tables.ts"

export const unreadable = (error: SqlError.SqlError): ActionFailed =>
  new ActionFailed({
    message: `the stop list cannot be told, ${sqlMessage(error)}; if a table is missing, sync the connector's entities once`
  })
