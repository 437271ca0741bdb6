/** The steps of a field's `transform`: what a value becomes, and what is rejected; no database is needed. */
import { assert, describe, it } from "@effect/vitest"
import type { Column } from "../../core/config/Column.ts"
import type { Step } from "../../core/config/schema/TransformYaml.ts"
import { texts } from "../../core/database/tables/TextColumn.ts"
import { render } from "../../core/reason/Reason.ts"
import { Mapper } from "../../core/sync/map/Mapper.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { column, entity } from "../support/source.ts"

/** The value of a row, or why the record was rejected. */
const read = (
  transform: ReadonlyArray<Step>,
  value: unknown,
  type: Column["type"] = "text",
  more: Partial<Column> = {}
) => of({ columns: [column("id", "bigint"), column("c", type, { transform, ...more })] }, { id: 1, c: value })

const of = (more: Parameters<typeof entity>[1], record: SourceRecord) => {
  const mapper = new Mapper(entity("t", more))
  mapper.add(record)
  const [reject] = mapper.rejects
  const [, cells] = mapper.take().columns
  return reject === undefined ? (cells === undefined ? undefined : texts(cells)[0]) : render(reject.why)
}

describe("a step", () => {
  it("trims, and writes in small or capital letters", () => {
    assert.strictEqual(read(["trim"], " \u00a0Ёж\n"), "Ёж")
    assert.strictEqual(read(["trim", "lower"], " ЁЖ "), "ёж")
    assert.strictEqual(read(["upper"], "straße"), "STRASSE")
    assert.strictEqual(read(["trim"], " 12 ", "bigint"), "12")
  })

  it("makes decimals of cents, digit by digit", () => {
    for (const [sent, decoded] of [
      [1999, "19.99"],
      [5, "0.05"],
      [-5, "-0.05"],
      [0, "0.00"],
      ["12345678901234567890123", "123456789012345678901.23"],
      ["\ufdd012345678901234567890", "123456789012345678.90"],
      ["1e3", "10"],
      ["1.5e-2", "0.00015"],
      ["1 999", "19.99"],
      ["100.5", "1.005"],
      ["", null],
      [null, null],
      ["many", "not a decimal number"],
      ["1,234", "not a decimal number"],
      [true, "not a decimal number"],
      ["1e2001", "not a decimal number"]
    ] as const)
      assert.strictEqual(read(["cents"], sent, "decimal"), decoded, String(sent))
  })

  it("splits a text into a list, whose items go through the steps that follow", () => {
    const array = { array: true }
    assert.strictEqual(read([{ split: "," }, "trim"], "a, b ,,c", "text", array), '{"a","b","","c"}')
    assert.strictEqual(read([{ split: ";" }], "1;2", "bigint", array), '{"1","2"}')
    assert.strictEqual(read([{ split: ";" }], ["1;2", "3"], "bigint", array), '{"1","2","3"}')
    assert.strictEqual(read([{ split: "," }, { map: { a: 1 } }], "a,b", "bigint", array), "not among the values of map")
    assert.isNull(read([{ split: "," }], "", "text", array))
    assert.isNull(read([{ split: "," }], null, "text", array))
  })

  it("extracts the first group of an expression, or its match", () => {
    assert.strictEqual(read([{ extract: "№\\s*(\\d+)" }], "Заказ № 77", "bigint"), "77")
    assert.strictEqual(read([{ extract: "\\d+" }], "a12b", "integer"), "12")
    assert.isNull(read([{ extract: "(x)|a" }], "a"))
    assert.isNull(read([{ extract: "\\d+" }], "none"))
    assert.strictEqual(read([{ extract: "\\d+" }], "none", "text", { required: true }), "missing, though required")
    assert.strictEqual(
      read([{ extract: "(?:a|b|c)*(?:d|e)*x" }], "a".repeat(300_000)),
      "longer than the 209714 characters that are searched for its expression"
    )
  })

  it("replaces what an expression matches", () => {
    assert.strictEqual(read([{ replace: "\\D", with: "" }], "+7 (921) 1"), "79211")
    assert.strictEqual(read([{ replace: "(\\d+)/(\\d+)", with: "$2-$1, $$$0" }], "a 1/2"), "a 2-1, $1/2")
    assert.strictEqual(read([{ replace: "x*", with: "-" }], "a👍x"), "-a-👍--")
    assert.strictEqual(read([{ replace: "(a)|b", with: "<$1>" }], "ab"), "<a><>")
  })

  it("maps values, and rejects one that is not listed", () => {
    const map = { map: { A: "active", "1": true, "": null, constructor: "x" } }
    assert.strictEqual(read([map], "A"), "active")
    assert.strictEqual(read([map], 1), "true")
    assert.isNull(read([map], ""))
    assert.isNull(read([map], null))
    assert.strictEqual(read([map], "constructor"), "x")
    assert.strictEqual(read([map], "toString"), "not among the values of map")
    assert.strictEqual(read([{ ...map, otherwise: "other" }], "B"), "other")
    assert.isNull(read([{ ...map, otherwise: null }], "B"))
    assert.strictEqual(read([{ map: { A: 5 } }], "A", "integer"), "5")
    assert.strictEqual(read([{ map: { "12345678901234567890": "long" } }], "\ufdd012345678901234567890"), "long")
  })

  it("is for plain values", () => {
    assert.strictEqual(read(["trim"], { a: 1 }), "neither a text nor a number, so there is nothing to transform")
    assert.strictEqual(read(["trim"], ["a", "b"]), '["a","b"]')
    assert.strictEqual(read(["lower"], true), "true")
    assert.strictEqual(read(["trim"], 1.5, "decimal"), "1.5")
  })

  it("leaves a default as it is declared", () => {
    assert.strictEqual(read(["upper"], null, "text", { default: "none" }), "none")
    assert.strictEqual(read([{ extract: "\\d+" }], "x", "bigint", { default: 7 }), "7")
    assert.strictEqual(read(["cents"], null, "decimal", { default: "0.50" }), "0.50")
  })
})

