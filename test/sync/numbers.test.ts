import { assert, describe, it } from "@effect/vitest"
import type { Column } from "../../core/config/Column.ts"
import { formatProblem } from "../../core/config/values/ColumnFormat.ts"
import { type Reason, render } from "../../core/reason/Reason.ts"
import { decoder, RejectedValue } from "../../core/sync/map/ColumnDecoder.ts"
import { column } from "../support/source.ts"

const read = (value: unknown, format?: string, type: "decimal" | "integer" | "bigint" | "double" = "decimal") => {
  const decoded = decoder(column("n", type, format === undefined ? {} : { format }), "UTC", { count: 0 })(value)
  return decoded instanceof RejectedValue ? render(decoded.why) : decoded
}

const textOf = (why: Reason | undefined) => (why === undefined ? "" : render(why))

const either = "one of two numbers: declare `format: 1,234.56` or `format: 1.234,56`"

describe("a number written as text", () => {
  const plain: ReadonlyArray<readonly [string, string]> = [
    ["1 234,56", "1234.56"],
    ["1\u00a0234\u202f567,5", "1234567.5"],
    ["1’234.50", "1234.50"],
    ["1,234.567", "1234.567"],
    ["1 234,567", "1234.567"],
    ["0,125", "0.125"],
    ["1234,567", "1234.567"],
    ["12,5", "12.5"],
    ["-1,25", "-1.25"],
    ["1.234", "1.234"],
    ["1,234,567.89", "1234567.89"]
  ]
  for (const [text, number] of plain) it(`${text} is ${number}`, () => assert.strictEqual(read(text), number))

  for (const text of ["1,234", "-12,345", " +999,000 "]) {
    it(`${text} could be two numbers, so it is none until the field says which`, () => {
      for (const type of ["decimal", "bigint", "double"] as const)
        assert.strictEqual(read(text, undefined, type), either)
    })
  }

  it("with points that group is none without a format: beside it, 1.299 would be more than a thousand", () => {
    for (const text of ["1.299,00", "1.234,567", " -1.234.567,89"]) {
      for (const type of ["decimal", "double"] as const) assert.strictEqual(read(text, undefined, type), either, text)
    }
    assert.strictEqual(read("1.299,00", "1.234,56"), "1299.00")
    for (const type of ["integer", "bigint"] as const) assert.strictEqual(read("1.299,00", undefined, type), "1299")
  })

  it("is no whole number if its point may group", () => {
    for (const type of ["integer", "bigint"] as const) {
      for (const text of ["1.000", "10.000", " -1.250 "]) assert.strictEqual(read(text, undefined, type), either, text)
      assert.strictEqual(read("1.000", "1.234,56", type), "1000")
      assert.strictEqual(read("1.000", "1,234.56", type), "1")
      for (const [sent, number] of [
        ["1.0", "1"],
        ["1.00", "1"],
        ["0.000", "0"],
        ["1234.000", "1234"],
        ["1,000.00", "1000"],
        [1, "1"]
      ] as const)
        assert.strictEqual(read(sent, undefined, type), number, String(sent))
    }
  })

  it("means what the field declares", () => {
    assert.strictEqual(read("1,234", "1,234.56"), "1234")
    assert.strictEqual(read("1,234", "1.234,56"), "1.234")
    assert.strictEqual(read("1.234", "1.234,56"), "1234")
    assert.strictEqual(read("1.234", "1,234.56"), "1.234")
    assert.strictEqual(read("1,234,567", "1,234.56", "bigint"), "1234567")
    assert.strictEqual(read("-1.234.567,8", "1.234,56"), "-1234567.8")
  })

  it("that is not as declared is rejected rather than guessed", () => {
    assert.strictEqual(read("12,5", "1,234.56"), "not a decimal number")
    assert.strictEqual(read("1,23,456", "1,234.56"), "not a decimal number")
    // Accepted, 1.25 and 1.250 of one list would differ by a thousand.
    for (const text of ["1.25", "0.5", "-12.5", "1234.5", "1.2345"]) {
      assert.strictEqual(read(text, "1.234,56"), "not a decimal number", text)
    }
  })

  it("is grouped by threes behind a group that does not begin with 0, or is none", () => {
    const none: ReadonlyArray<readonly [string, format?: string]> = [
      ["0.500", "1.234,56"],
      ["-0.500", "1.234,56"],
      ["012.345,6", "1.234,56"],
      ["1.23,4", "1.234,56"],
      ["1 234.567", "1.234,56"],
      ["0,500", "1,234.56"],
      ["000,500", "1,234.56"],
      ["0,500.5", "1,234.56"],
      ["1,2,3.4"],
      ["1.2.3,4"],
      ["12.345.6,7"],
      ["0,123.4"],
      ["1234,567.8"],
      ["1 234,567.8"]
    ]
    const anyway = ["1 2 3", "0 500", "1 2345", "1  234", "1 234 56", "1'2", "0’500", "1'234'5", "1 234 .5"]
    for (const format of [undefined, "1,234.56", "1.234,56"]) {
      for (const text of anyway) assert.strictEqual(read(text, format), "not a decimal number", text)
      for (const text of ["1 234", " 1'234 ", "1’234", "1\u2009234"])
        assert.strictEqual(read(text, format), "1234", text)
      for (const text of ["- 5", "-5"]) assert.strictEqual(read(text, format), "-5", text)
    }
    for (const [text, format] of none) assert.strictEqual(read(text, format), "not a decimal number", text)
    assert.strictEqual(read("0.5", "1,234.56"), "0.5")
    assert.strictEqual(read("0,500", "1.234,56"), "0.500")
    assert.strictEqual(read("0.500", "1,234.56"), "0.500")
    assert.strictEqual(read("12 345,6", "1.234,56"), "12345.6")
  })

  it("keeps the digits of the source's own JSON, whatever is declared", () => {
    assert.strictEqual(read("12345678901234567890.125", "1.234,56"), "12345678901234567890.125")
    assert.strictEqual(read("1.5e300", "1.234,56"), "1.5e300")
    assert.strictEqual(read(1.234, "1.234,56"), "1.234")
  })

  it("is declared in one of two ways", () => {
    assert.strictEqual(formatProblem("1.234,56", "decimal"), undefined)
    assert.match(textOf(formatProblem("1 234,56", "decimal")), /no way to write a number: 1,234\.56, 1\.234,56/)
    assert.match(textOf(formatProblem("1,234.56", "text")), /belongs to dates, times, timestamps and numbers/)
  })
})

