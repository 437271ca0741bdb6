/** Values as vendors write them, by the declared format; no database is needed. */
import { assert, describe, it } from "@effect/vitest"
import type { Column } from "../../core/config/Column.ts"
import { render } from "../../core/reason/Reason.ts"
import { decoder, RejectedValue } from "../../core/sync/map/ColumnDecoder.ts"
import { column } from "../support/source.ts"

const read = (type: Column["type"], format: string | undefined, value: unknown, more: Partial<Column> = {}) => {
  const given = column("c", type, { ...(format === undefined ? {} : { format }), ...more })
  const decoded = decoder(given, "Europe/Kaliningrad", { count: 0 })(value)
  return decoded instanceof RejectedValue ? render(decoded.why) : decoded
}

const each = (
  type: Column["type"],
  format: string | undefined,
  cases: ReadonlyArray<readonly [sent: unknown, expected: string | null]>
) => {
  for (const [sent, expected] of cases) assert.strictEqual(read(type, format, sent), expected, `${format}: ${sent}`)
}

const notSpan = (format: string) =>
  `not a span of time (${format}); the formats are duration (PT1H30M, 1:30:00), H:mm and m:ss`

describe("a sum of money", () => {
  it("has a dash in place of its cents, which is no minus", () => {
    each("decimal", "currency", [
      ["19,- €", "19."],
      ["19,-€", "19."],
      ["19,\u2013 €", "19."],
      ["€ 19,\u2014", "19."],
      ["1.299,- €", "1299."],
      ["CHF 99.-", "99."],
      ["CHF 1'299.\u2013", "1299."],
      ["99,-- kr.", "99."],
      ["-19,- €", "-19."],
      ["(19,-)", "-19."],
      ["19,00-", "-19.00"],
      ["19,--- €", "not a number (currency)"],
      ["19,- -", "not a number (currency)"],
      // Half a euro on a price tag, less than nothing in a ledger.
      ["-,50 €", "not a number (currency)"],
      ["€ -,50", "not a number (currency)"],
      ["-.50", "-.50"]
    ])
    each("decimal", "currency 1.234,56", [
      ["1.299,- €", "1299."],
      ["CHF 99.-", "not a number (currency 1.234,56)"]
    ])
    each("integer", "currency", [["1.299,- €", "1299"]])
  })

  it("is read without its unit, with every digit", () => {
    each("decimal", "currency", [
      ["1 234,56 ₽", "1234.56"],
      ["1\u00a0234,56\u00a0руб.", "1234.56"],
      ["$1,234.56", "1234.56"],
      ["US$ 12345678901234567890.12", "12345678901234567890.12"],
      ["12.50 USD", "12.50"],
      ["EUR 5", "5"],
      ["5 р.", "5"],
      ["-$5", "-5"],
      ["$-5", "-5"],
      ["\u22125,00 €", "-5.00"],
      ["5,00- zł", "-5.00"],
      ["(1,234.56)", "-1234.56"],
      ["($5)", "-5"],
      ["5.00-", "-5.00"],
      ["(-5)", "not a number (currency)"],
      ["--5", "not a number (currency)"],
      ["$5 €", "not a number (currency)"],
      ["5 per day", "not a number (currency)"],
      ["₽", "not a number (currency)"],
      [`$${"1".repeat(200)}`, "not a number (currency)"],
      [5.5, "5.5"],
      ["", null],
      ["$1,234", "one of two numbers: declare `format: currency 1,234.56` or `format: currency 1.234,56`"],
      ["1.234 €", "one of two numbers: declare `format: currency 1,234.56` or `format: currency 1.234,56`"],
      ["-12.345 zł", "one of two numbers: declare `format: currency 1,234.56` or `format: currency 1.234,56`"],
      ["0.125 €", "0.125"],
      ["1234.567 €", "1234.567"]
    ])
    each("decimal", "currency 1.234,56", [
      ["1.234,56 €", "1234.56"],
      ["€ 1,234", "1.234"]
    ])
    each("decimal", "currency 1,234.56", [["$1,234", "1234"]])
    each("integer", "currency", [
      ["5,00 ₽", "5"],
      ["5,50 ₽", "not a whole number"]
    ])
  })
})

