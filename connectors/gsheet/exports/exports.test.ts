import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { render } from "../../../core/reason/Reason.ts"
import { insert } from "../sandbox/Grid.ts"
import {
  contents,
  countsOf,
  headerRow,
  type Kinds,
  plainKeys,
  type Rows,
  type RowTexts,
  startExport,
  threeRows
} from "./TestClient.ts"

describe("an export", () => {
  it.live("fills a tab in the order of the sorted header, and writes nothing when it runs again", () =>
    Effect.gen(function* () {
      const { counters, give, now } = yield* startExport([headerRow], `${plainKeys}, sort: Название`)
      assert.deepEqual(countsOf(yield* give(threeRows)), [3, 0, 0, 0])
      const filled = [headerRow, ["a", "Апельсин", null, 0.1], ["b", "Булка", null, 12.5], ["c", "Вода", null, 3]]
      assert.deepEqual(now(), filled)
      assert.strictEqual(counters.writes, 1)
      const again = yield* give(threeRows)
      assert.deepEqual([countsOf(again), again.changes, now()], [[0, 0, 0, 3], [], filled])
      assert.strictEqual(counters.writes, 1)
    })
  )

  it.live("plans by cell, with what stands there now, and asks for no right to write", () =>
    Effect.gen(function* () {
      const { counters, give, now, tab, vendor } = yield* startExport(
        [headerRow, ["b", "Батон", "x", 12.5]],
        `${plainKeys}, sort: Название`
      )
      const before = contents(tab)
      const { changes } = yield* give(threeRows, { dryRun: true })
      assert.deepEqual(
        changes.map(({ after, before, cell, kind }) => `${kind} ${cell} ${before} ${after}`),
        [
          "set 'Лист'!B2 Батон Булка",
          "insert 'Лист'!A2 null a",
          "insert 'Лист'!B2 null Апельсин",
          "insert 'Лист'!D2 null 0.1",
          "insert 'Лист'!A4 null c",
          "insert 'Лист'!B4 null Вода",
          "insert 'Лист'!D4 null 3"
        ].map((line) => line.replaceAll("'Лист'", "'Лист'"))
      )
      assert.deepEqual([now(), counters.writes], [before, 0])
      const scopes = [...vendor.state.tokens.values()].flatMap((token) => token.scopes)
      assert.deepEqual(scopes, ["https://www.googleapis.com/auth/spreadsheets.readonly"])
    })
  )

  it.live("finds its rows wherever people moved them, and touches no cell of theirs", () =>
    Effect.gen(function* () {
      const { give, now, tab } = yield* startExport([headerRow], `${plainKeys}, sort: Название`)
      yield* give(threeRows)
      // Somebody sorts by hand, writes notes, leaves a row free, adds a sum, and inserts a column.
      const [top, a, b, c] = tab.rows
      tab.rows = [top, c, undefined, b, a]
      tab.rows[1]?.splice(2, 1, { value: "позвонить" })
      tab.rows[5] = [{ value: "" }, { value: "Итого" }, undefined, { formula: "=SUM(D2:D5)" }]
      insert(tab, "COLUMNS", 0, 1)
      tab.rows[1]?.splice(0, 1, { value: "!" })
      const report = yield* give([...threeRows.slice(0, 2), ["c", "Вода", "4"]])
      assert.deepEqual(
        report.changes.map(({ after, before, cell }) => [cell, before, after]),
        [["'Лист'!E2", "3", "4"]]
      )
      assert.deepEqual(now(), [
        [null, ...headerRow],
        ["!", "c", "Вода", "позвонить", 4],
        [],
        [null, "b", "Булка", null, 12.5],
        [null, "a", "Апельсин", null, 0.1],
        [null, "", "Итого", null, "=SUM(D2:D5)"]
      ])
    })
  )

  it.live("puts a new row in between the others, and what stands beside them goes down with its row", () =>
    Effect.gen(function* () {
      const { give, now } = yield* startExport(
        [headerRow, ["a", "Апельсин", "мой", 1], ["c", "Вода", { formula: "=D3*2" }, 3], [], [null, "Итого"]],
        `${plainKeys}, sort: Название`
      )
      yield* give([
        ["a", "Апельсин", "1"],
        ["c", "Вода", "3"],
        ["b", "Булка", "2"],
        ["d", "Яблоко", "5"]
      ])
      assert.deepEqual(now(), [
        headerRow,
        ["a", "Апельсин", "мой", 1],
        ["b", "Булка", null, 2],
        ["c", "Вода", "=D3*2", 3],
        ["d", "Яблоко", null, 5],
        [],
        [null, "Итого"]
      ])
    })
  )

  it.live("writes text as text, numbers by their digits, dates as days, ticks as ticks", () =>
    Effect.gen(function* () {
      const types: Kinds = {
        id: "number",
        t: "text",
        n: "number",
        d: "date",
        at: "timestamp",
        h: "time",
        on: "boolean"
      }
      const keys = "key: id, columns: { id: id, t: t, n: n, d: d, at: at, h: h, on: on }"
      const { give, now, tab } = yield* startExport([["id", "t", "n", "d", "at", "h", "on"]], keys)
      const given: RowTexts = [
        ["1", "=1+1", "-0.30000000000000004", "2026-03-05", "2026-03-05 10:30:00", "12:00:00", "t"],
        ["2.50", "00042", "9007199254740993", "infinity", null, null, "f"],
        ["3", "1,5", "NaN", null, null, "", null]
      ]
      const report = yield* give(given, { types })
      assert.deepEqual(now().slice(1), [
        [1, "=1+1", -0.30000000000000004, 46_086, 46_086.4375, 0.5, true],
        [2.5, "00042", "9007199254740993", "infinity", null, null, false],
        [3, "1,5", "NaN"]
      ])
      assert.isUndefined(tab.rows[1]?.[1]?.formula)
      assert.deepEqual(
        [3, 4, 5].map((column) => tab.rows[1]?.[column]?.format?.type),
        ["DATE", "DATE_TIME", "TIME"]
      )
      assert.deepEqual(report.warnings.map(render), [
        '"n" has numbers with more digits than Sheets keeps: they are written as text'
      ])
      assert.deepEqual((yield* give(given, { types })).changes, [])
    })
  )

  it.live("leaves a person's format on a date that changes", () =>
    Effect.gen(function* () {
      const format = { type: "DATE", pattern: "dd.mm" } as const
      const { give, tab } = yield* startExport(
        [
          ["id", "d"],
          ["1", { value: 46_086, format }]
        ],
        "key: id, columns: { id: id, d: d }"
      )
      yield* give([["1", "2026-03-06"]], { types: { id: "text", d: "date" } })
      assert.deepEqual(tab.rows[1]?.[1], { value: 46_087, format })
    })
  )

  it.live("finds rows by several headers together", () =>
    Effect.gen(function* () {
      const { counters, give, now } = yield* startExport(
        [["a", "b", "n"]],
        "key: [a, b], columns: { a: a, b: b, n: n }"
      )
      const types: Kinds = { a: "text", b: "number", n: "number" }
      yield* give(
        [
          ["x", "1", "5"],
          ["x", "2", "6"]
        ],
        { types }
      )
      yield* give(
        [
          ["x", "1", "5"],
          ["x", "2", "7"]
        ],
        { types }
      )
      assert.deepEqual(now().slice(1), [
        ["x", 1, 5],
        ["x", 2, 7]
      ])
      assert.strictEqual(counters.writes, 2)
    })
  )
})

