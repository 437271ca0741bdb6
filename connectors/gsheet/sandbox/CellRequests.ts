/** The requests of a batch that write the named fields of cells. */
import { Effect, Schema } from "effect"
import { action, checkInside, GridRange, Index, optional, rectOf, sheetOf } from "./BatchAction.ts"
import { change, checkSize, checkText, replaceContent } from "./Grid.ts"
import { type CellState, formatTypes, type SheetState } from "./Model.ts"

const CellData = Schema.Struct({
  userEnteredValue: optional(
    Schema.Struct({
      numberValue: optional(Schema.Finite),
      stringValue: optional(Schema.String),
      boolValue: optional(Schema.Boolean),
      formulaValue: optional(Schema.String)
    })
  ),
  userEnteredFormat: optional(
    Schema.Struct({
      numberFormat: optional(Schema.Struct({ type: Schema.Literals(formatTypes), pattern: optional(Schema.String) }))
    })
  )
})
const Rows = Schema.Array(Schema.Struct({ values: optional(Schema.Array(CellData)) }))

const contentOf = ({ userEnteredValue = {} }: typeof CellData.Type): CellState => {
  const { boolValue, formulaValue, numberValue, stringValue } = userEnteredValue
  if (formulaValue !== undefined) return { formula: formulaValue }
  const value = numberValue ?? stringValue ?? boolValue
  return value === undefined || value === "" ? {} : { value }
}

/** Writes the named fields of a cell; absent ones are emptied. */
const write = Effect.fnUntraced(function* (
  sheet: SheetState,
  at: { readonly row: number; readonly column: number },
  cell: typeof CellData.Type,
  fields: string
) {
  const touches = (name: string) =>
    fields.split(",").some((field) => field.trim() === "*" || field.trim().startsWith(name))
  yield* checkText(cell.userEnteredValue?.stringValue ?? "")
  if (touches("userEnteredValue")) change(sheet, at.row, at.column, replaceContent(contentOf(cell)))
  if (!touches("userEnteredFormat")) return
  const numberFormat = cell.userEnteredFormat?.numberFormat
  change(sheet, at.row, at.column, ({ format: _, ...rest }) =>
    numberFormat === undefined ? rest : { ...rest, format: numberFormat }
  )
})

export const updateCells = action(
  Schema.Struct({
    rows: optional(Rows),
    fields: Schema.String,
    start: optional(Schema.Struct({ sheetId: Index, rowIndex: Index, columnIndex: Index })),
    range: optional(GridRange)
  }),
  Effect.fnUntraced(function* (book, { fields, range, rows = [], start }, at) {
    const sheet = yield* sheetOf(book, range?.sheetId ?? start?.sheetId, at)
    const width = Math.max(0, ...rows.map(({ values = [] }) => values.length))
    const [top, left] = [start?.rowIndex ?? 0, start?.columnIndex ?? 0]
    const rect =
      range === undefined ? { top, left, bottom: top + rows.length, right: left + width } : rectOf(sheet, range)
    yield* checkInside(sheet, rect, at)
    for (let row = rect.top; row < rect.bottom; row++) {
      const values = rows[row - rect.top]?.values ?? []
      const right = range === undefined ? rect.left + values.length : rect.right
      for (let column = rect.left; column < right; column++) {
        yield* write(sheet, { row, column }, values[column - rect.left] ?? {}, fields)
      }
    }
    return {}
  })
)

export const appendCells = action(
  Schema.Struct({ sheetId: Index, rows: Rows, fields: Schema.String }),
  Effect.fnUntraced(function* (book, { fields, rows, sheetId }, at) {
    const sheet = yield* sheetOf(book, sheetId, at)
    const top = sheet.rows.findLastIndex((cells) => cells?.some((cell) => cell !== undefined) === true) + 1
    sheet.rowCount = Math.max(sheet.rowCount, top + rows.length)
    yield* checkSize(book)
    for (const [offset, { values = [] }] of rows.entries()) {
      for (const [column, cell] of values.entries()) yield* write(sheet, { row: top + offset, column }, cell, fields)
    }
    return {}
  })
)

export const repeatCell = action(
  Schema.Struct({ range: GridRange, cell: CellData, fields: Schema.String }),
  Effect.fnUntraced(function* (book, { cell, fields, range }, at) {
    const sheet = yield* sheetOf(book, range.sheetId, at)
    const { bottom, left, right, top } = rectOf(sheet, range)
    yield* checkInside(sheet, { bottom, right }, at)
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) yield* write(sheet, { row, column }, cell, fields)
    }
    return {}
  })
)
