/** A sheet's cells: the position of a range, reads and writes there, and the growth of the grid. */
import { Effect } from "effect"
import * as A1 from "../A1.ts"
import type { CellState, SheetState, SpreadsheetState } from "./Model.ts"
import { invalid } from "./Refusal.ts"

export type Rect = Required<A1.Area>

export interface Target {
  readonly sheet: SheetState
  /** Cut to the grid. */
  readonly area: Rect
  /** A single cell marks the start of an area, not its extent. */
  readonly isCell: boolean
}

/** The limit over all sheets together. */
const maxCells = 10_000_000
const maxTextLength = 50_000

const unparsable = (range: string) => invalid(`Unable to parse range: ${range}`)

export const outsideGrid = (sheet: SheetState, range: string) =>
  invalid(`Range (${range}) exceeds grid limits. Max rows: ${sheet.rowCount}, max columns: ${sheet.columnCount}`)

export const resolve = Effect.fnUntraced(function* (book: SpreadsheetState, range: string) {
  const parsed = A1.parse(range)
  if (parsed === undefined) return yield* unparsable(range)
  const { area, sheet: title } = parsed
  const sheet = book.sheets.find((each) => (title === undefined ? !each.hidden : each.title === title))
  if (sheet === undefined) return yield* unparsable(range)
  const { bottom = sheet.rowCount, left, right = sheet.columnCount, top } = area
  if (top >= sheet.rowCount || left >= sheet.columnCount) {
    return yield* outsideGrid(
      sheet,
      A1.rangeName(sheet.title, { top, left, bottom: Math.max(bottom, top + 1), right: Math.max(right, left + 1) })
    )
  }
  const cut = { top, left, bottom: Math.min(bottom, sheet.rowCount), right: Math.min(right, sheet.columnCount) }
  return { sheet, area: cut, isCell: bottom - top === 1 && right - left === 1 } satisfies Target
})

export const cellAt = (sheet: SheetState, row: number, column: number): CellState | undefined =>
  sheet.rows[row]?.[column]

export const isFilled = (cell: CellState | undefined): cell is CellState =>
  cell !== undefined && (cell.value !== undefined || cell.formula !== undefined)

/** Changes a cell in place; an empty one is removed. */
export const change = (sheet: SheetState, row: number, column: number, to: (cell: CellState) => CellState): void => {
  const cells = sheet.rows[row] ?? []
  sheet.rows[row] = cells
  const next = to({ ...cells[column] })
  if (Object.values(next).every((part) => part === undefined)) delete cells[column]
  else cells[column] = next
}

/** Replaces the value and the formula; the note stays, and so does the format unless the new content has one. */
export const replaceContent =
  ({ format, formula, value }: CellState) =>
  (cell: CellState): CellState => ({
    ...(value === undefined ? {} : { value }),
    ...(formula === undefined ? {} : { formula }),
    ...(cell.note === undefined ? {} : { note: cell.note }),
    ...(format === undefined ? (cell.format === undefined ? {} : { format: cell.format }) : { format })
  })

export const checkText = (text: string) =>
  text.length > maxTextLength
    ? invalid(`Your input contains more than the maximum of ${maxTextLength} characters in a single cell.`)
    : Effect.void

export const checkSize = Effect.fnUntraced(function* (book: SpreadsheetState) {
  const cells = book.sheets.reduce((sum, { columnCount, rowCount }) => sum + rowCount * columnCount, 0)
  if (cells > maxCells) {
    return yield* invalid(
      `This action would increase the number of cells in the workbook above the limit of ${maxCells} cells.`
    )
  }
})

export type Dimension = "ROWS" | "COLUMNS"

/** Moves everything at and after `at`. */
export const insert = (sheet: SheetState, dimension: Dimension, at: number, count: number): void => {
  if (dimension === "ROWS") {
    sheet.rowCount += count
    // A sparse array of the right length: `splice` moves the rows after it.
    if (at < sheet.rows.length) sheet.rows.splice(at, 0, ...Array.from({ length: count }, () => undefined))
  } else {
    sheet.columnCount += count
    for (const cells of sheet.rows) {
      if (cells !== undefined && at < cells.length)
        cells.splice(at, 0, ...Array.from({ length: count }, () => undefined))
    }
  }
  moveMerges(sheet, dimension, (index) => (index >= at ? index + count : index))
}

export const remove = (sheet: SheetState, dimension: Dimension, from: number, to: number): void => {
  if (dimension === "ROWS") {
    sheet.rowCount -= to - from
    sheet.rows.splice(from, to - from)
  } else {
    sheet.columnCount -= to - from
    for (const cells of sheet.rows) cells?.splice(from, to - from)
  }
  moveMerges(sheet, dimension, (index) => (index >= to ? index - (to - from) : Math.min(index, from)))
}

const moveMerges = (sheet: SheetState, dimension: Dimension, moved: (index: number) => number): void => {
  sheet.merges = sheet.merges
    .map(({ bottom, left, right, top }) =>
      dimension === "ROWS"
        ? { left, right, top: moved(top), bottom: moved(bottom - 1) + 1 }
        : { top, bottom, left: moved(left), right: moved(right - 1) + 1 }
    )
    .filter(({ bottom, left, right, top }) => (bottom - top) * (right - left) > 1)
}

/** The number of rows and columns up to the last ones with content. */
export const extent = (sheet: SheetState): { readonly rows: number; readonly columns: number } => {
  let [rows, columns] = [0, 0]
  sheet.rows.forEach((cells, row) => {
    const last = cells?.findLastIndex(isFilled) ?? -1
    if (last < 0) return
    rows = row + 1
    columns = Math.max(columns, last + 1)
  })
  return { rows, columns }
}
