/** The calls under `/values`: get, update, append and clear, alone and in batches. */
import { DateTime, Effect, Schema } from "effect"
import * as A1 from "../A1.ts"
import {
  change,
  checkSize,
  checkText,
  isFilled,
  outsideGrid,
  type Rect,
  replaceContent,
  resolve,
  type Target
} from "./Grid.ts"
import { parseEntry } from "./Locale.ts"
import type { CellState, SheetState, SpreadsheetState, Value } from "./Model.ts"
import { invalid } from "./Refusal.ts"
import { type RenderOptions, renderCell } from "./Render.ts"

const ValueRange = Schema.Struct({
  range: Schema.optionalKey(Schema.String),
  majorDimension: Schema.optionalKey(Schema.Literals(["ROWS", "COLUMNS"])),
  values: Schema.optionalKey(
    Schema.Array(Schema.Array(Schema.NullOr(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))))
  )
})
export type ValueRange = typeof ValueRange.Type

const Body = {
  valueRange: Schema.fromJsonString(ValueRange),
  batchUpdate: Schema.fromJsonString(
    Schema.Struct({
      valueInputOption: Schema.optionalKey(Schema.String),
      data: Schema.Array(ValueRange),
      includeValuesInResponse: Schema.optionalKey(Schema.Boolean)
    })
  ),
  batchClear: Schema.fromJsonString(Schema.Struct({ ranges: Schema.Array(Schema.String) }))
}

const payload = <A>(schema: Schema.ConstraintDecoder<A>) => {
  const decode = Schema.decodeUnknownEffect(schema, { onExcessProperty: "error" })
  return (body: string) =>
    Effect.mapError(decode(body === "" ? "{}" : body), ({ message }) =>
      invalid(`Invalid JSON payload received. ${message.split("\n")[0]}`)
    )
}
export const decodeValueRange = payload(Body.valueRange)
export const decodeBatchUpdate = payload(Body.batchUpdate)
export const decodeBatchClear = payload(Body.batchClear)

const oneOf = Effect.fnUntraced(function* <const A extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly [A, ...ReadonlyArray<A>]
) {
  const given = query.get(name) ?? choices[0]
  const found = choices.find((choice) => choice === given)
  return found ?? (yield* invalid(`Invalid value at '${name}' (TYPE_ENUM), "${given}"`))
})

export const renderOptions = Effect.fnUntraced(function* (query: URLSearchParams) {
  return {
    value: yield* oneOf(query, "valueRenderOption", ["FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"]),
    dateTime: yield* oneOf(query, "dateTimeRenderOption", ["SERIAL_NUMBER", "FORMATTED_STRING"])
  } satisfies RenderOptions
})

/** `keep` is how many rows below the frozen ones remain under the fault. */
export const get = Effect.fnUntraced(function* (
  book: SpreadsheetState,
  range: string,
  query: URLSearchParams,
  keep?: (total: number) => number
) {
  const { area, sheet } = yield* resolve(book, range)
  const majorDimension = yield* oneOf(query, "majorDimension", ["ROWS", "COLUMNS"])
  const options = yield* renderOptions(query)
  const all = read(book, sheet, area, options)
  const heads = Math.max(0, sheet.frozenRows - area.top)
  const rows = keep === undefined ? all : all.slice(0, heads + keep(Math.max(0, all.length - heads)))
  const lines = (majorDimension === "ROWS" ? rows : transposed(rows)).map((line) => line.map((value) => value ?? ""))
  return { range: A1.rangeName(sheet.title, area), majorDimension, ...(lines.length === 0 ? {} : { values: lines }) }
})

/** A blank cell between others is undefined. */
type Line = ReadonlyArray<Value | undefined>

