/** How rows and groups are found by their keys: while these load, as people type them, and where they are errors. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { render } from "../../../core/reason/Reason.ts"
import {
  contents,
  countsOf,
  headerRow,
  type Kinds,
  type Rows,
  removingKeys,
  startExport,
  threeRows
} from "./TestClient.ts"

describe("what is gone", () => {
  const many = Array.from({ length: 100 }, (_, at) => [`k${at}`, `Товар ${at}`, "1"])

  it.live("is removed where it is more than twenty rows, but less than half", () =>
    Effect.gen(function* () {
      const { give } = yield* startExport([headerRow], removingKeys)
      yield* give(many)
      assert.deepEqual(countsOf(yield* give(many.slice(0, 70))), [0, 0, 30, 70])
    })
  )

  it.live("is removed where it is more than half, but twenty rows at most", () =>
    Effect.gen(function* () {
      const { give } = yield* startExport([headerRow], removingKeys)
      yield* give(many.slice(0, 25))
      assert.deepEqual(countsOf(yield* give(many.slice(0, 5))), [0, 0, 20, 5])
    })
  )
})

describe("while a key is loading", () => {
  for (const loading of ["Loading...", "Loading…", "Загрузка…", "Загрузка..."]) {
    it.live(`as ${loading}, nothing new is put in: it may be what would be put in`, () =>
      Effect.gen(function* () {
        const { give, now, tab } = yield* startExport([headerRow], removingKeys)
        yield* give(threeRows)
        tab.rows[2]?.splice(0, 1, { value: loading })
        const before = now()
        const { changes, warnings } = yield* give(threeRows)
        assert.deepEqual([changes, now()], [[], before])
        assert.include(warnings.map(render).join(), "new rows wait until no key is loading")
        tab.rows[2]?.splice(0, 1, { value: "a" })
        assert.deepEqual((yield* give(threeRows)).changes, [])
      })
    )
  }
})

describe("keys are compared as people read them", () => {
  const same: ReadonlyArray<readonly [what: string, typed: string | number, given: string, kind: "text" | "number"]> = [
    ["with spaces at the end", " a1  ", "a1", "text"],
    ["with a space that does not break", "a\u00a01", "a 1", "text"],
    ["with what takes no room", "a\u200b1\ufeff", "a1", "text"],
    ["with a letter in two parts", "й".normalize("NFD"), "й", "text"],
    ["given in two parts", "ё", "ё".normalize("NFD"), "text"],
    ["as text with zeros in front, where the query gives numbers", "007", "7", "number"],
    ["as text with a comma, where the query gives numbers", "7,50", "7.5", "number"],
    ["as a number, where the query gives texts", 7, "7", "text"]
  ]
  for (const [what, typed, given, kind] of same) {
    it.live(`${what}, and stay as they were typed`, () =>
      Effect.gen(function* () {
        const { counters, give, tab } = yield* startExport([headerRow, [typed, "Апельсин", null, 1]], removingKeys)
        const { changes } = yield* give([[given, "Апельсин", "1"]], {
          types: { code: kind, name: "text", price: "number" }
        })
        assert.deepEqual([changes, counters.writes], [[], 0])
        assert.deepEqual(contents(tab)[1], [typed, "Апельсин", null, 1])
      })
    )
  }

  it.live("where the query gives texts, 007 and 7 are two", () =>
    Effect.gen(function* () {
      const { give, now } = yield* startExport([headerRow, ["007", "Апельсин", null, 1]], removingKeys)
      yield* give([
        ["007", "Апельсин", "1"],
        ["7", "Булка", "2"]
      ])
      assert.deepEqual(
        now().map(([key]) => key),
        ["Код", "007", "7"]
      )
    })
  )
})

describe("the heading of a group", () => {
  const keys = `headerRow: 2, key: product_id, columns: { product_id: product_id },
    pivot: { key: department_id, groups: { department_id: 1 }, headers: [Мин] }`
  const types: Kinds = { product_id: "text", department_id: "text" }
  const under = (heading: Rows[number][number]): Rows => [
    [null, heading],
    ["product_id", "Мин"],
    ["b", 5]
  ]

  it.live("that is an error is nobody's, and what people typed below it stays", () =>
    Effect.gen(function* () {
      const { give, now } = yield* startExport(under("#REF!"), keys)
      const { warnings } = yield* give([["b", "d1"]], { types })
      assert.match(warnings.map(render).join(), /'Лист'!B1 is #REF!/)
      assert.deepEqual(now(), [
        [null, "#REF!", "d1"],
        ["product_id", "Мин", "Мин"],
        ["b", 5]
      ])
    })
  )

  it.live("that is loading keeps new groups waiting", () =>
    Effect.gen(function* () {
      const { give, now } = yield* startExport(under("Loading..."), keys)
      yield* give([["b", "d1"]], { types })
      assert.deepEqual(now(), under("Loading..."))
    })
  )
})
