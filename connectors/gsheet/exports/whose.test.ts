/** The owner of a row: the daemon may mark or remove only rows whose key the query has returned. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { render } from "../../../core/reason/Reason.ts"
import {
  countsOf,
  headerRow,
  type Kinds,
  plainKeys,
  type Rows,
  type RowTexts,
  removingKeys,
  startExport
} from "./TestClient.ts"

const a: RowTexts = [["a", "Апельсин", "1"]]

const marked = [...headerRow, "Статус"]

const mark = `${plainKeys}, gone: { mark: { Статус: снято } }`

describe("a row that stands below the headers", () => {
  const people: ReadonlyArray<readonly [what: string, row: Rows[number]]> = [
    ["a note in the key column", ["позвонить поставщику", null, "до пятницы"]],
    ["a note in every cell", ["уточнить", "узнать цену", "!", 7]],
    ["a heading", ["Бакалея"]],
    ["a total", ["Итого", "всего", null, { formula: "=SUM(D2:D3)" }]],
    ["a total that is typed", ["итого", "всего", null, 12]],
    ["a broken reference", [{ formula: "=#REF!" }, "Булка", "моя", 2]],
    ["a formula that divides by nothing", [{ formula: "=1/0" }, "Булка", "моя", 2]],
    ["an error that was pasted", ["#Н/Д", "Булка", "моя", 2]],
    ["a key with a note behind it", ["b (уточнить)", "Булка", "моя", 2]]
  ]
  for (const [what, row] of people) {
    it.live(`with ${what} is neither removed nor marked, on the first run or later`, () =>
      Effect.gen(function* () {
        for (const [keys, header] of [
          [removingKeys, headerRow],
          [mark, marked]
        ] as const) {
          const { give, now, tab } = yield* startExport([header, ["a", "Апельсин", null, 1], row], keys)
          const before = now()
          yield* give(a)
          yield* give(a)
          assert.deepEqual(now(), before)
          // Inserted in between, where the daemon's rows are known by now.
          tab.rows.splice(1, 0, structuredClone(tab.rows[2]))
          const twice = now()
          yield* give(a)
          assert.deepEqual(now(), twice)
        }
      })
    )
  }

  it.live("is removed when the query gave it in an earlier run, whatever its key looks like", () =>
    Effect.gen(function* () {
      const { give, now } = yield* startExport([headerRow], removingKeys)
      const odd: RowTexts = [...a, ["Итого за день", null, null], ["#нет", "Без кода", "3"]]
      yield* give(odd)
      assert.deepEqual(countsOf(yield* give(a)), [0, 0, 2, 1])
      assert.deepEqual(now(), [headerRow, ["a", "Апельсин", null, 1]])
    })
  )

  it.live("is nobody's any more when a person wrote something else over its key", () =>
    Effect.gen(function* () {
      const { give, now, tab } = yield* startExport([headerRow], removingKeys)
      yield* give([...a, ["b", "Булка", "2"]])
      tab.rows[2]?.splice(0, 1, { value: "спросить" })
      yield* give([...a, ["b", "Булка", "2"]])
      assert.deepEqual(now(), [
        headerRow,
        ["a", "Апельсин", null, 1],
        ["b", "Булка", null, 2],
        ["спросить", "Булка", null, 2]
      ])
    })
  )

  it.live("in a tab of which nothing is remembered is somebody else's, however much it looks like the daemon's", () =>
    Effect.gen(function* () {
      for (const [keys, header] of [
        [removingKeys, headerRow],
        [mark, marked]
      ] as const) {
        const rows: Rows = [header, ["a-1", "Апельсин", null, 1], ["a-2", "Булка", null, 2], ["a-3", "Вода", "моя", 3]]
        const { give, now } = yield* startExport(rows, keys)
        const one: RowTexts = [["a-1", "Апельсин", "1"]]
        assert.deepEqual((yield* give(one)).changes, [])
        assert.deepEqual((yield* give(one)).changes, [])
        assert.deepEqual(now(), rows)
      }
    })
  )

  const writings: ReadonlyArray<readonly [what: string, row: Rows[number]]> = [
    ["a word beside it", ["b", "Булка", "позвонить", 2]],
    ["a number behind the last column", ["b", "Булка", null, 2, null, 7]],
    ["a tick", ["b", "Булка", null, 2, true]],
    ["a note on its key", [{ value: "b", note: "спросить Анну" }, "Булка", null, 2]],
    ["a note on a cell without a value", ["b", "Булка", { note: "спросить Анну" }, 2]]
  ]
  for (const [what, row] of writings) {
    it.live(`with ${what} is not removed, which is told until that is gone`, () =>
      Effect.gen(function* () {
        const { give, now, tab } = yield* startExport([headerRow, ["a", "Апельсин", null, 1], row], removingKeys)
        yield* give([...a, ["b", "Булка", "2"]])
        const before = now()
        for (const _ of [1, 2]) {
          const { changes, warnings } = yield* give(a)
          assert.deepEqual([changes, now()], [[], before])
          assert.match(
            warnings.map(render).join(),
            /no longer gives the rows of 'Лист'!A3: they stay, because somebody/
          )
        }
        tab.rows[2] = [{ value: "b" }, { value: "Булка" }, undefined, { value: 2 }]
        assert.deepEqual(countsOf(yield* give(a)), [0, 0, 1, 1])
      })
    )
  }

  it.live("that comes back loses the mark, and keeps what a person wrote in its place", () =>
    Effect.gen(function* () {
      const rows: Rows = [marked, ["a", "Апельсин", null, 1, "снято"], ["b", "Булка", null, 2, "в пути"]]
      const { give, now } = yield* startExport(rows, mark)
      yield* give([...a, ["b", "Булка", "2"]])
      assert.deepEqual(now(), [marked, ["a", "Апельсин", null, 1], ["b", "Булка", null, 2, "в пути"]])
    })
  )

  it.live("says what the query says of it, also where that is the mark", () =>
    Effect.gen(function* () {
      const columns = 'columns: { Код: code, Название: name, "Цена, руб.": price, Статус: status }, key: Код'
      const { give, now } = yield* startExport([marked], `${columns}, gone: { mark: { Статус: снято } }`)
      const types: Kinds = { code: "text", name: "text", price: "number", status: "text" }
      const given: RowTexts = [["a", "Апельсин", "1", "снято"]]
      yield* give(given, { types })
      assert.deepEqual((yield* give(given, { types })).changes, [])
      assert.deepEqual(now(), [marked, ["a", "Апельсин", null, 1, "снято"]])
    })
  )

  it.live("with nothing but a formula or an empty tick beside it is removed", () =>
    Effect.gen(function* () {
      const rows: Rows = [headerRow, ["a", "Апельсин", null, 1], ["b", "Булка", { formula: "=D3*2" }, 2, false, " "]]
      const { give, now } = yield* startExport(rows, removingKeys)
      yield* give([...a, ["b", "Булка", "2"]])
      assert.deepEqual(countsOf(yield* give(a)), [0, 0, 1, 1])
      assert.lengthOf(now(), 2)
    })
  )

  it.live("whose key is worked out by a formula is found by what it comes to, and the formula stays", () =>
    Effect.gen(function* () {
      const rows: Rows = [headerRow, [{ formula: '="a"' }, "Апельсин", null, 1], [{ formula: "=C3" }, "Булка", "b", 2]]
      const { give, now, tab } = yield* startExport(rows, removingKeys)
      yield* give([
        ["a", "Апельсин", "5"],
        ["b", "Булка", "2"],
        ["c", "Вода", "3"]
      ])
      assert.deepEqual(now(), [
        headerRow,
        ['="a"', "Апельсин", null, 5],
        ["=C3", "Булка", "b", 2],
        ["c", "Вода", null, 3]
      ])
      // Its reference is gone: the key is an error, and the row has no owner any more.
      tab.rows[2]?.splice(0, 1, { formula: "=#REF!" })
      const { changes, warnings } = yield* give([
        ["a", "Апельсин", "5"],
        ["c", "Вода", "3"]
      ])
      assert.deepEqual(changes, [])
      assert.match(warnings.map(render).join(), /'Лист'!A3 is #REF!/)
    })
  )

  it.live("in another tab of the same title is not the daemon's because one of its key was", () =>
    Effect.gen(function* () {
      const { give, now, tab } = yield* startExport([headerRow], removingKeys)
      yield* give([...a, ["b", "Булка", "2"]])
      // Somebody has replaced it with a copy.
      tab.sheetId = 987_654
      const before = now()
      assert.deepEqual((yield* give(a)).changes, [])
      assert.deepEqual(now(), before)
    })
  )

  it.live("is not the daemon's once that was removed, when a person writes its key again", () =>
    Effect.gen(function* () {
      const { give, now, tab } = yield* startExport([headerRow], removingKeys)
      yield* give([...a, ["b", "Булка", "2"]])
      assert.deepEqual(countsOf(yield* give(a)), [0, 0, 1, 1])
      tab.rows[2] = [{ value: "b" }, { value: "Булка" }, undefined, { value: 2 }]
      assert.deepEqual((yield* give(a)).changes, [])
      assert.lengthOf(now(), 3)
    })
  )

  it.live("may say the same twice where it is nobody's", () =>
    Effect.gen(function* () {
      const rows: Rows = [headerRow, ["Раздел"], ["a", "Апельсин", null, 1], ["Раздел"]]
      const { give, now } = yield* startExport(rows, removingKeys)
      assert.deepEqual((yield* give(a)).changes, [])
      assert.deepEqual(now(), rows)
    })
  )

  it.live("with a blank in its key is a person's", () =>
    Effect.gen(function* () {
      const types: Kinds = { a: "text", b: "text", n: "number" }
      const rows: Rows = [
        ["a", "b", "n"],
        ["x", "1", 5],
        ["y", null, 99]
      ]
      const { give, now } = yield* startExport(rows, "key: [a, b], columns: { a: a, b: b, n: n }, gone: remove")
      assert.deepEqual(countsOf(yield* give([["x", "1", "5"]], { types })), [0, 0, 0, 1])
      assert.deepEqual(now(), rows)
    })
  )

  it.live("is forgotten neither while its key is an error nor when its removal was withheld", () =>
    Effect.gen(function* () {
      const { give, now, tab } = yield* startExport([headerRow], removingKeys)
      yield* give([...a, ["b", "Булка", "2"]])
      tab.rows[2]?.splice(0, 1, { formula: "=1/0" })
      const { warnings } = yield* give(a)
      assert.deepEqual(warnings.map(render), [
        "'Лист'!A3 is #DIV/0!: an error is nobody's key, so what stands there is left as it is"
      ])
      tab.rows[2]?.splice(0, 1, { value: "b" })
      assert.deepEqual(countsOf(yield* give(a)), [0, 0, 1, 1])
      assert.lengthOf(now(), 2)
    })
  )
})
