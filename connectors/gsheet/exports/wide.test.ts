import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { countsOf, type Kinds, type Rows, type RowTexts, startExport } from "./TestClient.ts"

describe("a wide table", () => {
  const keys = `headerRow: 3, key: product_id, columns: { product_id: product_id, Товар: product_name }, sort: Товар,
    pivot: { key: department_id, groups: { department_id: 1, department_name: 2 }, headers: [Мин, Макс] }`
  const types: Kinds = { product_id: "text", product_name: "text", department_id: "text", department_name: "text" }
  const merges = [0, 1].map((top) => ({ top, left: 2, bottom: top + 1, right: 4 }))
  const rows: Rows = [
    [null, null, "d1", null, "Примечание"],
    [null, null, "Мира", null],
    ["Товар", "product_id", "Мин", "Макс"],
    ["Булка", "b", 5, 20, "свежая"],
    [null, null, null, null, "сорт"]
  ]
  const pairs = (
    products: ReadonlyArray<readonly [string, string]>,
    departments: ReadonlyArray<readonly [string, string]>
  ) => products.flatMap((product) => departments.map((department) => [...product, ...department]))

  it.live("takes new products and departments, and not one number a person typed is touched", () =>
    Effect.gen(function* () {
      const { counters, give, now, tab } = yield* startExport(rows, keys, { merges: structuredClone(merges) })
      const given = pairs(
        [
          ["b", "Булка"],
          ["a", "Апельсин"]
        ],
        [
          ["d1", "Кафе на Мира"],
          ["d2", "Гагарина"],
          ["d3", "Море"]
        ]
      )
      const report = yield* give(given, { types })
      assert.deepEqual(countsOf(report), [1, 1, 0, 1])
      assert.deepEqual(now(), [
        [null, null, "d1", null, "d2", null, "d3", null, "Примечание"],
        [null, null, "Кафе на Мира", null, "Гагарина", null, "Море"],
        ["Товар", "product_id", "Мин", "Макс", "Мин", "Макс", "Мин", "Макс"],
        ["Апельсин", "a"],
        ["Булка", "b", 5, 20, null, null, null, null, "свежая"],
        [null, null, null, null, null, null, null, null, "сорт"]
      ])
      assert.deepEqual(
        tab.merges.filter(({ top }) => top === 0).map(({ left, right }) => [left, right]),
        [
          [2, 4],
          [4, 6],
          [6, 8]
        ]
      )
      assert.deepEqual((yield* give(given, { types })).changes, [])
      assert.strictEqual(counters.writes, 1)
    })
  )

  it.live("is filled from its first header on", () =>
    Effect.gen(function* () {
      const { give, now } = yield* startExport([[], [], ["Товар", "product_id"]], keys)
      yield* give(pairs([["b", "Булка"]], [["d1", "Мира"]]), { types })
      assert.deepEqual(now(), [
        [null, null, "d1"],
        [null, null, "Мира"],
        ["Товар", "product_id", "Мин", "Макс"],
        ["Булка", "b"]
      ])
    })
  )

  it.live("keeps a department that is gone, and its numbers", () =>
    Effect.gen(function* () {
      const { counters, give } = yield* startExport(rows, keys)
      assert.deepEqual((yield* give([["b", "Булка", null, null]], { types })).changes, [])
      assert.strictEqual(counters.writes, 0)
    })
  )

  const broken: ReadonlyArray<readonly [string, RowTexts, string]> = [
    [
      "a pair twice",
      [
        ["b", "Булка", "d1", "Мира"],
        ["b", "Булка", "d1", "Мира"]
      ],
      'gives "b" twice for d1'
    ],
    [
      "a product of two names",
      [
        ["b", "Булка", "d1", "М"],
        ["b", "Батон", "d2", "Г"]
      ],
      'gives "b" in two ways'
    ],
    [
      "a department of two names",
      [
        ["b", "Б", "d1", "М"],
        ["c", "В", "d1", "Г"]
      ],
      "department_id d1 in two ways"
    ]
  ]
  for (const [what, given, message] of broken) {
    it.live(`is not written when the query gives ${what}`, () =>
      Effect.gen(function* () {
        const { counters, give } = yield* startExport(rows, keys)
        assert.include((yield* Effect.flip(give(given, { types }))).message, message)
        assert.strictEqual(counters.writes, 0)
      })
    )
  }

  it.live("tells of a department that stands twice, and of columns in none", () =>
    Effect.gen(function* () {
      const [first, second, third] = rows
      const twice = yield* startExport(
        [[...(first ?? []).slice(0, 4), "d1"], second ?? [], [...(third ?? []), "Мин", "Макс"]],
        keys
      )
      const given = pairs([["b", "Булка"]], [["d1", "Мира"]])
      assert.include(
        (yield* Effect.flip(twice.give(given, { types }))).message,
        "'Лист'!C1 and 'Лист'!E1 both say \"d1\""
      )
      const loose = yield* startExport([[], [], third ?? []], keys)
      assert.include(
        (yield* Effect.flip(loose.give(given, { types }))).message,
        "'Лист'!C3 says \"Мин\" and stands in no group"
      )
    })
  )
})
