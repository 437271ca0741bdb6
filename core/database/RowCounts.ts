/** How many records a run had and what became of the rows: in the load's answer, the audit, results and the API alike. */
import { Schema } from "effect"

export const rowCounts = {
  fetched: Schema.Int,
  inserted: Schema.Int,
  updated: Schema.Int,
  unchanged: Schema.Int,
  deleted: Schema.Int,
  rejected: Schema.Int
}
