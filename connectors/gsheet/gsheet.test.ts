import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { reason } from "../../core/reason/Reason.ts"
import { partial } from "../../core/upstream/Source.ts"
import { entityOf } from "../../test/support/sample.ts"
import { plainNumber } from "./Cells.ts"
import { gsheet } from "./reasons.ts"
import { start } from "./sandbox/TestClient.ts"
import { problemOf, recordsOf, sample } from "./TestLists.ts"

describe("a list", () => {
  it.live("comes by its headers: text keeps its zeros, money its digits, dates are days, ticks are booleans", () =>
    Effect.gen(function* () {
      const { book, read } = yield* sample
      const { completeness, records } = yield* read("product")
      assert.strictEqual(completeness._tag, "Complete")
      assert.lengthOf(records, 24)
      const cells = book.sheets.find(({ title }) => title === "Номенклатура")?.rows[1] ?? []
      const [first] = records
      assert.deepInclude(first, { code: "00001", name: "Молоко 3,2%", price: cells[2]?.value, onMenu: cells[5]?.value })
      assert.match(String(first?.updatedOn), /^2026-\d\d-\d\dT00:00:00\.000$/)
    })
  )

  it.live("numbers keep every digit, and a number in a column of text is its digits", () =>
    Effect.gen(function* () {
      const rows = [
        ["id", "amount", "code"],
        [1, 0.1 + 0.2, 4_607_001_234_567],
        [2, 1e-7, 1e21],
        [3, -1234.5, "007"]
      ]
      const { records } = yield* recordsOf(rows, "id: bigint, amount: decimal, code: text")
      assert.deepEqual(records, [
        { id: 1, amount: 0.30000000000000004, code: 4_607_001_234_567 },
        { id: 2, amount: "0.0000001", code: "1000000000000000000000" },
        { id: 3, amount: -1234.5, code: "007" }
      ])
    })
  )

  it.live("serial numbers become dates, times and moments, in the form a field names", () =>
    Effect.gen(function* () {
      const rows = [
        ["id", "day", "at", "from", "typed"],
        [1, 46_086, 46_086.4375, 0.5, 46_086],
        [2, 46_086.75, 60, 0.000_011_574_074, "06.03.2026"],
        [3, 46_086, 60, 1.25, 46_086],
        [4, 46_086, 60, -0.25, 46_086]
      ]
      const fields = "id: bigint, day: date, at: timestamp, from: time, typed: { type: date, format: dd.MM.yyyy }"
      assert.deepEqual((yield* recordsOf(rows, fields)).records, [
        { id: 1, day: "2026-03-05T00:00:00.000", at: "2026-03-05T10:30:00.000", from: "12:00:00", typed: "05.03.2026" },
        { id: 2, day: "2026-03-05T18:00:00.000", at: "1900-02-28T00:00:00.000", from: "00:00:01", typed: "06.03.2026" },
        // A duration, not a time of day.
        { id: 3, day: "2026-03-05T00:00:00.000", at: "1900-02-28T00:00:00.000", from: 1.25, typed: "05.03.2026" },
        { id: 4, day: "2026-03-05T00:00:00.000", at: "1900-02-28T00:00:00.000", from: -0.25, typed: "05.03.2026" }
      ])
    })
  )

  it.live("serial numbers become texts with names of months and hours of twelve, but none with a zone", () =>
    Effect.gen(function* () {
      const rows = [
        ["id", "day", "at", "from", "month", "sent"],
        [1, 46_086, 46_086.4375, 0.5, 46_086, 46_086],
        [2, "06 Mar 2026", 46_086, 0.000_011_574_074, "04.2026", "Thu, 05 Mar 2026 10:00:00 +0300"],
        [3, 46_310, 46_086.9375, 1.25, 46_310.5, null]
      ]
      const fields = [
        "id: bigint",
        "day: { type: date, format: dd MMM yyyy }",
        "at: { type: timestamp, format: 'MMMM d, yyyy h:mm a' }",
        "from: { type: time, format: 'hh:mm a' }",
        "month: { type: date, format: MM.yyyy }",
        "sent: { type: timestamp, format: rfc822 }"
      ]
      const rfc822 = "Thu, 05 Mar 2026 10:00:00 +0300"
      assert.deepEqual((yield* recordsOf(rows, fields.join(", "))).records, [
        { id: 1, day: "05 Mar 2026", at: "March 5, 2026 10:30 AM", from: "12:00 PM", month: "03.2026", sent: 46_086 },
        { id: 2, day: "06 Mar 2026", at: "March 5, 2026 12:00 AM", from: "12:00 AM", month: "04.2026", sent: rfc822 },
        { id: 3, day: "15 Oct 2026", at: "March 5, 2026 10:30 PM", from: 1.25, month: "10.2026", sent: null }
      ])
    })
  )

  it.live("ragged rows lack their ends, blank ones and those with an empty tick only are none", () =>
    Effect.gen(function* () {
      const rows = [
        ["id", "name", "done"],
        ["a"],
        [],
        [null, null, false],
        ["  ", "", null, "note"],
        ["b", null, true],
        [null, "nameless"]
      ]
      const { records } = yield* recordsOf(rows, "id: text, name: text, done: boolean")
      assert.deepEqual(records, [
        { id: "a", name: null, done: null },
        { id: "b", name: null, done: true },
        { id: null, name: "nameless", done: null }
      ])
    })
  )

  it.live("headers are compared without line ends, and may lie below a title or merged over rows", () =>
    Effect.gen(function* () {
      const rows = [["Отчёт за март"], ["Код", "Кол-во,\n кг"], [null, null, "Имя"], ["a", 2, "Ян"]]
      const fields = `id: { from: Код, type: text }, amount: decimal, name: { from: Имя, type: text }`
      const { records } = yield* recordsOf(rows, fields, `headerRow: 3, columns: { "Кол-во, кг": amount },`)
      assert.deepEqual(records, [{ Код: "a", amount: 2, Имя: "Ян" }])
    })
  )

  it.live("ends above the row that `until` names", () =>
    Effect.gen(function* () {
      const rows = [
        ["id", "amount"],
        ["a", 1],
        [null, "Итого"],
        ["b", 2]
      ]
      const { records } = yield* recordsOf(rows, "id: text, amount: text", "until: Итого,")
      assert.deepEqual(records, [{ id: "a", amount: 1 }])
    })
  )

  it.live("without any cell is an empty source, and so is one of headers alone", () =>
    Effect.gen(function* () {
      for (const rows of [[], [["id"]]]) {
        assert.deepEqual(yield* recordsOf(rows, "id: text"), {
          records: [],
          completeness: { _tag: "Complete", pages: 1 }
        })
      }
    })
  )

  it.live("a formula that failed leaves its row out where any text would do, and deletes nothing", () =>
    Effect.gen(function* () {
      const rows = [
        ["id", "name", "amount"],
        ["a", { formula: "=Нет!A1" }, 1],
        ["b", "Ян", { formula: "=1/0" }]
      ]
      const { completeness, records } = yield* recordsOf(rows, "id: text, name: text, amount: decimal")
      // Not a number: the engine itself rejects this record.
      assert.deepEqual(records, [{ id: "b", name: "Ян", amount: "#DIV/0!" }])
      const left = gsheet("gsheet.rowsLeft", {
        cells: [reason("export.cell", { cell: "'Лист'!B2", error: "#REF!" })]
      })
      assert.deepEqual(completeness, partial(left))
    })
  )

  it.live("what leaves open which column is meant names the cells", () =>
    Effect.gen(function* () {
      const missing = yield* problemOf([["id", "имя"], ["a"]], "id: text, name: text")
      assert.include(
        missing.message,
        `'Лист'!A1 begins the headers, and none is "name", which the field name looks for; there are "id", "имя"`
      )
      const twice = yield* problemOf([["id", "name", "name"], ["a"]], "id: text, name: text")
      assert.include(twice.message, `'Лист'!B1 and 'Лист'!C1 both say "name": rename one of them`)
      const unused = yield* recordsOf([["id", "x", "x"], ["a"]], "id: text")
      assert.lengthOf(unused.records, 1)
    })
  )
})