/** Rows and cells up to the last filled one. */
const read = (
  book: SpreadsheetState,
  sheet: SheetState,
  { bottom, left, right, top }: Rect,
  options: RenderOptions
): ReadonlyArray<Line> => {
  const lines: Array<Line> = []
  for (let row = top; row < Math.min(bottom, sheet.rows.length); row++) {
    const cells = sheet.rows[row]
    const end = Math.min(right, (cells?.findLastIndex(isFilled) ?? -1) + 1)
    const width = Math.max(0, end - left)
    lines.push(Array.from({ length: width }, (_, at) => renderCell(book, sheet, { row, column: left + at }, options)))
  }
  const last = lines.findLastIndex((line) => line.length > 0)
  return lines.slice(0, last + 1)
}

const transposed = (rows: ReadonlyArray<Line>): ReadonlyArray<Line> => {
  const width = Math.max(0, ...rows.map((row) => row.length))
  return Array.from({ length: width }, (_, column) => {
    const line = rows.map((row) => row[column])
    return line.slice(0, line.findLastIndex((value) => value !== undefined) + 1)
  })
}

export type InputOption = "RAW" | "USER_ENTERED"

export const inputOption = Effect.fnUntraced(function* (given: string | null | undefined) {
  if (given === "RAW" || given === "USER_ENTERED") return given
  return yield* invalid(
    given == null || given === "INPUT_VALUE_OPTION_UNSPECIFIED"
      ? "'valueInputOption' is required but not specified"
      : `Invalid value at 'value_input_option' (TYPE_ENUM), "${given}"`
  )
})

const rowsOf = ({ majorDimension, values = [] }: ValueRange): ReadonlyArray<ReadonlyArray<Value | null>> => {
  if (majorDimension !== "COLUMNS") return values
  const height = Math.max(0, ...values.map((column) => column.length))
  return Array.from({ length: height }, (_, row) => values.map((column) => column[row] ?? null))
}

const contentOf = (value: Value, input: InputOption, book: SpreadsheetState, year: number): CellState =>
  value === ""
    ? {}
    : typeof value === "string" && input === "USER_ENTERED"
      ? parseEntry(value, book.locale, year)
      : { value }

/** null leaves a cell unchanged, an empty text empties it. */
const put = Effect.fnUntraced(function* (
  book: SpreadsheetState,
  { sheet, top, left }: { readonly sheet: SheetState; readonly top: number; readonly left: number },
  rows: ReadonlyArray<ReadonlyArray<Value | null>>,
  input: InputOption
) {
  const year = DateTime.getPartUtc(yield* DateTime.now, "year")
  let cells = 0
  for (const [at, row] of rows.entries()) {
    for (const [offset, value] of row.entries()) {
      if (value === null) continue
      if (typeof value === "string") yield* checkText(value)
      change(sheet, top + at, left + offset, replaceContent(contentOf(value, input, book, year)))
      cells++
    }
  }
  const columns = Math.max(0, ...rows.map((row) => row.length))
  return { cells, columns, rows: rows.length }
})

export const update = Effect.fnUntraced(function* (
  book: SpreadsheetState,
  range: string,
  body: ValueRange,
  input: InputOption
) {
  if (body.range !== undefined && body.range !== range) {
    return yield* invalid(`Requested writing within range [${range}], but the body's range is [${body.range}]`)
  }
  const { area, isCell, sheet } = yield* resolve(book, range)
  const rows = rowsOf(body)
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const { left, top } = area
  const written = { top, left, bottom: top + Math.max(rows.length, 1), right: left + Math.max(columns, 1) }
  if (written.bottom > sheet.rowCount || written.right > sheet.columnCount) {
    return yield* outsideGrid(sheet, A1.rangeName(sheet.title, written))
  }
  if (!isCell) yield* checkWithin(range, area, written)
  const done = yield* put(book, { sheet, top, left }, rows, input)
  return {
    spreadsheetId: book.id,
    updatedRange: A1.rangeName(sheet.title, written),
    ...(done.cells === 0 ? {} : { updatedRows: done.rows, updatedColumns: done.columns, updatedCells: done.cells })
  }
})

