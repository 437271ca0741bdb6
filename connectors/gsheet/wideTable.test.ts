import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { problemOf, recordsOf, sample } from "./TestLists.ts"

describe("a wide table", () => {
  it.live("gives a record for each product and department that has a level", () =>
    Effect.gen(function* () {
      const { book, read } = yield* sample
      const { completeness, records } = yield* read("min_stock")
      assert.strictEqual(completeness._tag, "Complete")
      const rows = book.sheets[0]?.rows.slice(3, -1) ?? []
      const pairs = rows.flatMap((row = []) => [2, 4, 6].filter((column) => row[column] !== undefined))
      assert.lengthOf(records, pairs.length)
      assert.deepEqual(records[0], {
        productId: rows[0]?.[1]?.value,
        productName: "Молоко 3,2%",
        departmentId: "ff280cfb-11d4-40ef-aa84-52af0d21ceb9",
        departmentName: "Кафе на Мира",
        minLevel: rows[0]?.[2]?.value,
        maxLevel: rows[0]?.[3]?.value
      })
    })
  )

  const wide = `columns: { Товар: id }, headerRow: 2, unpivot: { groups: { cafe: 1 }, values: { Мин: low, Макс: high } },`
  const fields = "id: text, cafe: text, low: decimal, high: decimal"

  it.live("a level that only has a maximum is a record, one without either is none", () =>
    Effect.gen(function* () {
      const rows = [
        [null, "Мира", null, "Цех "],
        ["Товар", "Мин", "Макс", "Мин", "Макс", "Итого"],
        ["Чай", null, 5, null, null, 5],
        ["Кофе", 0, 2, 1]
      ]
      assert.deepEqual((yield* recordsOf(rows, fields, wide)).records, [
        { id: "Чай", cafe: "Мира", low: null, high: 5 },
        { id: "Кофе", cafe: "Мира", low: 0, high: 2 },
        { id: "Кофе", cafe: "Цех", low: 1, high: null }
      ])
    })
  )

  it.live("of one value each takes any header", () =>
    Effect.gen(function* () {
      const rows = [
        ["Товар", 46_082, 46_113],
        ["Чай", 3, 4]
      ]
      const keys = `columns: { Товар: id }, unpivot: { groups: { month: 1 }, values: { "*": sold } },`
      assert.deepEqual((yield* recordsOf(rows, "id: text, month: date, sold: decimal", keys)).records, [
        { id: "Чай", month: "2026-03-01T00:00:00.000", sold: 3 },
        { id: "Чай", month: "2026-04-01T00:00:00.000", sold: 4 }
      ])
    })
  )

  it.live("a heading that is missing, repeated or incomplete names its cell", () =>
    Effect.gen(function* () {
      const says = (first: ReadonlyArray<string | null>, second: ReadonlyArray<string>) =>
        Effect.map(problemOf([first, second, ["Чай", 1]], fields, wide), ({ message }) => message)
      for (const heading of [[], ["Остатки"]]) {
        const text = yield* says(heading, ["Товар", "Мин", "Макс"])
        assert.include(text, `"Мин" stands under no heading: 'Лист'!B1`, "what stands above the product is no heading")
      }
      assert.include(
        yield* says([null, "Мира", null, "Мира"], ["Товар", "Мин", "Макс", "Мин", "Макс"]),
        `"Мин" stands twice under "Мира", at 'Лист'!B1 and 'Лист'!D1`
      )
      assert.include(yield* says([null, "Мира"], ["Товар", "Мин"]), `under "Мира" at 'Лист'!B1 there is not each of`)
      assert.include(yield* says([null, "#REF!"], ["Товар", "Мин"]), "'Лист'!B1 is #REF! and no heading")
      assert.include(yield* says([null, "Мира"], ["Товар", "Сумма"]), `no column has as its header: "Мин", "Макс"`)
    })
  )
})
