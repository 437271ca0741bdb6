/** The values that a field's content is decoded to, and the contents that are rejected; no database is needed. */
import { assert, describe, it } from "@effect/vitest"
import type { Column } from "../../core/config/Column.ts"
import { render } from "../../core/reason/Reason.ts"
import { decoder, RejectedValue } from "../../core/sync/map/ColumnDecoder.ts"
import { column } from "../support/source.ts"

const read = (type: Column["type"], value: unknown, more: Partial<Column> = {}, repairs = { count: 0 }) => {
  const decoded = decoder(column("c", type, more), "UTC", repairs)(value)
  return decoded instanceof RejectedValue ? render(decoded.why) : decoded
}

describe("a date", () => {
  it("of a declared format is read in that format alone", () => {
    const format = "dd.MM.yyyy"
    assert.strictEqual(read("date", "05.03.2026", { format }), "2026-03-05")
    assert.strictEqual(read("date", "2026-03-05", { format }), "not a date (dd.MM.yyyy)")
  })

  it("may be 29 February in every fourth year, of the centuries in every fourth one", () => {
    for (const year of ["2000", "2024", "2400"]) assert.strictEqual(read("date", `${year}-02-29`), `${year}-02-29`)
    for (const year of ["1900", "2026", "2100"]) {
      assert.strictEqual(read("date", `${year}-02-29`), "not a date (yyyy-MM-dd)")
    }
  })
})

describe("a date of zeros", () => {
  it("is none, also between spaces", () => {
    for (const type of ["date", "timestamp"] as const) {
      for (const text of ["0000-00-00", " 0000-00-00 00:00:00\n"]) assert.isNull(read(type, text), text)
      assert.match(String(read(type, "0000-00-01")), /^not a /)
    }
  })
})

describe("a moment", () => {
  it("lies less than 16 hours from UTC, as PostgreSQL has it", () => {
    for (const sign of ["+", "-"]) {
      const at = `2026-03-05T10:00:00${sign}`
      assert.strictEqual(read("timestamp", `${at}15:59`), `2026-03-05 10:00:00${sign}15:59`)
      assert.strictEqual(read("timestamp", `${at}16:00`), "not a timestamp (ISO 8601)")
    }
  })
})

describe("a truth", () => {
  it("is one of ten words in any case, or what JSON has for it, and nothing else", () => {
    for (const [words, expected] of [
      [["true", "t", "yes", "y", "1"], "true"],
      [["false", "f", "no", "n", "0"], "false"]
    ] as const) {
      for (const word of words) {
        for (const text of [word, word.toUpperCase(), ` ${word} `])
          assert.strictEqual(read("boolean", text), expected, text)
      }
    }
    assert.deepEqual(
      [true, false, 1, 0].map((value) => read("boolean", value)),
      ["true", "false", "true", "false"]
    )
    for (const text of ["ye", "tru", "truee", "2", "10", "nope", "yes no"]) {
      assert.strictEqual(read("boolean", text), "not true or false", text)
    }
  })
})

describe("a number with an exponent", () => {
  it("is none where its digits would fill pages", () => {
    for (const sign of ["", "-", "+"]) {
      assert.strictEqual(read("decimal", `1e${sign}1000`), `1e${sign}1000`)
      assert.strictEqual(read("decimal", `1e${sign}1001`), "not a decimal number")
    }
  })
})

describe("a whole number", () => {
  it("may be written with a point and an exponent, if its digits are whole", () => {
    for (const [text, digits] of [
      ["17.0", "17"],
      ["1e3", "1000"],
      ["-1.50E1", "-15"],
      ["+.5e1", "5"],
      ["1500e-2", "15"],
      ["0e-5", "0"],
      ["9.223372036854775807e18", "9223372036854775807"],
      ["-9.223372036854775808e18", "-9223372036854775808"]
    ] as const) {
      assert.strictEqual(read("bigint", text), digits)
    }
    for (const text of ["15e-1", "1.55e1", "1e-3", "e5"]) assert.strictEqual(read("bigint", text), "not a whole number")
    for (const value of ["9.223372036854775808e18", "1e999", 1e20]) {
      assert.strictEqual(read("bigint", value), "out of range for bigint")
    }
  })
})

describe("a text in a JSON column", () => {
  it("is there also when it is empty", () => {
    for (const text of ["", " "]) assert.strictEqual(read("json", text), JSON.stringify(text))
    assert.strictEqual(read("bigint", " "), null)
  })

  it("is repaired where it holds either half of a pair", () => {
    for (const half of ["\ud800", "\udbff", "\udc00", "\udfff"]) {
      const repairs = { count: 0 }
      assert.strictEqual(read("json", { a: [`x${half}`] }, {}, repairs), '{"a":["x\ufffd"]}')
      assert.strictEqual(repairs.count, 1)
    }
  })
})