const checkWithin = (range: string, area: Rect, written: Rect) => {
  const tried = (what: string) => invalid(`Requested writing within range [${range}], but tried writing to ${what}`)
  if (written.bottom > area.bottom) return tried(`row [${area.bottom + 1}]`)
  return written.right > area.right ? tried(`column [${A1.columnName(area.right)}]`) : Effect.void
}

/** The block of filled cells around a cell, up to a blank row or column. */
const tableAround = (sheet: SheetState, row: number, column: number): Rect => {
  const anyFilled = ({ bottom, left, right, top }: Rect): boolean =>
    sheet.rows.slice(Math.max(0, top), bottom).some((cells) => cells?.slice(Math.max(0, left), right).some(isFilled))
  let table = { top: row, left: column, bottom: row + 1, right: column + 1 }
  for (;;) {
    const { bottom, left, right, top } = table
    const grown = {
      top: top > 0 && anyFilled({ left, right, top: top - 1, bottom: top }) ? top - 1 : top,
      bottom: anyFilled({ left, right, top: bottom, bottom: bottom + 1 }) ? bottom + 1 : bottom,
      left: left > 0 && anyFilled({ top, bottom, left: left - 1, right: left }) ? left - 1 : left,
      right: anyFilled({ top, bottom, left: right, right: right + 1 }) ? right + 1 : right
    }
    if (JSON.stringify(grown) === JSON.stringify(table)) return table
    table = grown
  }
}

/** The last table that the range touches. */
const tableIn = ({ area, sheet }: Target): Rect | undefined => {
  for (let row = Math.min(area.bottom, sheet.rows.length) - 1; row >= area.top; row--) {
    const cells = sheet.rows[row]?.slice(area.left, area.right) ?? []
    const last = cells.findLastIndex(isFilled)
    if (last >= 0) return tableAround(sheet, row, area.left + last)
  }
  return undefined
}

export const append = Effect.fnUntraced(function* (
  book: SpreadsheetState,
  range: string,
  body: ValueRange,
  options: { readonly input: InputOption; readonly insertRows: boolean }
) {
  const target = yield* resolve(book, range)
  const { sheet } = target
  const table = tableIn(target)
  const rows = rowsOf(body)
  const { left, top } = table === undefined ? target.area : { left: table.left, top: table.bottom }
  const columns = Math.max(0, ...rows.map((row) => row.length))
  if (options.insertRows && rows.length > 0) {
    sheet.rows.splice(top, 0, ...rows.map(() => undefined))
    sheet.rowCount += rows.length
  }
  sheet.rowCount = Math.max(sheet.rowCount, top + rows.length)
  sheet.columnCount = Math.max(sheet.columnCount, left + columns)
  yield* checkSize(book)
  const done = yield* put(book, { sheet, top, left }, rows, options.input)
  const written = { top, left, bottom: top + Math.max(rows.length, 1), right: left + Math.max(columns, 1) }
  return {
    spreadsheetId: book.id,
    ...(table === undefined ? {} : { tableRange: A1.rangeName(sheet.title, table) }),
    updates: {
      spreadsheetId: book.id,
      updatedRange: A1.rangeName(sheet.title, written),
      updatedRows: done.rows,
      updatedColumns: done.columns,
      updatedCells: done.cells
    }
  }
})

/** Removes values; formats stay. */
export const clear = Effect.fnUntraced(function* (book: SpreadsheetState, range: string) {
  const { area, sheet } = yield* resolve(book, range)
  for (let row = area.top; row < Math.min(area.bottom, sheet.rows.length); row++) {
    const width = Math.min(area.right, sheet.rows[row]?.length ?? 0)
    for (let column = area.left; column < width; column++) change(sheet, row, column, replaceContent({}))
  }
  return A1.rangeName(sheet.title, area)
})