describe("a percentage", () => {
  it("is so many per cent, with or without its sign", () => {
    each("decimal", "percent", [
      ["12,5 %", "12.5"],
      ["-3%", "-3"],
      ["12.5", "12.5"],
      [12.5, "12.5"],
      ["%", "not a number (percent)"],
      ["5%%", "not a number (percent)"],
      ["1.250", "1.250"],
      ["0.125%", "0.125"],
      ["1.250,5 %", "1250.5"],
      ["1.250%", "one of two numbers: declare `format: percent 1,234.56` or `format: percent 1.234,56`"],
      ["1,234%", "one of two numbers: declare `format: percent 1,234.56` or `format: percent 1.234,56`"]
    ])
    each("decimal", "percent 1.234,56", [["1.234,5%", "1234.5"]])
  })

  it("is a share of one where it is declared as one, and only with its sign", () => {
    each("decimal", "share", [
      ["12,5 %", "0.125"],
      ["100%", "1.00"],
      ["-0.01%", "-0.0001"],
      ["1.250 %", "one of two numbers: declare `format: share 1,234.56` or `format: share 1.234,56`"],
      ["12.5", "not a number (share)"],
      [0.125, "not a number (share)"]
    ])
  })
})

describe("a span of time", () => {
  it("is seconds, with every digit", () => {
    each("decimal", "duration", [
      ["PT1H30M", "5400"],
      ["P1DT0.5S", "86400.5"],
      ["P2W", "1209600"],
      ["PT1.5H", "5400.0"],
      ["-PT10S", "-10"],
      ["1:30:00", "5400"],
      ["100:00:00.250", "360000.250"],
      ["1.12:00:00", "129600"],
      ["P1M", notSpan("duration")],
      ["P1Y", notSpan("duration")],
      ["P", notSpan("duration")],
      ["PT", notSpan("duration")],
      ["1:30", notSpan("duration")],
      ["1:60:00", notSpan("duration")],
      [`PT${"0".repeat(96)}9S`, "9"],
      [`PT${"0".repeat(97)}9S`, notSpan("duration")],
      [90, notSpan("duration")],
      ["90", notSpan("duration")]
    ])
    each("integer", "H:mm", [
      ["1:30", "5400"],
      ["1:30:15", "5415"],
      ["1:75", notSpan("H:mm")]
    ])
    each("integer", "m:ss", [
      ["1:30", "90"],
      ["1:30.5", "not a whole number"],
      ["125:00", "7500"]
    ])
    each("integer", "duration", [["PT1.5H", "5400"]])
  })
})

describe("a truth in words", () => {
  it("is one of the declared words in any case, or what JSON has for it", () => {
    const words = { true: ["Да", "1"], false: ["Нет", ""] }
    for (const [sent, expected] of [
      ["да", "true"],
      [" ДА ", "true"],
      [1, "true"],
      ["Нет", "false"],
      ["", "false"],
      [true, "true"],
      [false, "false"],
      [null, null],
      ["true", "none of the words Да, 1, Нет, "],
      ["yes", "none of the words Да, 1, Нет, "],
      [["Да"], "none of the words Да, 1, Нет, "]
    ] as const)
      assert.strictEqual(read("boolean", undefined, sent, { words }), expected, String(sent))
  })
})