describe("a row that the query no longer gives", () => {
  const rows: Rows = [headerRow, ["a", "Апельсин", "мой", 1], ["b", "Булка", null, 2], ["c", "Вода", null, 3]]
  const two: RowTexts = [
    ["a", "Апельсин", "1"],
    ["c", "Вода", "3"]
  ]
  const all: RowTexts = [...two, ["b", "Булка", "2"]]

  it.live("stays as it is", () =>
    Effect.gen(function* () {
      const { counters, give } = yield* startExport(rows)
      yield* give(all)
      assert.deepEqual(countsOf(yield* give(two)), [0, 0, 0, 3])
      assert.strictEqual(counters.writes, 0)
    })
  )

  it.live("is removed with all that stood in it", () =>
    Effect.gen(function* () {
      const { give, now } = yield* startExport(rows, `${plainKeys}, gone: remove, sort: Название`)
      yield* give(all)
      const report = yield* give([...two, ["d", "Бублик", "4"]])
      assert.deepEqual(countsOf(report), [1, 0, 1, 2])
      assert.deepInclude(report.changes[0], { cell: "'Лист'!A3", kind: "remove", before: "b" })
      assert.deepInclude(report.changes[1], { cell: "'Лист'!A3", kind: "insert", after: "d" })
      assert.deepEqual(now(), [
        headerRow,
        ["a", "Апельсин", "мой", 1],
        ["d", "Бублик", null, 4],
        ["c", "Вода", null, 3]
      ])
    })
  )

  it.live("is marked once, and the mark is taken back when it returns", () =>
    Effect.gen(function* () {
      const marked: Rows = rows.map((row, at) => [...row, ...(at === 0 ? ["Статус"] : [])])
      const { counters, give, now } = yield* startExport(marked, `${plainKeys}, gone: { mark: { Статус: снято } }`)
      yield* give(all)
      assert.deepEqual(countsOf(yield* give(two)), [0, 1, 0, 2])
      assert.deepEqual(now()[2], ["b", "Булка", null, 2, "снято"])
      assert.deepEqual((yield* give(two)).changes, [])
      yield* give(all)
      assert.deepEqual(now()[2], ["b", "Булка", null, 2])
      assert.strictEqual(counters.writes, 2)
    })
  )

  it.live("is not believed to be gone when the query gives nothing, or less than half", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 60 }, (_, at) => [`k${at}`, `Товар ${at}`, "1"])
      const { counters, give } = yield* startExport([headerRow], `${plainKeys}, gone: remove`)
      yield* give(many)
      const [none, few] = [yield* give([]), yield* give(many.slice(0, 20))]
      assert.deepEqual(none.warnings.map(render), [
        "the query gives no rows at all: those of the sheet stay as they are"
      ])
      assert.match(few.warnings.map(render).join(), /no longer gives 40 of 60 rows: more than half are not removed/)
      assert.strictEqual(counters.writes, 1)
      assert.deepEqual(countsOf(yield* give(many.slice(0, 40))), [0, 0, 20, 40])
    })
  )
})
