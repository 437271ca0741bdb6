/** What the tables of the stop list cannot answer. */
import type { SqlError } from "effect/sql"
import { ActionFailed } from "../../../core/plugin/Action.ts"

/** The server's own words: the driver's say no more than that a query failed. */
export const unreadable = ({ message, reason }: SqlError.SqlError): ActionFailed => {
  const why = reason.cause instanceof Error ? reason.cause.message : message
  return new ActionFailed({
    message: `the stop list cannot be told, PostgreSQL: ${why}; if a table is missing, sync the connector's entities once`
  })
}
