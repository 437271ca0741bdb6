import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as Format from "../../../core/cli/render/terminal/Format.ts"

const at = (text: string): DateTime.Utc => DateTime.makeUnsafe(text)

describe("Format", () => {
  it("groups digits", () => {
    assert.deepStrictEqual([0, 7, 999, 1000, 12345, 1234567].map(Format.count), [
      "0",
      "7",
      "999",
      "1 000",
      "12 345",
      "1 234 567"
    ])
    assert.deepStrictEqual([Format.plural(1, "row"), Format.plural(0, "row")], ["1 row", "0 rows"])
    assert.strictEqual(Format.plural(2, "entity", "entities"), "2 entities")
  })

  it("says durations in at most two units", () => {
    const cases: ReadonlyArray<readonly [millis: number, text: string]> = [
      [0, "0 s"],
      [0.2, "1 ms"],
      [850, "850 ms"],
      [999, "999 ms"],
      [1000, "1 s"],
      [3249, "3.2 s"],
      [59_949, "59.9 s"],
      [59_999, "1 min"],
      [72_000, "1 min 12 s"],
      [3_599_999, "1 h"],
      [7_500_000, "2 h 5 min"],
      [273_600_000, "3 d 4 h"]
    ]
    for (const [millis, text] of cases) assert.strictEqual(Format.duration(millis), text)
  })

  it("says how long ago", () => {
    const now = at("2026-03-04T12:00:00Z")
    const cases: ReadonlyArray<readonly [moment: string, text: string]> = [
      ["2026-03-04T12:00:30Z", "just now"],
      ["2026-03-04T11:59:20Z", "40 s ago"],
      ["2026-03-04T11:47:10Z", "12 min ago"],
      ["2026-03-04T08:10:00Z", "3 h ago"],
      ["2026-03-03T00:00:00Z", "36 h ago"],
      ["2026-03-01T12:00:00Z", "3 days ago"]
    ]
    for (const [moment, text] of cases) assert.strictEqual(Format.ago(at(moment), now), text)
  })

  it("names a moment in the zone of the reader", () => {
    const now = DateTime.makeZonedUnsafe(at("2026-03-04T12:00:00Z"), { timeZone: "Europe/Kaliningrad" })
    assert.strictEqual(Format.moment(at("2026-03-03T22:00:05Z"), now), "00:00:05")
    assert.strictEqual(Format.moment(at("2026-03-03T21:59:00Z"), now), "3 Mar 23:59")
    assert.strictEqual(Format.moment(at("2025-12-31T21:59:00Z"), now), "2025-12-31")
  })
})
