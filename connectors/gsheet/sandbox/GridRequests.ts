/** The requests of a batch that change the grid: rows and columns, sheets, merged cells. */
import { Effect, Schema } from "effect"
import { action, GridRange, Index, optional, rectOf, sheetOf } from "./BatchAction.ts"
import { change, checkSize, type Dimension, insert, type Rect, remove, replaceContent } from "./Grid.ts"
import type { SheetState } from "./Model.ts"
import { invalid } from "./Refusal.ts"

const Dimensions = Schema.Literals(["ROWS", "COLUMNS"])

const DimensionRange = Schema.Struct({
  sheetId: Index,
  dimension: Dimensions,
  startIndex: Index,
  endIndex: Index
})

const SheetProperties = Schema.Struct({
  sheetId: Index,
  title: optional(Schema.String),
  index: Index,
  hidden: optional(Schema.Boolean),
  gridProperties: optional(
    Schema.Struct({ rowCount: Index, columnCount: Index, frozenRowCount: Index, frozenColumnCount: Index })
  )
})

const along = (sheet: SheetState, dimension: Dimension): number =>
  dimension === "ROWS" ? sheet.rowCount : sheet.columnCount

export const insertDimension = action(
  Schema.Struct({ range: DimensionRange, inheritFromBefore: optional(Schema.Boolean) }),
  Effect.fnUntraced(function* (book, { range: { dimension, endIndex = 0, sheetId, startIndex = 0 } }, at) {
    const sheet = yield* sheetOf(book, sheetId, at)
    if (startIndex > along(sheet, dimension) || endIndex <= startIndex) {
      return yield* invalid(`Invalid ${at}: range.startIndex[${startIndex}] is outside of the grid`)
    }
    insert(sheet, dimension, startIndex, endIndex - startIndex)
    yield* checkSize(book)
    return {}
  })
)

export const deleteDimension = action(
  Schema.Struct({ range: DimensionRange }),
  Effect.fnUntraced(function* (book, { range: { dimension, endIndex, sheetId, startIndex = 0 } }, at) {
    const sheet = yield* sheetOf(book, sheetId, at)
    const all = along(sheet, dimension)
    const end = endIndex ?? all
    if (startIndex >= all || end > all) {
      return yield* invalid(`Invalid ${at}: Cannot delete a dimension outside of the grid`)
    }
    if (end - startIndex >= all)
      return yield* invalid(`Invalid ${at}: You can't delete all the ${dimension.toLowerCase()} on the sheet.`)
    remove(sheet, dimension, startIndex, end)
    return {}
  })
)

export const appendDimension = action(
  Schema.Struct({ sheetId: Index, dimension: Dimensions, length: Schema.Int }),
  Effect.fnUntraced(function* (book, { dimension, length, sheetId }, at) {
    const sheet = yield* sheetOf(book, sheetId, at)
    if (dimension === "ROWS") sheet.rowCount += length
    else sheet.columnCount += length
    yield* checkSize(book)
    return {}
  })
)

export const addSheet = action(
  Schema.Struct({ properties: optional(SheetProperties) }),
  Effect.fnUntraced(function* (book, { properties = {} }, at) {
    const sheetId = properties.sheetId ?? Math.max(...book.sheets.map((sheet) => sheet.sheetId)) + 1
    const title = properties.title ?? `Лист${book.sheets.length + 1}`
    if (book.sheets.some((sheet) => sheet.title === title)) {
      return yield* invalid(
        `Invalid ${at}: A sheet with the name "${title}" already exists. Please enter another name.`
      )
    }
    const grid = properties.gridProperties ?? {}
    book.sheets.splice(properties.index ?? book.sheets.length, 0, {
      sheetId,
      title,
      hidden: properties.hidden ?? false,
      rowCount: grid.rowCount ?? 1_000,
      columnCount: grid.columnCount ?? 26,
      frozenRows: grid.frozenRowCount ?? 0,
      frozenColumns: grid.frozenColumnCount ?? 0,
      rows: [],
      merges: []
    })
    yield* checkSize(book)
    return { addSheet: { properties: { sheetId, title, index: book.sheets.length - 1 } } }
  })
)

export const deleteSheet = action(
  Schema.Struct({ sheetId: Index }),
  Effect.fnUntraced(function* (book, { sheetId }, at) {
    const sheet = yield* sheetOf(book, sheetId, at)
    if (book.sheets.length === 1) return yield* invalid(`Invalid ${at}: You can't remove all the sheets in a document.`)
    book.sheets = book.sheets.filter((each) => each !== sheet)
    return {}
  })
)

export const updateSheetProperties = action(
  Schema.Struct({ properties: SheetProperties, fields: Schema.String }),
  Effect.fnUntraced(function* (book, { fields, properties }, at) {
    const sheet = yield* sheetOf(book, properties.sheetId, at)
    const { gridProperties: grid = {}, hidden, title } = properties
    if (fields.trim() === "") return yield* invalid(`Invalid ${at}: At least one field must be listed in 'fields'.`)
    sheet.title = title ?? sheet.title
    sheet.hidden = hidden ?? sheet.hidden
    sheet.rowCount = grid.rowCount ?? sheet.rowCount
    sheet.columnCount = grid.columnCount ?? sheet.columnCount
    sheet.frozenRows = grid.frozenRowCount ?? sheet.frozenRows
    sheet.frozenColumns = grid.frozenColumnCount ?? sheet.frozenColumns
    sheet.rows.length = Math.min(sheet.rows.length, sheet.rowCount)
    yield* checkSize(book)
    return {}
  })
)

const within = (outer: Rect, { bottom, left, right, top }: Rect): boolean =>
  top >= outer.top && bottom <= outer.bottom && left >= outer.left && right <= outer.right

/** Only the first cell keeps its content. */
export const mergeCells = action(
  Schema.Struct({ range: GridRange, mergeType: optional(Schema.String) }),
  Effect.fnUntraced(function* (book, { range }, at) {
    const sheet = yield* sheetOf(book, range.sheetId, at)
    const rect = rectOf(sheet, range)
    for (let row = rect.top; row < rect.bottom; row++) {
      for (let column = rect.left; column < rect.right; column++) {
        if (row !== rect.top || column !== rect.left) change(sheet, row, column, replaceContent({}))
      }
    }
    sheet.merges = [...sheet.merges.filter((merge) => !within(rect, merge)), rect]
    return {}
  })
)

export const unmergeCells = action(
  Schema.Struct({ range: GridRange }),
  Effect.fnUntraced(function* (book, { range }, at) {
    const sheet = yield* sheetOf(book, range.sheetId, at)
    const rect = rectOf(sheet, range)
    sheet.merges = sheet.merges.filter((merge) => !within(rect, merge))
    return {}
  })
)
