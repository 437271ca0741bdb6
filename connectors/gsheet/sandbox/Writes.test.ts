/** The sandbox's handling of writes, tested with Google's own client. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { official } from "./TestClient.ts"

const unformatted = { valueRenderOption: "UNFORMATTED_VALUE" }

describe("writing", () => {
  it.live("what is typed becomes what it looks like in the locale, what is sent raw stays text", () =>
    Effect.gen(function* () {
      const { get, put, tab } = yield* official
      tab([])
      const typed = [
        "1 234,5",
        "1.2",
        "05.03.2026",
        "12,5%",
        "=1+1",
        "'007",
        "007",
        "истина",
        "+79991234567",
        "2026-03-05",
        "10:30",
        "-5",
        "1.5.6",
        "a"
      ]
      yield* put("Лист!A1", [typed])
      yield* put("Лист!A2", [typed], "RAW")
      const [entered, raw] = (yield* get("Лист", unformatted)) ?? []
      const february = entered?.[1]
      assert.isNumber(february)
      assert.deepEqual(entered, [
        1234.5,
        february,
        46_086,
        0.125,
        2,
        "007",
        7,
        true,
        79_991_234_567,
        46_086,
        0.4375,
        -5,
        "1.5.6",
        "a"
      ])
      assert.deepEqual(raw, typed)
      assert.match(String((yield* get("Лист!B1"))?.[0]?.[0]), /^01\.02\.\d{4}$/)
    })
  )

  it.live("null leaves a cell, an empty text empties it", () =>
    Effect.gen(function* () {
      const { get, put, tab } = yield* official
      tab([["a", "b", "c"]])
      const { updatedCells, updatedRange } = yield* put("Лист!A1:C1", [[null, "", "d"]])
      assert.deepEqual({ updatedCells, updatedRange }, { updatedCells: 2, updatedRange: "'Лист'!A1:C1" })
      assert.deepEqual(yield* get("Лист"), [["a", "", "d"]])
    })
  )

  it.live("outside of the grid or of its range is refused, and nothing of it is written", () =>
    Effect.gen(function* () {
      const { get, put, refusal, spreadsheetId, spreadsheets, tab } = yield* official
      tab([["a"]], { rowCount: 2, columnCount: 2 })
      const update = (range: string, values: Array<Array<unknown>>) => () =>
        spreadsheets.values.update({ spreadsheetId, range, valueInputOption: "RAW", requestBody: { values } })
      const beyond = yield* refusal(update("Лист!A2", [["x"], ["y"]]))
      assert.deepInclude(beyond, {
        code: 400,
        message: "Range ('Лист'!A2:A3) exceeds grid limits. Max rows: 2, max columns: 2"
      })
      assert.include((yield* refusal(update("Лист!A1:A1", [["x", "y", "z"]]))).message, "exceeds grid limits")
      assert.include((yield* refusal(update("Лист!A1:A2", [["x", "y"]]))).message, "tried writing to column [B]")
      const batch = yield* refusal(() =>
        spreadsheets.values.batchUpdate({
          spreadsheetId,
          requestBody: {
            valueInputOption: "RAW",
            data: [
              { range: "Лист!A1", values: [["x"]] },
              { range: "Лист!C9", values: [["y"]] }
            ]
          }
        })
      )
      assert.strictEqual(batch.code, 400)
      const long = yield* refusal(update("Лист!A1:B1", [["x", "y".repeat(50_001)]]))
      assert.include(long.message, "50000 characters")
      assert.deepEqual(yield* get("Лист"), [["a"]])
      yield* put("Лист!B2", [["z"]])
      assert.deepEqual(yield* get("Лист"), [["a"], ["", "z"]])
    })
  )

  it.live("append finds the last table that its range touches, and makes the grid longer", () =>
    Effect.gen(function* () {
      const { call, spreadsheetId, spreadsheets, tab } = yield* official
      const sheet = tab(
        [["x", "y", "z"], ["x", "y", "z"], [], [null, "x", "y"], [null, "y", "z"], [null, "x", "y", "z"]],
        { rowCount: 6 }
      )
      const append = (range: string, insertDataOption = "OVERWRITE") =>
        Effect.map(
          call(() =>
            spreadsheets.values.append({
              spreadsheetId,
              range,
              insertDataOption,
              valueInputOption: "RAW",
              requestBody: { values: [["new"]] }
            })
          ),
          ({ tableRange, updates }) => [tableRange, updates?.updatedRange]
        )
      assert.deepEqual(yield* append("Лист"), ["'Лист'!B4:D6", "'Лист'!B7"])
      assert.strictEqual(sheet.rowCount, 7)
      assert.deepEqual(yield* append("Лист!A1:B2", "INSERT_ROWS"), ["'Лист'!A1:C2", "'Лист'!A3"])
      assert.deepEqual(yield* append("Лист!F1:F2"), [undefined, "'Лист'!F1"])
      assert.deepEqual(
        sheet.rows[4]?.map((cell) => cell?.value),
        [undefined, "x", "y"]
      )
    })
  )

  it.live("clear empties values and keeps formats", () =>
    Effect.gen(function* () {
      const { call, get, put, spreadsheetId, spreadsheets, tab } = yield* official
      tab([[{ value: 1, format: { type: "PERCENT" } }, "b"]])
      yield* call(() => spreadsheets.values.clear({ spreadsheetId, range: "Лист!A:A" }))
      yield* put("Лист!A1", [[0.5]], "RAW")
      assert.deepEqual(yield* get("Лист"), [["50,00%", "b"]])
    })
  )
})

describe("batches", () => {
  const at = (sheetId: number, startRowIndex: number, endRowIndex: number) => ({
    sheetId,
    startRowIndex,
    endRowIndex,
    startColumnIndex: 0,
    endColumnIndex: 2
  })

  it.live("write cells, move rows, add tabs: all of them or none", () =>
    Effect.gen(function* () {
      const { batch, get, refusal, spreadsheetId, spreadsheets, tab } = yield* official
      const { sheetId } = tab(
        [
          ["h1", "h2"],
          ["a", 1],
          ["b", 2]
        ],
        { rowCount: 3, columnCount: 2 }
      )
      const rows = [
        {
          values: [{ userEnteredValue: { stringValue: "=not a formula" } }, { userEnteredValue: { numberValue: 1.5 } }]
        }
      ]
      const { replies } = yield* batch(
        { insertDimension: { range: { sheetId, dimension: "ROWS", startIndex: 1, endIndex: 2 } } },
        { updateCells: { start: { sheetId, rowIndex: 1, columnIndex: 0 }, rows, fields: "userEnteredValue" } },
        { deleteDimension: { range: { sheetId, dimension: "ROWS", startIndex: 3, endIndex: 4 } } },
        { appendDimension: { sheetId, dimension: "COLUMNS", length: 1 } },
        { addSheet: { properties: { title: "Новый", gridProperties: { rowCount: 5, columnCount: 2 } } } },
        { autoResizeDimensions: { dimensions: { sheetId, dimension: "COLUMNS" } } }
      )
      assert.lengthOf(replies ?? [], 6)
      assert.strictEqual(replies?.[4]?.addSheet?.properties?.title, "Новый")
      assert.deepEqual(yield* get("Лист", unformatted), [
        ["h1", "h2"],
        ["=not a formula", 1.5],
        ["a", 1]
      ])
      assert.deepEqual(yield* get("Новый"), undefined)

      const half = yield* refusal(() =>
        spreadsheets.batchUpdate({
          spreadsheetId,
          requestBody: {
            requests: [
              {
                repeatCell: {
                  range: at(sheetId, 0, 3),
                  cell: { userEnteredValue: { stringValue: "x" } },
                  fields: "userEnteredValue"
                }
              },
              { updateCells: { range: at(sheetId, 0, 99), rows: [], fields: "*" } }
            ]
          }
        })
      )
      assert.include(half.message, "Invalid requests[1].updateCells: Range exceeds grid limits")
      assert.deepEqual((yield* get("Лист!A1"))?.[0], ["h1"])
    })
  )

  it.live("of a range empty what their rows do not say, and only in the named fields", () =>
    Effect.gen(function* () {
      const { batch, get, tab } = yield* official
      const { sheetId } = tab([
        ["a", { value: 0.5, format: { type: "PERCENT" } }],
        ["b", 2]
      ])
      yield* batch({
        updateCells: {
          range: at(sheetId, 0, 2),
          rows: [{ values: [{ userEnteredValue: { boolValue: true } }, { userEnteredValue: { numberValue: 0.25 } }] }],
          fields: "userEnteredValue"
        }
      })
      assert.deepEqual(yield* get("Лист"), [["ИСТИНА", "25,00%"]])
    })
  )

  it.live("may not grow a spreadsheet beyond ten million cells", () =>
    Effect.gen(function* () {
      const { batch, refusal, spreadsheetId, spreadsheets, tab } = yield* official
      const { sheetId } = tab([])
      yield* batch({ appendDimension: { sheetId, dimension: "ROWS", length: 1_000 } })
      const { message } = yield* refusal(() =>
        spreadsheets.batchUpdate({
          spreadsheetId,
          requestBody: { requests: [{ appendDimension: { sheetId, dimension: "ROWS", length: 1_000_000 } }] }
        })
      )
      assert.include(message, "above the limit of 10000000 cells")
    })
  )
})
