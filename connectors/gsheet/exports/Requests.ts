/**
 * Turns a plan into requests of `spreadsheets.batchUpdate`. They name only the changed fields of cells, so that no
 * format and no neighbouring cell changes.
 */

import type { Sheet } from "./Sheet.ts"
import type { PlacedValue, Step } from "./Step.ts"
import { emptyCell, type TargetCell } from "./TargetCell.ts"

type Request = Readonly<Record<string, unknown>>

/** The size that Google recommends for one request; its own limit is several times as large. */
const maxRequestBytes = 2_000_000

export interface Batch {
  readonly requests: ReadonlyArray<Request>
  /** Whether no step of the plan is left for another request. */
  readonly isLast: boolean
}

/** As many of the first steps as fit, at least one. */
export const firstBatch = (steps: ReadonlyArray<Step>, sheet: Sheet): Batch => {
  const requests: Array<Request> = []
  let size = 100
  for (const [at, step] of steps.entries()) {
    const more = requestsOf(step, sheet)
    const bytes = more.reduce((sum, request) => sum + Buffer.byteLength(JSON.stringify(request)) + 1, 0)
    if (at > 0 && size + bytes > maxRequestBytes) return { requests, isLast: false }
    size += bytes
    requests.push(...more)
  }
  return { requests, isLast: true }
}

const requestsOf = (step: Step, sheet: Sheet): ReadonlyArray<Request> => {
  const { merges, rowCount, sheetId } = sheet
  switch (step._tag) {
    case "Set":
      return segments([step.cells]).map((columns) => update(sheetId, step.row, columns))
    case "Remove":
      return [{ deleteDimension: { range: dimension(sheetId, "ROWS", step.row, 1) } }]
    case "Insert": {
      // The format of the row above, or that of the row below right after the headers, if there is one.
      const inheritFromBefore = !step.isFirst || step.at >= rowCount
      return [
        { insertDimension: { range: dimension(sheetId, "ROWS", step.at, step.rows.length), inheritFromBefore } },
        ...segments(step.rows).map((columns) => update(sheetId, step.at, columns))
      ]
    }
    case "Group": {
      const heads = [...step.rows].flatMap(([row, cells]) =>
        segments([cells]).map((columns) => update(sheetId, row, columns))
      )
      const before = merges.filter(
        ({ endColumnIndex, startColumnIndex }) =>
          endColumnIndex - startColumnIndex === step.width && step.width > 1 && startColumnIndex < step.at
      )
      const rows = new Set(step.rows.keys())
      const merged = before.filter(
        ({ endRowIndex, startRowIndex }) => rows.has(startRowIndex) && endRowIndex - startRowIndex === 1
      )
      return [
        {
          insertDimension: { range: dimension(sheetId, "COLUMNS", step.at, step.width), inheritFromBefore: step.at > 0 }
        },
        ...heads,
        // Like those of the other groups.
        ...[...new Set(merged.map(({ startRowIndex }) => startRowIndex))].map((row) => ({
          mergeCells: {
            range: {
              sheetId,
              startRowIndex: row,
              endRowIndex: row + 1,
              startColumnIndex: step.at,
              endColumnIndex: step.at + step.width
            },
            mergeType: "MERGE_ALL"
          }
        }))
      ]
    }
  }
}

const dimension = (sheetId: number, dimension: "ROWS" | "COLUMNS", startIndex: number, length: number) => ({
  sheetId,
  dimension,
  startIndex,
  endIndex: startIndex + length
})

interface Segment {
  readonly left: number
  readonly rows: ReadonlyArray<ReadonlyArray<TargetCell>>
  readonly hasFormat: boolean
}

/** Adjacent columns of rows that have the same columns. */
const segments = (rows: ReadonlyArray<ReadonlyArray<PlacedValue>>): ReadonlyArray<Segment> => {
  const columns = [...new Set(rows.flatMap((cells) => cells.map(({ column }) => column)))].toSorted(
    (one, other) => one - other
  )
  const found: Array<{ left: number; columns: Array<ReadonlyArray<TargetCell>>; hasFormat: boolean }> = []
  for (const column of columns) {
    const cells = rows.map((row) => row.find((cell) => cell.column === column)?.wanted ?? emptyCell)
    const hasFormat = cells.some(({ format }) => format !== undefined)
    const last = found.at(-1)
    if (last !== undefined && last.left + last.columns.length === column && last.hasFormat === hasFormat)
      last.columns.push(cells)
    else found.push({ left: column, columns: [cells], hasFormat })
  }
  return found.map(({ columns: cells, hasFormat, left }) => ({
    left,
    hasFormat,
    rows: rows.map((_, row) => cells.map((column) => column[row] ?? emptyCell))
  }))
}

const update = (sheetId: number, rowIndex: number, { hasFormat, left, rows }: Segment): Request => ({
  updateCells: {
    start: { sheetId, rowIndex, columnIndex: left },
    rows: rows.map((cells) => ({ values: cells.map(cellData) })),
    fields: hasFormat ? "userEnteredValue,userEnteredFormat.numberFormat" : "userEnteredValue"
  }
})

/** Sent as values, not as typed text: text that begins with = stays text, and no locale affects numbers. */
const cellData = ({ format, value }: TargetCell) => ({
  ...(value === undefined ? {} : { userEnteredValue: entered(value) }),
  ...(format === undefined ? {} : { userEnteredFormat: { numberFormat: { type: format } } })
})

const entered = (value: string | number | boolean) => {
  if (typeof value === "number") return { numberValue: value }
  return typeof value === "boolean" ? { boolValue: value } : { stringValue: value }
}
