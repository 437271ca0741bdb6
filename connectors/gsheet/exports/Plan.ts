/**
 * What must change in a tab so that it says what the query gives: cells of rows that are there, new rows in their
 * places, rows that are gone, new groups. Nothing else is touched, and nothing is left to do when it is carried out.
 */
import type { ExportReport, ExportRows } from "../../../core/plugin/Connector.ts"
import type { Problem } from "../Headers.ts"
import { givenOf } from "./Given.ts"
import { freshGroups, headingChanges } from "./Groups.ts"
import type { Keys } from "./Keys.ts"
import { layoutOf } from "./Layout.ts"
import { freshRows, goneRows, insertChanges, keptRows } from "./Rows.ts"
import type { Sheet } from "./Sheet.ts"
import { fromBottom, type Step } from "./Step.ts"

export interface Plan extends ExportReport {
  readonly steps: ReadonlyArray<Step>
}

export const planOf = (sheet: Sheet, keys: Keys, rows: ExportRows): Plan | Problem => {
  const given = givenOf(rows, keys)
  if (typeof given === "string") return given
  const layout = layoutOf(sheet, keys)
  if (typeof layout === "string") return layout
  const warnings = [...given.long].map(
    (header) => `"${header}" has numbers with more digits than Sheets keeps: they are written as text`
  )
  const headings = headingChanges(sheet, keys, given, layout)
  const kept = keptRows(sheet, keys, given, layout)
  const gone = goneRows(sheet, keys, given, layout)
  const fresh = freshRows(sheet, keys, given, layout)
  const groups = freshGroups(sheet, keys, given, layout)
  const removed = new Set(gone.steps.flatMap((step) => (step._tag === "Remove" ? [step.row] : [])))
  const rising = [...gone.steps, ...fresh].filter((step) => step._tag !== "Set").toSorted(fromBottom)
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
    warnings: [...warnings, ...gone.warnings],
    steps: [...sets, ...rising, ...groups.steps]
  }
}
