/** Windows with more records than the vendor lists. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Windows } from "../../core/config/RequestTemplate.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { column } from "../support/source.ts"
import { drain, entity, json, upstream } from "./vendor.ts"

const inDays: Windows = {
  from: { day: "2026-03-01" },
  to: { day: "2026-03-16" },
  step: { offset: Duration.days(16) },
  format: "yyyy-MM-dd",
  inclusive: true,
  split: [422]
}
const inTime: Windows = {
  from: { day: "2026-03-01" },
  to: { day: "2026-03-02" },
  step: { offset: Duration.days(1) },
  format: "iso",
  inclusive: false,
  split: [422]
}

/** Lists at most four records of a window, two on a page; `days` are those of the records, by id. */
const reading = Effect.fnUntraced(function* (windows: Windows, days: ReadonlyArray<string>, status = 422) {
  const asked: Array<string> = []
  const shop = yield* upstream((_, url) => {
    const { from = "", offset = "0", to = "" } = Object.fromEntries(url.searchParams)
    asked.push(`${from} ${to} ${offset}`)
    if (Number(offset) >= 4) return json({ error: "too many" }, { status })
    const found = days.map((day, id) => ({ id, day })).filter(({ day }) => from <= day && day <= to)
    return json({ items: found.slice(Number(offset), Number(offset) + 2) })
  })
  const declared = entity({
    columns: [column("id", "bigint")],
    key: ["id"],
    request: { method: "GET", path: "/deals", query: { from: "{from}", to: "{to}" }, headers: {} },
    records: "/items",
    page: { type: "offset", param: "offset", sizeParam: "limit", size: 2, maxPages: 99 },
    windows,
    timezone: "UTC"
  })
  const read = yield* Effect.result(drain(HttpSource.make(shop)(declared)))
  return { read, asked }
})

const idsOf = (records: ReadonlyArray<{ readonly id?: unknown }>) => records.map(({ id }) => Number(id))

describe("a window that the vendor refuses as too large", () => {
  it.effect("is read in its halves, and their halves, each record once and none less", () =>
    Effect.gen(function* () {
      const days = [...Array(3).fill("2026-03-02"), ...Array(3).fill("2026-03-07"), "2026-03-08", "2026-03-16"]
      const { asked, read } = yield* reading(inDays, days)
      if (read._tag === "Failure") return assert.fail(read.failure.message)
      assert.deepEqual(
        idsOf(read.success.records).toSorted((left, right) => left - right),
        [0, 1, 2, 3, 4, 5, 6, 7]
      )
      assert.strictEqual(read.success.completeness._tag, "Complete")
      const windows = [...new Set(asked.map((one) => one.split(" ").slice(0, 2).join(" ")))]
      assert.deepEqual(windows, [
        "2026-03-01 2026-03-16",
        "2026-03-01 2026-03-08",
        "2026-03-01 2026-03-04",
        "2026-03-05 2026-03-08",
        "2026-03-05 2026-03-06",
        "2026-03-07 2026-03-08",
        "2026-03-07 2026-03-07",
        "2026-03-08 2026-03-08",
        "2026-03-09 2026-03-16"
      ])
    })
  )

  it.effect("fails where it cannot be halved any more, and where the refusal is another", () =>
    Effect.gen(function* () {
      const ofDay = (yield* reading(inDays, Array(5).fill("2026-03-07"))).read
      assert.include(
        ofDay._tag === "Failure" ? ofDay.failure.message : "",
        "the window from 2026-03-07 to 2026-03-07 cannot be halved any more"
      )
      const { asked, read } = yield* reading(inTime, Array(5).fill("2026-03-01T10:20:30.500Z"))
      assert.match(
        read._tag === "Failure" ? read.failure.message : "",
        /the window from 2026-03-01T10:20:30\S* to 2026-03-01T10:20:31\S* cannot be halved/
      )
      assert.isBelow(asked.length, 200)
      const other = yield* reading(inDays, Array(5).fill("2026-03-07"), 400)
      assert.strictEqual(other.read._tag, "Failure")
      assert.lengthOf(other.asked, 3)
    })
  )

  it.effect("of a time of day is halved to the second, with the border in both", () =>
    Effect.gen(function* () {
      const days = [...Array(3).fill("2026-03-01T00:00:01Z"), "2026-03-01T12:00:00Z", "2026-03-01T23:00:00Z"]
      const ended = (yield* reading(inTime, days)).read
      assert.deepEqual(ended._tag === "Success" ? idsOf(ended.success.records) : [], [0, 1, 2, 3, 4])
    })
  )
})
