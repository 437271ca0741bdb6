/**
 * Compares the rows of a tab with those of the query: changed, removed and new rows, and the places of the new ones.
 */

import { type CellChange, type Reason, reason } from "../../../core/sdk.ts"
import { chunksOf } from "../Chunks.ts"
import { type Keys, keyOf, marksOf } from "./ExportKeys.ts"
import type { Layout } from "./Layout.ts"
import { isWrittenIn } from "./OwnedRows.ts"
import type { QueryRows, Values } from "./QueryRows.ts"
import type { Sheet } from "./Sheet.ts"
import { type Cell, combineParts, type InsertStep, type Part, type PlacedValue, type SetStep, setStep } from "./Step.ts"
import { cellEquals, compare, entryOf, shownCell, shownText, type TargetCell } from "./TargetCell.ts"

/** The maximum of new rows in one step: a plan that is too large for one request is cut between steps. */
const oneStep = { count: 100, size: 500_000 }

/** Up to this many rows may be removed whatever their share; more only up to this share of all rows. */
const removable = { floor: 20, share: 0.5 }

export const updateRows = (sheet: Sheet, keys: Keys, { rows }: QueryRows, layout: Layout): Part<SetStep> => {
  const isKey = new Set(keyOf(keys).map((header) => layout.columns.get(header)))
  const marks = Object.entries(marksOf(keys)).filter(([header]) => !Object.hasOwn(keys.columns, header))
  return combineParts(
    [...layout.rows].flatMap(([key, row]) => {
      const values = rows.get(key)
      if (values === undefined) return []
      const returned = marks.flatMap(([header, text]) => {
        const column = layout.columns.get(header) ?? 0
        return cellEquals(sheet.rows[row]?.[column], { value: text }) ? [{ column, value: { text: null } }] : []
      })
      const owned = cellsOf(values, layout).filter(({ column }) => !isKey.has(column))
      return [setStep(sheet, row, [...owned, ...returned])]
    })
  )
}

/**
 * Removes or marks rows that the query no longer returns. If the query returns nothing, or has lost most of its rows,
 * something is probably wrong, and nothing that people typed beside them is risked.
 */
export const removeRows = (
  sheet: Sheet,
  keys: Keys,
  { rows }: QueryRows,
  layout: Layout
): Part & { readonly warnings: ReadonlyArray<Reason> } => {
  const gone = [...layout.rows].filter(([key]) => !rows.has(key)).map(([, row]) => row)
  const none = { steps: [], changes: [], warnings: [] }
  if (keys.gone === "keep" || gone.length === 0) return none
  if (rows.size === 0) return { ...none, warnings: [reason("export.noRows")] }
  if (keys.gone !== "remove") {
    const marks = Object.entries(marksOf(keys)).map(([header, text]) => ({
      column: layout.columns.get(header) ?? 0,
      value: { value: text, text }
    }))
    return { ...combineParts(gone.map((row) => setStep(sheet, row, marks, "mark"))), warnings: [] }
  }
  if (gone.length > removable.floor && gone.length > layout.rows.size * removable.share) {
    return { ...none, warnings: [reason("export.mostGone", { gone: gone.length, rows: layout.rows.size })] }
  }
  const [header = ""] = keyOf(keys)
  const column = layout.columns.get(header) ?? 0
  const isWritten = (row: number) => isWrittenIn(sheet, row, layout.columns)
  const removed = gone.filter((row) => !isWritten(row))
  return {
    steps: removed.map((row) => ({ _tag: "Remove", row })),
    changes: removed.map((row) => ({
      cell: sheet.cell(row, column),
      kind: "remove",
      before: shownCell(sheet.rows[row]?.[column]),
      after: null
    })),
    warnings: written(gone.filter(isWritten).map((row) => sheet.cell(row, column)))
  }
}

const maxNamed = 5

const written = (cells: ReadonlyArray<string>): ReadonlyArray<Reason> => {
  if (cells.length === 0) return []
  const named = [...cells.slice(0, maxNamed), ...(cells.length > maxNamed ? ["…"] : [])]
  return [reason("export.writtenIn", { cells: named.join(", ") })]
}

/** Places new rows above the first row that sorts after them, if the tab is sorted; otherwise below the last row. */
export const insertRows = (
  sheet: Sheet,
  { headerRow, sort }: Keys,
  { rows }: QueryRows,
  layout: Layout
): ReadonlyArray<InsertStep> => {
  const fresh = [...rows].filter(([key]) => !layout.rows.has(key)).map(([, values]) => values)
  const end = ([...layout.rows.values()].at(-1) ?? headerRow - 1) + 1
  const column = sort === undefined ? undefined : layout.columns.get(sort)
  const valueIn = (values: Values) => (sort === undefined ? undefined : values[sort]?.value)
  const sorted = sort === undefined ? fresh : fresh.toSorted((one, other) => compare(valueIn(one), valueIn(other)))
  const placeOf = column === undefined ? () => end : placesIn(sheet, column, [...layout.rows.values()])
  const byPlace = Map.groupBy(sorted, (values) => placeOf(valueIn(values)) ?? end)
  return [...byPlace].flatMap(([at, group]) => {
    const placed = group.map((values) =>
      cellsOf(values, layout).map(({ column, value }): PlacedValue => ({ column, wanted: value }))
    )
    return chunksOf(placed, bytesOf, oneStep)
      .toReversed()
      .map((chunk): InsertStep => ({ _tag: "Insert", at, isFirst: at === headerRow, rows: chunk }))
  })
}

const bytesOf = (row: ReadonlyArray<PlacedValue>): number =>
  row.reduce((sum, { wanted }) => sum + Buffer.byteLength(String(wanted.value ?? "")), 0)

/** The first row whose value sorts later. */
const placesIn = (sheet: Sheet, column: number, rows: ReadonlyArray<number>) => {
  // In unsorted rows only those count that sort after all rows before them; these are in order.
  const steps: Array<{ readonly row: number; readonly value: TargetCell["value"] }> = []
  for (const row of rows) {
    const value = entryOf(sheet.rows[row]?.[column])
    const last = steps.at(-1)
    if (last === undefined || compare(value, last.value) > 0) steps.push({ row, value })
  }
  return (wanted: TargetCell["value"]): number | undefined => {
    let [low, high] = [0, steps.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(steps[middle]?.value, wanted) > 0) high = middle
      else low = middle + 1
    }
    return steps[low]?.row
  }
}

/** Reported at their final addresses. */
export const insertChanges = (
  sheet: Sheet,
  fresh: ReadonlyArray<InsertStep>,
  removed: ReadonlyArray<number>
): ReadonlyArray<CellChange> => {
  let before = 0
  return fresh
    .toReversed()
    .toSorted((one, other) => one.at - other.at)
    .flatMap(({ at, rows }) => {
      const first = at + before - removed.filter((row) => row < at).length
      before += rows.length
      return rows.flatMap((cells, offset) =>
        cells.flatMap(({ column, wanted }): ReadonlyArray<CellChange> => {
          if (wanted.value === undefined) return []
          return [{ cell: sheet.cell(first + offset, column), kind: "insert", before: null, after: shownText(wanted) }]
        })
      )
    })
}

const cellsOf = (values: Values, { columns }: Layout): ReadonlyArray<Cell> =>
  Object.entries(values)
    .flatMap(([header, value]) => {
      const column = columns.get(header)
      return column === undefined ? [] : [{ column, value }]
    })
    .toSorted((one, other) => one.column - other.column)
