/**
 * The changes that make a tab match the query: cells of existing rows, new rows in their places, removed rows, new
 * groups. Nothing else is touched, and after the changes another plan is empty.
 */
import { type ExportReport, type ExportRows, type OwnedRows, type Reason, reason } from "../../../core/sdk.ts"

import { isProblem, type Problem } from "../Headers.ts"
import type { Keys } from "./ExportKeys.ts"
import { freshGroups, headingChanges } from "./Groups.ts"
import { type Layout, layoutOf, type UnreadCell } from "./Layout.ts"
import { queryRowsOf } from "./QueryRows.ts"
import type { Sheet } from "./Sheet.ts"
import { insertChanges, insertRows, removeRows, updateRows } from "./SheetRows.ts"
import { compareFromBottom, type Step } from "./Step.ts"

export interface Plan extends ExportReport {
  readonly steps: ReadonlyArray<Step>
}

/** `owned`: what an earlier run left in this place. */
export const planOf = (
  sheet: Sheet,
  keys: Keys,
  rows: ExportRows,
  place: string,
  owned?: OwnedRows
): Plan | Problem => {
  const given = queryRowsOf(rows, keys)
  if (isProblem(given)) return given
  const known = owned?.place === place ? owned : undefined
  const layout = layoutOf(sheet, keys, given, known)
  if (isProblem(layout)) return layout
  const warnings = [...given.long].map((header) => reason("export.longNumbers", { header, system: "Sheets" }))
  const headings = headingChanges(sheet, keys, given, layout)
  const kept = updateRows(sheet, keys, given, layout)
  const gone = removeRows(sheet, keys, given, layout)
  // A loading cell may be a row that would be inserted.
  const waits = layout.unread.some(({ isLoading }) => isLoading)
  const fresh = waits ? [] : insertRows(sheet, keys, given, layout)
  const groups = waits ? { steps: [], changes: [] } : freshGroups(sheet, keys, given, layout)
  const removed = new Set(gone.steps.flatMap((step) => (step._tag === "Remove" ? [step.row] : [])))
  const rising = [...gone.steps, ...fresh].filter((step) => step._tag !== "Set").toSorted(compareFromBottom)
  const sets = [...headings.steps, ...kept.steps, ...gone.steps.filter((step) => step._tag === "Set")]
  const touched = new Set([...kept.steps, ...gone.steps].flatMap((step) => ("row" in step ? [step.row] : [])))
  return {
    inserted: fresh.reduce((sum, step) => sum + step.rows.length, 0),
    updated: touched.size - removed.size + (headings.steps.length + groups.steps.length > 0 ? 1 : 0),
    deleted: removed.size,
    unchanged: layout.rows.size - touched.size,
    changes: [
      ...headings.changes,
      ...groups.changes,
      ...kept.changes,
      ...gone.changes,
      ...insertChanges(sheet, fresh, [...removed])
    ],
    warnings: [...warnings, ...gone.warnings, ...unreadWarnings(layout.unread)],
    steps: [...sets, ...rising, ...groups.steps],
    owned: { place, keys: [...new Set([...given.rows.keys(), ...remainingKeys(layout, removed, known)])].toSorted() }
  }
}

/** An unreadable key may be any known one, so the known keys are kept. */
const remainingKeys = ({ rows, unread }: Layout, removed: ReadonlySet<number>, known: OwnedRows | undefined) => [
  ...[...rows].flatMap(([key, row]) => (removed.has(row) ? [] : [key])),
  ...(unread.length > 0 ? (known?.keys ?? []) : [])
]

const maxNamed = 5

const unreadWarnings = (unread: ReadonlyArray<UnreadCell>): ReadonlyArray<Reason> => {
  if (unread.length === 0) return []
  const cells = unread.slice(0, maxNamed).map(({ cell, error }) => reason("export.cell", { cell, error }))
  const more = unread.length > maxNamed ? [reason("export.moreCells", { count: unread.length - maxNamed })] : []
  const left = reason("export.unread", { cells: [...cells, ...more] })
  return unread.some(({ isLoading }) => isLoading) ? [left, reason("export.waits")] : [left]
}