describe("true or false", () => {
  it("is no number, and a number is one of them as 1 and 0 only", () => {
    const decoded = (type: Column["type"], value: unknown, more: Partial<Column> = {}) => {
      const result = decoder(column("c", type, more), "UTC", { count: 0 })(value)
      return result instanceof RejectedValue ? render(result.why) : result
    }
    for (const value of [true, false]) {
      for (const [type, message] of [
        ["integer", "not a whole number"],
        ["bigint", "not a whole number"],
        ["decimal", "not a decimal number"],
        ["double", "not a number in the range of double"],
        ["date", "not a date (yyyy-MM-dd)"],
        ["timestamp", "not a timestamp (ISO 8601)"],
        ["time", "not a time of day"],
        ["uuid", "not a uuid"]
      ] as const) {
        assert.strictEqual(decoded(type, value), message)
        assert.strictEqual(decoded(type, [value], { array: true }), message)
      }
      for (const format of ["unix", "unix-ms", "unix-us"]) {
        assert.strictEqual(decoded("timestamp", value, { format }), `not a timestamp (${format})`)
      }
      for (const format of ["1,234.56", "1.234,56"]) {
        assert.strictEqual(decoded("decimal", value, { format }), "not a decimal number")
      }
      assert.deepStrictEqual([decoded("text", value), decoded("boolean", value)], [String(value), String(value)])
    }
    assert.deepStrictEqual(
      [1, 0, "1", " F "].map((value) => decoded("boolean", value)),
      ["true", "false", "true", "false"]
    )
    for (const value of [2, -1, 0.5, "2", [1], ["true"], [[true]], { a: 1 }]) {
      assert.strictEqual(decoded("boolean", value), "not true or false", JSON.stringify(value))
    }
  })

  for (const text of ["constructor", "__proto__", "toString", "on"]) {
    it(`${text} is neither`, () => {
      const decoded = decoder(column("b", "boolean"), "UTC", { count: 0 })(text)
      assert.instanceOf(decoded, RejectedValue)
    })
  }
})

describe("a time", () => {
  const decode = (value: string, more: Parameters<typeof column>[2] = {}) =>
    decoder(column("at", "timestamp", more), "Europe/Kaliningrad", { count: 0 })(value)

  it("has no minute or second 60", () => {
    for (const text of [
      "2026-03-01T10:60:00Z",
      "2026-03-01T10:00:60Z",
      "2026-03-01T10:60:00.000Z",
      "2026-03-01 10:60"
    ]) {
      assert.instanceOf(decode(text), RejectedValue, text)
    }
    assert.strictEqual(decode("2026-03-01T10:59:59Z"), "2026-03-01T10:59:59Z")
  })

  it("that names no zone is one of the connector's", () => {
    assert.strictEqual(decode("2026-03-01 10:00"), "2026-03-01 10:00:00 Europe/Kaliningrad")
    assert.strictEqual(
      decode("01.03.2026 10:00", { format: "dd.MM.yyyy HH:mm" }),
      "2026-03-01 10:00:00 Europe/Kaliningrad"
    )
    assert.strictEqual(decode("2026-03-01 10:00+03"), "2026-03-01 10:00:00+03")
  })
})
