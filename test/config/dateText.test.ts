import { assert, describe, it } from "@effect/vitest"
import { isPlainDate, isPlainTimestamp, parseIso, timestampText } from "../../core/config/values/DateText.ts"

const two = (value: number) => String(value).padStart(2, "0")
const years = ["0000", "0001", "0004", "1900", "2000", "2023", "2024", "2100", "9999"]
const months = Array.from({ length: 15 }, (_, month) => two(month))
const days = ["00", "01", "28", "29", "30", "31", "32"]
const dates = years.flatMap((year) => months.flatMap((month) => days.map((day) => `${year}-${month}-${day}`)))
const times = ["00", "09", "23", "24", "25"].flatMap((hour) =>
  ["00", "59", "60"].flatMap((minute) => ["00", "59", "60"].map((second) => `${hour}:${minute}:${second}`))
)

/** Whether JavaScript reads it as the moment that it says; PostgreSQL knows no year 0. */
const isMoment = (text: string): boolean => {
  const at = new Date(text)
  return !text.startsWith("0000") && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text.slice(0, 19))
}

/** With one of its characters replaced by those around the digits, and by signs that stand elsewhere. */
const spoilt = (text: string): ReadonlyArray<string> =>
  [...text].flatMap((_, at) =>
    ["/", ":", "0", "9", "x", " ", "-", ".", "T", "Z", ""].map((sign) => text.slice(0, at) + sign + text.slice(at + 1))
  )

describe("a date that is taken as it is", () => {
  it("is one of the calendar, in ten characters, and no other text", () => {
    for (const text of dates) {
      const known = isMoment(`${text}T00:00:00Z`)
      assert.strictEqual(isPlainDate(text), known, text)
      assert.strictEqual(parseIso(text) !== undefined, known, text)
    }
    for (const text of [...spoilt("2024-02-29"), ...spoilt("1905-11-30"), "2024-02-290", "2024-02-2"]) {
      const known = /^\d{4}-\d\d-\d\d$/.test(text) && isMoment(`${text}T00:00:00Z`)
      assert.strictEqual(isPlainDate(text), known, text)
    }
  })
})

describe("a moment that is taken as it is", () => {
  it("has a time of the day, with seconds, perhaps three digits behind them, and Z", () => {
    for (const date of ["2024-02-29", "2023-02-29"]) {
      for (const time of times) {
        for (const fraction of ["", ".000", ".999"]) {
          const text = `${date}T${time}${fraction}Z`
          assert.strictEqual(isPlainTimestamp(text), isMoment(text), text)
          assert.strictEqual(parseIso(text) !== undefined, isMoment(text), text)
        }
      }
    }
    for (const text of [...spoilt("2024-02-29T13:59:09Z"), ...spoilt("1905-11-30T00:00:59.120Z")]) {
      const known = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(text) && isMoment(text)
      assert.strictEqual(isPlainTimestamp(text), known, text)
    }
    for (const fraction of [".1", ".12", ".1234", ".123456"]) {
      assert.isFalse(isPlainTimestamp(`2024-02-29T13:59:09${fraction}Z`))
    }
  })
})

describe("a moment as vendors write it", () => {
  it("keeps its zone, six digits of its second, and is refused where no clock shows it", () => {
    for (const [text, expected] of [
      ["2024-02-29", "2024-02-29 00:00:00 UTC"],
      ["2024-02-29 13:59", "2024-02-29 13:59:00 UTC"],
      ["2024-02-29T13:59:09,123456789", "2024-02-29 13:59:09.123456 UTC"],
      ["2024-02-29T13:59:09z", "2024-02-29 13:59:09Z"],
      ["2024-02-29T13:59:09 +03", "2024-02-29 13:59:09+03"],
      ["2024-02-29T13:59:09-1559", "2024-02-29 13:59:09-1559"],
      ["2024-02-29T13:59:09+15:00", "2024-02-29 13:59:09+15:00"],
      ["2024-02-29T13:59:09+16", undefined],
      ["2024-02-29T13:59:09+16:00", undefined],
      ["2024-02-29T13:59:09+03:60", undefined],
      ["2024-02-29T13:59:09+0360", undefined],
      ["2024-02-29T13", undefined],
      ["2024-02-30T13:59:09", undefined],
      ["on 2024-02-29", undefined]
    ] as const) {
      const parts = parseIso(text)
      assert.strictEqual(parts === undefined ? undefined : timestampText(parts, "UTC"), expected, text)
    }
  })
})