describe("a moment", () => {
  it("of .NET is the number in it, wherever it was written", () => {
    each("timestamp", "/Date()/", [
      ["/Date(1772694000000)/", "2026-03-05 09:00:00+02:00"],
      ["/Date(1772694000123+0300)/", "2026-03-05 09:00:00.123+02:00"],
      ["\\/Date(-1000)\\/", "1970-01-01 02:59:59+03:00"],
      ["Date(1)", "not a timestamp (/Date()/)"],
      [1772694000000, "not a timestamp (/Date()/)"]
    ])
    each("date", "/Date()/", [["/Date(1772661600000)/", "2026-03-05"]])
  })

  it("of mail has a zone, and a day of the week that is right", () => {
    each("timestamp", "rfc822", [
      ["Thu, 05 Mar 2026 10:00:00 +0300", "2026-03-05 10:00:00+0300"],
      ["5 mar 26 10:00 GMT", "2026-03-05 10:00:00Z"],
      ["1 Jan 49 00:00 UT", "2049-01-01 00:00:00Z"],
      ["1 Jan 50 00:00 UT", "1950-01-01 00:00:00Z"],
      ["Thu, 31 Dec 1998 23:59:59 EST", "1998-12-31 23:59:59-0500"],
      ["Fri, 05 Mar 2026 10:00:00 +0300", "not a timestamp (rfc822)"],
      ["Thu, 05 Mar 2026 10:00:00", "not a timestamp (rfc822)"],
      ["Thu, 05 Mar 2026 10:00:00 A", "not a timestamp (rfc822)"],
      ["Mon, 30 Feb 2026 10:00:00 GMT", "not a timestamp (rfc822)"],
      ["Sat, 29 Feb 2020 00:00:00 GMT", "2020-02-29 00:00:00Z"],
      ["Sun, 01 Jan 2023 00:00:00 Z", "2023-01-01 00:00:00Z"]
    ])
    each("date", "rfc822", [["Thu, 05 Mar 2026 23:00:00 +0300", "2026-03-05"]])
  })

  it("of a clock of twelve hours is before or after noon", () => {
    each("time", "hh:mm a", [
      ["12:05 AM", "00:05:00"],
      ["12:05 pm", "12:05:00"],
      ["01:30 p.m.", "13:30:00"],
      ["00:30 AM", "not a time of day (hh:mm a)"],
      ["13:30 PM", "not a time of day (hh:mm a)"],
      ["01:30", "not a time of day (hh:mm a)"]
    ])
    each("timestamp", "M/d/yyyy h:mm:ss a", [["3/5/2026 9:07:01 PM", "2026-03-05 21:07:01 Europe/Kaliningrad"]])
  })

  it("may have the English name of its month, or be a month alone", () => {
    each("date", "dd MMM yyyy", [
      ["05 Mar 2026", "2026-03-05"],
      ["05 sep 2026", "2026-09-05"],
      ["05 Mrz 2026", "not a date (dd MMM yyyy)"]
    ])
    each("date", "MMMM d, yyyy", [["September 5, 2026", "2026-09-05"]])
    each("date", "MM.yyyy", [
      ["09.2024", "2024-09-01"],
      ["13.2024", "not a date (MM.yyyy)"]
    ])
  })

  it("of digits alone may be a number, which lacks the zeros before it", () => {
    each("date", "yyyyMMdd", [
      [20260305, "2026-03-05"],
      [20261305, "not a date (yyyyMMdd)"],
      [2026030.5, "not a date (yyyyMMdd)"],
      [0, null]
    ])
    each("date", "ddMMyyyy", [[5032026, "2026-03-05"]])
    each("time", "HHmm", [
      [905, "09:05:00"],
      [0, "00:00:00"],
      [2460, "not a time of day (HHmm)"]
    ])
    each("timestamp", "yyyyMMddHHmmss", [[20260305090000, "2026-03-05 09:00:00 Europe/Kaliningrad"]])
    each("date", "yyyy-MM-dd", [[20260305, "not a date (yyyy-MM-dd)"]])
  })

  it("of zeros is none", () => {
    each("date", undefined, [
      ["0000-00-00", null],
      ["0000-00-01", "not a date (yyyy-MM-dd)"]
    ])
    each("date", "dd.MM.yyyy", [["00.00.0000", null]])
    each("timestamp", undefined, [
      ["0000-00-00 00:00:00", null],
      ["0000-00-00T00:00:00.000Z", null],
      ["0000-00-00 00:00:01", "not a timestamp (ISO 8601)"]
    ])
    each("date", "yyyyMMdd", [["00000000", null]])
    each("timestamp", "unix", [["0", "1970-01-01 03:00:00+03:00"]])
    assert.strictEqual(read("date", undefined, ["2026-01-02", "0000-00-00"], { array: true }), '{"2026-01-02",NULL}')
  })
})
