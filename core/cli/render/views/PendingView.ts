/** Pending deletes, each with its reason and some of its rows. */
import type { DateTime } from "effect"
import type { PlannedRow } from "../../../sync/plan/Plan.ts"
import { ago, count, plural } from "../terminal/Format.ts"
import { nextStep } from "../terminal/Prose.ts"
import { label } from "../terminal/StatusStyle.ts"
import type { View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"
import * as Text from "../terminal/Text.ts"
import { rowText } from "./PlanRows.ts"

/** The displayed columns of a row of `tributary.pending_delete`. */
export interface PendingDelete {
  readonly id: number
  readonly connector: string
  readonly entity: string
  readonly account: string | null
  readonly accountName?: string | null
  readonly table: string
  readonly createdAt: DateTime.Utc
  readonly reason: string
  readonly rows: number
  /** The keys of some rows. */
  readonly sample: ReadonlyArray<PlannedRow>
}

const columns = (now: DateTime.Utc): ReadonlyArray<Table.Column<PendingDelete>> => [
  { title: "id", align: "right", value: ({ id }) => ({ text: String(id), tone: "strong" }) },
  { title: "entity", value: label, min: 14, keep: "ends" },
  { title: "table", value: ({ table }) => table, min: 10, keep: "ends" },
  { title: "rows", align: "right", value: ({ rows }) => count(rows) },
  { title: "withheld", value: ({ createdAt }) => ago(createdAt, now) }
]

const note = ({ reason, rows, sample }: PendingDelete): ReadonlyArray<Table.Cell> => {
  const keys = sample.map(rowText).join(", ")
  const more = rows > sample.length ? ` and ${count(rows - sample.length)} more (--all shows them)` : ""
  return [reason, ...(keys === "" ? [] : [{ text: `${keys}${more}`, tone: "dim" as const }])]
}

export const render = (pending: ReadonlyArray<PendingDelete>, now: DateTime.Utc, view: View): string => {
  const [first] = pending
  if (first === undefined) return "No deletes wait for a decision."
  const rows = pending.reduce((sum, { rows }) => sum + rows, 0)
  const total = `${plural(pending.length, "delete")} of ${plural(rows, "row")} in all`
  const steps = [
    `delete the rows: tributary deletes apply ${first.id}`,
    `keep them: tributary deletes drop ${first.id}`
  ]
  return [
    Table.render({ columns: columns(now), rows: pending, note }, view),
    [...Text.wrap(total, view.width), ...steps.flatMap((step) => nextStep(step, view))].join("\n")
  ].join("\n\n")
}
