/** One tab at one moment: its size, the value of every cell, and which cells are merged. */

import { Effect, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { type Answer, failure, type Upstream } from "../../../core/sdk.ts"
import * as A1 from "../A1.ts"
import { type Cell, type Cells, isCell, NumberCell } from "../Cells.ts"
import type { Listener } from "../Ranges.ts"
import { gsheet } from "../reasons.ts"
import * as SheetAnswers from "../SheetAnswers.ts"
import { type Keys, titleRange } from "./ExportKeys.ts"

export interface Merge {
  readonly startRowIndex: number
  readonly endRowIndex: number
  readonly startColumnIndex: number
  readonly endColumnIndex: number
}

export interface Sheet extends Cells {
  readonly answer: Answer
  readonly sheetId: number
  readonly rowCount: number
  readonly columnCount: number
  readonly merges: ReadonlyArray<Merge>
  /** For each row, what the cells' values do not show. */
  readonly marks: ReadonlyArray<RowMarks>
}

interface RowMarks {
  /** The columns with a formula. */
  readonly computed: ReadonlySet<number>
  /** Whether one of the cells has a note. */
  readonly isNoted: boolean
}

/** Numbers arrive as `NumberCell`s; this API omits zero everywhere. */
const Whole = Schema.Union([
  Schema.Undefined,
  Schema.declare((value): value is NumberCell => value instanceof NumberCell)
])
const index = Schema.optionalKey(Whole)

const Look = Schema.Struct({
  sheets: Schema.Tuple([
    Schema.Struct({
      properties: Schema.Struct({
        sheetId: index,
        title: Schema.String,
        gridProperties: Schema.Struct({ rowCount: index, columnCount: index })
      }),
      merges: Schema.optionalKey(
        Schema.Array(
          Schema.Struct({ startRowIndex: index, endRowIndex: index, startColumnIndex: index, endColumnIndex: index })
        )
      ),
      data: Schema.optionalKey(
        Schema.Array(
          Schema.Struct({
            rowData: Schema.optionalKey(
              Schema.Array(
                Schema.Struct({
                  values: Schema.optionalKey(
                    Schema.Array(
                      Schema.Struct({
                        effectiveValue: Schema.optionalKey(
                          Schema.Struct({
                            numberValue: Schema.optionalKey(Schema.declare(isCell)),
                            stringValue: Schema.optionalKey(Schema.String),
                            boolValue: Schema.optionalKey(Schema.Boolean),
                            errorValue: Schema.optionalKey(Schema.Struct({ type: Schema.optionalKey(Schema.String) }))
                          })
                        ),
                        userEnteredValue: Schema.optionalKey(
                          Schema.Struct({ formulaValue: Schema.optionalKey(Schema.String) })
                        ),
                        note: Schema.optionalKey(Schema.String)
                      })
                    )
                  )
                })
              )
            )
          })
        )
      )
    })
  ])
})
const decodeLook = Schema.decodeUnknownEffect(Look)

const fields =
  "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),merges,data.rowData.values(effectiveValue,userEnteredValue.formulaValue,note))"

/** One request, so that everything is of the same moment. */
export const read = Effect.fn("Sheet.read")(function* (
  upstream: Upstream.Upstream,
  spreadsheet: string,
  keys: Keys,
  onEvent: Listener
) {
  const request = HttpClientRequest.get(`/v4/spreadsheets/${spreadsheet}`, {
    urlParams: { ranges: titleRange(keys), fields }
  })
  const { answer, json } = yield* SheetAnswers.text(upstream, request, { onEvent })
  const { sheets } = yield* SheetAnswers.decodeAnswer(decodeLook, answer, json, gsheet("gsheet.cells"))
  const [{ data: [grid] = [], merges = [], properties }] = sheets
  const { gridProperties, sheetId, title } = properties
  if (title !== keys.sheet) {
    return yield* failure(answer.subject, "Format", gsheet("gsheet.otherTab", { sheet: keys.sheet, title }))
  }
  const data = (grid?.rowData ?? []).map(({ values = [] }) => values)
  return {
    answer,
    sheetId: wholeOf(sheetId),
    rowCount: wholeOf(gridProperties.rowCount),
    columnCount: wholeOf(gridProperties.columnCount),
    merges: merges.map((merge) => ({
      startRowIndex: wholeOf(merge.startRowIndex),
      endRowIndex: wholeOf(merge.endRowIndex),
      startColumnIndex: wholeOf(merge.startColumnIndex),
      endColumnIndex: wholeOf(merge.endColumnIndex)
    })),
    rows: data.map((values) => values.map(({ effectiveValue }) => cellOf(effectiveValue))),
    marks: data.map((values) => ({
      computed: new Set(values.flatMap(({ userEnteredValue }, at) => (userEnteredValue?.formulaValue ? [at] : []))),
      isNoted: values.some(({ note = "" }) => note !== "")
    })),
    cell: (row, column) => A1.cellName(title, row, column)
  } satisfies Sheet
})

const wholeOf = (cell: NumberCell | undefined): number => Number(cell?.source ?? 0)

type Value = NonNullable<
  NonNullable<
    NonNullable<NonNullable<(typeof Look.Type)["sheets"][0]["data"]>[number]["rowData"]>[number]["values"]
  >[number]["effectiveValue"]
>

/** Error types whose name differs from what the cell shows. */
const errorNames: Readonly<Record<string, string>> = {
  N_A: "#N/A",
  DIVIDE_BY_ZERO: "#DIV/0!",
  NAME: "#NAME?",
  NULL_VALUE: "#NULL!",
  LOADING: "Loading..."
}

const cellOf = (value: Value | undefined): Cell => {
  if (value?.errorValue !== undefined) {
    const { type = "ERROR" } = value.errorValue
    return errorNames[type] ?? `#${type}!`
  }
  return value?.numberValue ?? value?.stringValue ?? value?.boolValue
}
