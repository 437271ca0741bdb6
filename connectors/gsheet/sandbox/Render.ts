/** The form of a cell in a read, by the options of the call. */
import { evaluate } from "./Formula.ts"
import { cellAt, isFilled } from "./Grid.ts"
import { displayText } from "./Locale.ts"
import type { CellState, SheetState, SpreadsheetState, Value } from "./Model.ts"

export interface RenderOptions {
  readonly value: "FORMATTED_VALUE" | "UNFORMATTED_VALUE" | "FORMULA"
  readonly dateTime: "SERIAL_NUMBER" | "FORMATTED_STRING"
}

/** The value of the cell after its formula is computed; undefined if it is empty. */
export const effectiveValue = (book: SpreadsheetState, sheet: SheetState, cell: CellState): Value | undefined =>
  cell.formula === undefined ? cell.value : evaluate(book, sheet, cell.formula)

export const renderCell = (
  book: SpreadsheetState,
  sheet: SheetState,
  at: { readonly row: number; readonly column: number },
  options: RenderOptions
): Value | undefined => {
  const cell = cellAt(sheet, at.row, at.column)
  if (!isFilled(cell)) return undefined
  if (options.value === "FORMULA" && cell.formula !== undefined) return cell.formula
  const value = effectiveValue(book, sheet, cell)
  if (value === undefined) return undefined
  const isText =
    options.value === "FORMATTED_VALUE" ||
    (options.dateTime === "FORMATTED_STRING" && /^(?:DATE|TIME|DATE_TIME)$/.test(cell.format?.type ?? ""))
  return isText ? displayText(value, cell.format, book.locale) : value
}
