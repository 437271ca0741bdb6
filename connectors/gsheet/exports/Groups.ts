/** The groups of a wide table: their headings, and new groups after the last one. */
import { isBlank, tidyText } from "../Cells.ts"
import type { Keys } from "./ExportKeys.ts"
import type { Layout } from "./Layout.ts"
import type { QueryRows } from "./QueryRows.ts"
import type { Sheet } from "./Sheet.ts"
import { combineParts, type GroupStep, type Part, type SetStep, setStep } from "./Step.ts"
import { shownText } from "./TargetCell.ts"

/** The changes of existing groups' headings: names change. */
export const headingChanges = (sheet: Sheet, { pivot }: Keys, given: QueryRows, layout: Layout): Part<SetStep> =>
  combineParts(
    Object.entries(pivot?.groups ?? {}).flatMap(([name, row]) => {
      if (name === pivot?.key) return []
      const cells = [...layout.groups].flatMap(([key, column]) => {
        const value = given.groups.get(key)?.[name]
        return value === undefined || (value.value === undefined && isBlank(sheet.rows[row - 1]?.[column]))
          ? []
          : [{ column, value }]
      })
      return [setStep(sheet, row - 1, cells)]
    })
  )

export const freshGroups = (
  sheet: Sheet,
  { headerRow, pivot }: Keys,
  given: QueryRows,
  layout: Layout
): Part<GroupStep> => {
  const fresh = [...given.groups].filter(([key]) => !layout.groups.has(key)).map(([, values]) => values)
  if (pivot === undefined || fresh.length === 0) return { steps: [], changes: [] }
  const { nextGroup: first } = layout
  const width = pivot.headers.length
  const parts = fresh.map((values, at): Part<GroupStep> => {
    const left = first + at * width
    const named = Object.entries(pivot.groups).flatMap(([name, row]) => {
      const value = values[name]
      return value === undefined ? [] : [{ row: row - 1, column: left, wanted: value }]
    })
    const repeated = pivot.headers.map((header, offset) => ({
      row: headerRow - 1,
      column: left + offset,
      wanted: { value: tidyText(header), text: header }
    }))
    const cells = [...named, ...repeated]
    return {
      steps: [{ _tag: "Group", at: left, width, rows: Map.groupBy(cells, ({ row }) => row) }],
      changes: cells.map(({ column, row, wanted }) => ({
        cell: sheet.cell(row, column),
        kind: "insert",
        before: null,
        after: shownText(wanted)
      }))
    }
  })
  return combineParts(parts)
}
