/** The record and row counts of a run, the same in the load's answer, the audit, results and the API. */
import { Schema } from "effect"

export const rowCounts = {
  fetched: Schema.Int,
  inserted: Schema.Int,
  updated: Schema.Int,
  unchanged: Schema.Int,
  deleted: Schema.Int,
  rejected: Schema.Int
}
