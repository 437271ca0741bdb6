/** What the tables of the stop list cannot answer. */
import type { SqlError } from "effect/sql"
import { ActionFailed } from "../../../core/plugin/Action.ts"

export const unreadable = ({ cause, message }: SqlError.SqlError): ActionFailed =>
  new ActionFailed({
    message: `the stop list cannot be told, sync its entities first: ${cause instanceof Error ? cause.message : message}`
  })
