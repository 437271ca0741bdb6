/** Where a read begins that a person wants to begin earlier than its cursor: never later, so that nothing is left out. */
import { Effect } from "effect"
import type { Entity, Incremental } from "../../config/Entity.ts"
import { reason } from "../../reason/Reason.ts"
import { decoder, RejectedValue } from "../map/ColumnDecoder.ts"
import { RunFailure } from "../RunFailure.ts"
import { cursorOrders } from "./CursorOrder.ts"
import { storedText } from "./Since.ts"

/** Returns the earlier of the cursor and the given value. A cursor that the source gives has no order. */
export const earlierStart = (
  { columns, timezone }: Pick<Entity, "columns" | "timezone">,
  { cursor }: Incremental,
  given: string | undefined
): Effect.Effect<(stored: string) => string, RunFailure> => {
  if (given === undefined) return Effect.succeed((stored) => stored)
  const column = columns.find(({ name }) => name === cursor)
  if (column === undefined) return new RunFailure({ reason: reason("run.sinceOfSource") })
  const value = decoder(column, timezone, { count: 0 })(given)
  if (value === null || value instanceof RejectedValue) {
    return new RunFailure({ reason: reason("run.since", { value: given, column: column.name }) })
  }
  const { isLater } = cursorOrders(column, timezone)
  // In the form of stored cursors, which a request of the format `text` has unchanged.
  const start = value.replace(/^(\d{4}-\d\d-\d\d) /, "$1T")
  return Effect.succeed((stored) => (isLater(storedText(stored), value) ? start : stored))
}
