import { assert, describe, it } from "@effect/vitest"
import { coloured, plain } from "../../../core/cli/render/terminal/Style.ts"
import * as Table from "../../../core/cli/render/terminal/Table.ts"

interface Dish {
  readonly name: string
  readonly amount: number
  readonly lost: number
}

const columns: ReadonlyArray<Table.Column<Dish>> = [
  { title: "name", value: (dish) => dish.name, min: 6 },
  { title: "amount", short: "no.", align: "right", value: (dish) => Table.quantity(dish.amount) },
  { title: "lost", align: "right", optional: true, value: (dish) => Table.quantity(dish.lost) }
]
const rows: ReadonlyArray<Dish> = [
  { name: "Соль поваренная", amount: 12345, lost: 0 },
  { name: "寿司", amount: 7, lost: 0 }
]

const lines = (width: number, table: Partial<Table.Table<Dish>> = {}): ReadonlyArray<string> =>
  Table.render({ columns, rows, ...table }, { width, style: plain }).split("\n")

describe("Table", () => {
  it("takes the room it needs", () => {
    const expected = ["name             amount  lost", "Соль поваренная  12 345     0", "寿司                  7     0"]
    assert.deepStrictEqual(lines(29), expected)
    assert.deepStrictEqual(lines(Number.POSITIVE_INFINITY), expected)
  })

  it("leaves out a column of zeros when room is short", () => {
    assert.deepStrictEqual(lines(28), ["name             amount", "Соль поваренная  12 345", "寿司                  7"])
  })

  it("keeps a column that holds something, and shrinks another", () => {
    const spoiled = rows.map((dish) => ({ ...dish, lost: 3 }))
    assert.deepStrictEqual(lines(26, { rows: spoiled }), [
      "name             no.  lost",
      "Соль поваре…  12 345     3",
      "寿司               7     3"
    ])
  })

  it("ellipsises down to the least width", () => {
    assert.deepStrictEqual(lines(14), ["name       no.", "Соль …  12 345", "寿司         7"])
  })

  it("turns into blocks below that, without what is zero", () => {
    const whole = columns.map((column) => ({ ...column, min: 15 }))
    assert.deepStrictEqual(lines(22, { columns: whole }), [
      "name:   Соль",
      "        поваренная",
      "amount: 12 345",
      "",
      "name:   寿司",
      "amount: 7"
    ])
  })

  it("shows a note under its row, in full", () => {
    const note = (dish: Dish): ReadonlyArray<string> => (dish.amount > 100 ? ["too much of it in the store"] : [])
    assert.deepStrictEqual(lines(24, { note }), [
      "name             amount",
      "Соль поваренная  12 345",
      "  too much of it in the",
      "  store",
      "寿司                  7"
    ])
  })

  it("shows only the titles when there are no rows", () => {
    assert.deepStrictEqual(lines(40, { rows: [] }), ["name  amount  lost"])
  })

  it("cannot be broken by what a cell holds", () => {
    const hostile = [{ name: "a\nb\u001b[2J", amount: 1, lost: 0 }]
    assert.deepStrictEqual(lines(40, { rows: hostile }), [
      "name           amount  lost",
      "a\\nb\\u{1b}[2J       1     0"
    ])
  })

  it("colours after it measured", () => {
    const [, first] = Table.render({ columns, rows }, { width: 29, style: coloured }).split("\n")
    assert.strictEqual(first, "Соль поваренная  12 345     \u001b[2m0\u001b[22m")
  })
})
