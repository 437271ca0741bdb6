/** Helpers for the requests of a batch: their decoding, and the sheets and ranges they name. */
import { Effect, Schema } from "effect"
import type { Rect } from "./Grid.ts"
import type { SheetState, SpreadsheetState } from "./Model.ts"
import { invalid, type Refusal } from "./Refusal.ts"

export const Index = Schema.optionalKey(Schema.Int)
export const optional = Schema.optionalKey

export const GridRange = Schema.Struct({
  sheetId: Index,
  startRowIndex: Index,
  endRowIndex: Index,
  startColumnIndex: Index,
  endColumnIndex: Index
})

export type Reply = { readonly [kind: string]: Schema.Json }
type Apply<R> = (book: SpreadsheetState, request: R, at: string) => Effect.Effect<Reply, Refusal>

export interface Action {
  readonly run: (book: SpreadsheetState, request: Schema.Json, at: string) => Effect.Effect<Reply, Refusal>
}

export const action = <S extends Schema.ConstraintDecoder<unknown>>(schema: S, apply: Apply<S["Type"]>): Action => {
  const decode = Schema.decodeUnknownEffect(schema)
  return {
    run: (book, request, at) =>
      decode(request).pipe(
        Effect.mapError(({ message }) => invalid(`Invalid ${at}: ${message.split("\n")[0]}`)),
        Effect.flatMap((decoded) => apply(book, decoded, at))
      )
  }
}

export const sheetOf = (book: SpreadsheetState, sheetId: number | undefined, at: string) => {
  const found = book.sheets.find((sheet) => sheet.sheetId === (sheetId ?? 0))
  return found === undefined ? invalid(`Invalid ${at}: No grid with id: ${sheetId ?? 0}`) : Effect.succeed(found)
}

export const rectOf = (sheet: SheetState, range: typeof GridRange.Type): Rect => ({
  top: range.startRowIndex ?? 0,
  left: range.startColumnIndex ?? 0,
  bottom: range.endRowIndex ?? sheet.rowCount,
  right: range.endColumnIndex ?? sheet.columnCount
})

export const checkInside = (sheet: SheetState, { bottom, right }: Pick<Rect, "bottom" | "right">, at: string) =>
  bottom > sheet.rowCount || right > sheet.columnCount
    ? invalid(
        `Invalid ${at}: Range exceeds grid limits. Max rows: ${sheet.rowCount}, max columns: ${sheet.columnCount}`
      )
    : Effect.void
