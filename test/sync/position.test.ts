import { assert, describe, it } from "@effect/vitest"
import { cursorOrders } from "../../core/sync/read/CursorOrder.ts"
import { column } from "../support/source.ts"

const noon = Date.parse("2026-03-05T12:00:00Z")

describe("the order of a cursor's values", () => {
  it("takes today for no future day, by the connector's own calendar", () => {
    const { isAfter } = cursorOrders(column("on", "date"), "Pacific/Kiritimati")
    assert.deepStrictEqual(
      ["2026-03-05", "2026-03-06", "2026-03-07"].map((text) => isAfter(text, noon)),
      [false, false, true]
    )
  })

  it("knows microseconds, and takes the moment itself for no future one", () => {
    const { isAfter, isLater } = cursorOrders(column("at", "timestamp"), "UTC")
    assert.isTrue(isLater("2026-03-05 12:00:00.000002+00", "2026-03-05 12:00:00.000001+00"))
    assert.isFalse(isLater("2026-03-05 13:00:00+01", "2026-03-05 12:00:00.000001+00"))
    assert.deepStrictEqual(
      ["2026-03-05 12:00:00+00", "2026-03-05 12:00:00.000001+00"].map((text) => isAfter(text, noon)),
      [false, true]
    )
  })
})
