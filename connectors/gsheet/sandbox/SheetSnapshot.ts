/** `spreadsheets.get`: the structure of a spreadsheet, and its cells on request. */
import { Effect } from "effect"
import { cellAt, extent, isFilled, type Rect, resolve } from "./Grid.ts"
import { displayText } from "./Locale.ts"
import type { CellState, SheetState, SpreadsheetState, Value } from "./Model.ts"
import { effectiveValue } from "./Render.ts"

export const propertiesOf = Effect.fnUntraced(function* (book: SpreadsheetState, query: URLSearchParams) {
  const targets = yield* Effect.forEach(query.getAll("ranges"), (range) => resolve(book, range))
  const withData = query.get("includeGridData") === "true" || /\bdata\b/.test(query.get("fields") ?? "")
  const named = new Set(targets.map(({ sheet }) => sheet))
  const sheets = book.sheets.flatMap((sheet, index) => {
    if (named.size > 0 && !named.has(sheet)) return []
    const { columns, rows } = extent(sheet)
    const areas = targets.flatMap((target) => (target.sheet === sheet ? [target.area] : []))
    const whole = { top: 0, left: 0, bottom: rows, right: columns }
    const data = (areas.length === 0 ? [whole] : areas).map((area) => dataOf(book, sheet, area))
    return [{ properties: sheetProperties(sheet, index), ...mergesOf(sheet), ...(withData ? { data } : {}) }]
  })
  const { id, locale, timeZone, title } = book
  return {
    spreadsheetId: id,
    properties: { title, locale, autoRecalc: "ON_CHANGE", timeZone },
    sheets,
    spreadsheetUrl: `https://docs.google.com/spreadsheets/d/${id}/edit`
  }
})

/** Zero and false are omitted, as everywhere in this API. */
const sheetProperties = (sheet: SheetState, index: number) => ({
  sheetId: sheet.sheetId,
  title: sheet.title,
  index,
  sheetType: "GRID",
  gridProperties: {
    rowCount: sheet.rowCount,
    columnCount: sheet.columnCount,
    ...(sheet.frozenRows === 0 ? {} : { frozenRowCount: sheet.frozenRows }),
    ...(sheet.frozenColumns === 0 ? {} : { frozenColumnCount: sheet.frozenColumns })
  },
  ...(sheet.hidden ? { hidden: true } : {})
})

const mergesOf = ({ merges, sheetId }: SheetState) =>
  merges.length === 0
    ? {}
    : {
        merges: merges.map(({ bottom, left, right, top }) => ({
          sheetId,
          startRowIndex: top,
          endRowIndex: bottom,
          startColumnIndex: left,
          endColumnIndex: right
        }))
      }

const dataOf = (book: SpreadsheetState, sheet: SheetState, { bottom, left, right, top }: Rect) => ({
  ...(top === 0 ? {} : { startRow: top }),
  ...(left === 0 ? {} : { startColumn: left }),
  rowData: Array.from({ length: Math.max(0, Math.min(bottom, sheet.rows.length) - top) }, (_, row) => ({
    values: Array.from({ length: Math.max(0, right - left) }, (_, column) =>
      cellData(book, sheet, cellAt(sheet, top + row, left + column))
    )
  }))
})

const extended = (value: Value) => {
  if (typeof value === "number") return { numberValue: value }
  return typeof value === "boolean" ? { boolValue: value } : { stringValue: value }
}

/** Types whose name differs from what the cell shows. */
const errorTypes: Readonly<Record<string, string>> = {
  "#N/A": "N_A",
  "#DIV/0!": "DIVIDE_BY_ZERO",
  "#NULL!": "NULL_VALUE"
}

/** A failed formula has an error instead of a value. */
const worked = (cell: CellState, value: Value) =>
  cell.formula === undefined || typeof value !== "string" || !value.startsWith("#")
    ? extended(value)
    : { errorValue: { type: errorTypes[value] ?? value.replace(/[#!?]/g, ""), message: value } }

const cellData = (book: SpreadsheetState, sheet: SheetState, cell: CellState | undefined) => {
  if (cell === undefined) return {}
  const format = {
    ...(cell.format === undefined ? {} : { userEnteredFormat: { numberFormat: cell.format } }),
    ...(cell.note === undefined ? {} : { note: cell.note })
  }
  const value = effectiveValue(book, sheet, cell)
  if (!isFilled(cell) || value === undefined) return format
  return {
    userEnteredValue: cell.formula === undefined ? extended(value) : { formulaValue: cell.formula },
    effectiveValue: worked(cell, value),
    formattedValue: displayText(value, cell.format, book.locale),
    ...format
  }
}