it("a number with an exponent is written without it, digit by digit", () => {
  for (const [source, text] of [
    ["1.2345678901234568E16", "12345678901234568"],
    ["1E-7", "0.0000001"],
    ["1E-1", "0.1"],
    ["-25E-2", "-0.25"],
    ["12.5e-1", "1.25"],
    ["-1.50e+1", "-15"],
    ["0E5", "0"],
    ["12.50", "12.50"]
  ] as const) {
    assert.strictEqual(plainNumber(source), text, source)
  }
})

it.live("what is asked for by a range alone, as `discover` does, has every column that has a header", () =>
  Effect.gen(function* () {
    const { open } = yield* start
    const { declaration, read } = yield* open(
      `  list: { range: Сводка, key: Показатель, fields: { Показатель: text } }`
    )
    const request = { ...entityOf(declaration, "list").request, path: "Номенклатура!A1:C3" }
    const { own: _, ...bare } = entityOf(declaration, "list")
    const { records } = yield* read({ ...bare, columns: [], request })
    assert.deepEqual(Object.keys(records[0] ?? {}), ["Название", "Артикул", "Цена"])
    assert.lengthOf(records, 2)
  })
)

it.live("probe names the spreadsheet, its tabs and who it is shared with", () =>
  Effect.gen(function* () {
    const { probe } = yield* sample
    assert.strictEqual(
      yield* probe,
      "«Запасы сети» is shared with sheets@sandbox-project.iam.gserviceaccount.com; its tabs: Мин. остатки, Номенклатура, Сводка, Справочник товаров"
    )
  })
)
