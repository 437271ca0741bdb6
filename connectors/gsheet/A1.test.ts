import { assert, describe, it } from "@effect/vitest"
import * as A1 from "./A1.ts"

describe("A1 notation", () => {
  it("names areas of a sheet, or all of it", () => {
    const cases: ReadonlyArray<readonly [string, A1.A1Range | undefined]> = [
      ["A1", { area: { top: 0, left: 0, bottom: 1, right: 1 } }],
      ["$B$3:AA1", { area: { top: 0, left: 1, bottom: 3, right: 27 } }],
      ["Лист1!A:B", { sheet: "Лист1", area: { top: 0, left: 0, right: 2 } }],
      ["Лист1!2:3", { sheet: "Лист1", area: { top: 1, left: 0, bottom: 3 } }],
      ["Лист1!A5:A", { sheet: "Лист1", area: { top: 4, left: 0, right: 1 } }],
      ["Мин. остатки", { sheet: "Мин. остатки", area: { top: 0, left: 0 } }],
      ["'A1'", { sheet: "A1", area: { top: 0, left: 0 } }],
      ["'It''s 50% off!'!C2", { sheet: "It's 50% off!", area: { top: 1, left: 2, bottom: 2, right: 3 } }],
      ["", undefined],
      ["Лист1!", undefined],
      ["Лист1!A1:B2:C3", undefined],
      ["Лист1!A0", undefined],
      ["'Лист1!A1", undefined]
    ]
    for (const [text, expected] of cases) assert.deepEqual(A1.parse(text), expected, text)
  })

  it("is written with quotes where a title could be taken for something else", () => {
    assert.strictEqual(A1.cellName("Sheet1", 0, 26), "Sheet1!AA1")
    assert.strictEqual(A1.cellName("Q1", 9, 701), "'Q1'!ZZ10")
    assert.strictEqual(A1.rangeName("It's", { top: 0, left: 0, bottom: 2, right: 702 }), "'It''s'!A1:ZZ2")
  })

  it("gets its quotes where a title stands before an area", () => {
    assert.deepEqual(["Мин. остатки!A1:F", "'Мой лист'!A1", "Sheet1!A1", "A1:B2", "Остатки"].map(A1.withQuotes), [
      "'Мин. остатки'!A1:F",
      "'Мой лист'!A1",
      "Sheet1!A1",
      "A1:B2",
      "Остатки"
    ])
  })
})