describe("values that are joined", () => {
  const join = (...more: ReadonlyArray<Step>): Partial<Column> => ({
    source: { _tag: "Joined", pointers: [["first"], ["name", "last"]].map((tokens) => ({ up: 0, tokens })) },
    transform: [{ join: ["first", "/name/last"] }, ...more]
  })
  const joined = (record: SourceRecord, more: Partial<Column> = join()) =>
    of({ columns: [column("id", "bigint"), column("c", "text", more)] }, { id: 1, ...record })

  it("are those that are there", () => {
    assert.strictEqual(joined({ first: "Ann", name: { last: "Lee" } }), "Ann Lee")
    assert.strictEqual(joined({ first: "", name: { last: 7 } }), "7")
    assert.isNull(joined({ first: null }))
    assert.isNull(joined({}))
    assert.strictEqual(joined({ first: "Ann", name: { last: "Lee" } }, join("upper")), "ANN LEE")
    assert.strictEqual(
      joined({ first: {}, name: { last: "Lee" } }),
      "neither a text nor a number, so there is nothing to transform"
    )
  })

  it("are declared fields, and missing only if all of them are", () => {
    const mapper = new Mapper(entity("joined", { columns: [column("id", "bigint"), column("c", "text", join())] }))
    mapper.add({ id: 1, name: { last: null, middle: "x" } })
    assert.deepInclude(mapper.findings, { absent: [], undeclared: ["/name/middle"], absentPlaces: ["join: first"] })
    const none = new Mapper(mapper.entity)
    none.add({ id: 1, other: 1 })
    assert.deepInclude(none.findings, { absent: ["c"], undeclared: ["other"], absentPlaces: [] })
  })
})

describe("a key that is transformed", () => {
  const key = column("id", "text", { transform: ["trim", "lower"] })

  it("keeps the row of a rejected record by what it becomes", () => {
    const mapper = new Mapper(entity("keys", { columns: [key, column("n", "integer")] }))
    mapper.add({ id: " A ", n: "x" })
    assert.deepStrictEqual(mapper.rejections.protectedKeys, [["a"]])
  })

  it("makes records equal that differ before", () => {
    const mapper = new Mapper(entity("equal", { columns: [key] }))
    for (const id of ["A", "a "]) mapper.add({ id })
    assert.isTrue(mapper.duplicatesPossible)
  })
})
