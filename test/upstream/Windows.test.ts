import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import type { Windows } from "../../core/config/RequestTemplate.ts"
import { momentOf } from "../../core/config/values/Moments.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { windowsOf } from "../../core/upstream/pages/Windows.ts"
import { drain, entity, json, upstream } from "./vendor.ts"

const now = DateTime.makeZonedUnsafe("2026-03-31T10:20:30Z", { timeZone: "Europe/Kaliningrad" })

const moment = (text: string) => momentOf(text) ?? assert.fail(text)

const windows = (changes: Partial<Windows>): Windows => ({
  from: { day: "2026-03-01" },
  to: moment("today"),
  step: { offset: Duration.days(7) },
  format: "yyyy-MM-dd",
  inclusive: true,
  ...changes
})

const texts = (changes: Partial<Windows>) => windowsOf(windows(changes), now)?.map(({ from, to }) => `${from} ${to}`)

describe("windows of time", () => {
  it("meet each other, and end where they are told to", () => {
    assert.deepEqual(texts({}), [
      "2026-03-01 2026-03-07",
      "2026-03-08 2026-03-14",
      "2026-03-15 2026-03-21",
      "2026-03-22 2026-03-28",
      "2026-03-29 2026-03-31"
    ])
    assert.deepEqual(texts({ from: { day: "2026-03-18" }, inclusive: false }), [
      "2026-03-18 2026-03-25",
      "2026-03-25 2026-04-01"
    ])
    // The end is a day of its own.
    assert.deepEqual(texts({ from: { day: "2026-03-24" } })?.at(-1), "2026-03-31 2026-03-31")
    assert.deepEqual(texts({ from: { day: "2026-03-24" }, inclusive: false }), [
      "2026-03-24 2026-03-31",
      "2026-03-31 2026-04-01"
    ])
  })

  it("are of the calendar, over a day of 23 hours and over months of any length", () => {
    assert.deepEqual(texts({ from: { day: "2026-03-28" }, step: { offset: Duration.days(1) } }), [
      "2026-03-28 2026-03-28",
      "2026-03-29 2026-03-29",
      "2026-03-30 2026-03-30",
      "2026-03-31 2026-03-31"
    ])
    assert.deepEqual(
      texts({ from: { day: "2025-12-31" }, step: { offset: Duration.zero, months: 1 }, format: "dd.MM.yyyy" }),
      ["31.12.2025 30.01.2026", "31.01.2026 27.02.2026", "28.02.2026 30.03.2026", "31.03.2026 31.03.2026"]
    )
  })

  it("are 10000 at most", () => {
    const utc = DateTime.makeZonedUnsafe("2026-03-31T10:20:30Z", { timeZone: "UTC" })
    const last = DateTime.startOf(utc, "day")
    const dayBefore = (days: number) => ({ day: DateTime.formatIsoDateUtc(DateTime.subtract(last, { days })) })
    const of = (days: number, inclusive: boolean) =>
      windowsOf(windows({ from: dayBefore(days), step: { offset: Duration.days(1) }, inclusive }), utc)?.length
    assert.deepEqual([of(9_999, false), of(9_999, true)], [10_000, 10_000])
    assert.deepEqual([of(10_000, false), of(10_000, true)], [undefined, undefined])
  })

  it("of a time of day meet at the moment that ends one and begins the next", () => {
    const step = { offset: Duration.hours(12) }
    const [from, to] = [moment("today"), moment("now")]
    assert.deepEqual(texts({ from, step, to, format: "HH:mm:ss", inclusive: false }), [
      "00:00:00 12:00:00",
      "12:00:00 12:20:31"
    ])
  })

  it("end behind the day or moment that is declared, to the unit of their format", () => {
    const endOf = (to: Windows["to"], format: string) =>
      windowsOf(
        windows({ from: moment("today-1d"), to, format, step: { offset: Duration.days(9) }, inclusive: false }),
        now
      )?.at(-1)?.to
    for (const [format, atNow, ofToday] of [
      ["yyyy", "2027", "2027"],
      ["yyyy-MM", "2026-04", "2026-04"],
      ["yyyy-MM-dd", "2026-04-01", "2026-04-01"],
      ["yyyy-MM-dd HH", "2026-03-31 13", "2026-04-01 00"],
      ["dd.MM.yyyy HH:mm", "31.03.2026 12:21", "01.04.2026 00:00"],
      ["yyyy-MM-dd'T'HH:mm:ss", "2026-03-31T12:20:31", "2026-04-01T00:00:00"],
      ["yyyy-MM-dd'dHms' HH:mm:ss.SSS", "2026-03-31dHms 12:20:30.001", "2026-04-01dHms 00:00:00.000"],
      ["iso", "2026-03-31T10:20:30.001Z", "2026-03-31T22:00:00.000Z"],
      ["unix", "1774952431", "1774994400"],
      ["unix-ms", "1774952430001", "1774994400000"]
    ] as const) {
      assert.strictEqual(endOf(moment("now"), format), atNow)
      assert.strictEqual(endOf(moment("today"), format), ofToday)
      assert.strictEqual(endOf({ day: "2026-03-31" }, format), ofToday)
    }
    // A moment that is a whole unit has begun it; a part of today is no whole day; the night has 23 hours.
    assert.strictEqual(endOf(moment("today+12h"), "yyyy-MM-dd HH:mm"), "2026-03-31 12:01")
    assert.strictEqual(endOf(moment("today+1d"), "yyyy-MM-dd HH:mm"), "2026-04-02 00:00")
    assert.strictEqual(endOf(moment("today-2d"), "yyyy-MM-dd HH:mm"), undefined)
  })

  it.effect("look at the newest that has begun, for a look at one answer", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(DateTime.toEpochMillis(now))
      const asked: Array<string | null> = []
      const crm = yield* upstream((_, url) => {
        asked.push(url.searchParams.get("from"))
        return json({ items: [] })
      })
      const looking = (changes: Partial<Windows>) =>
        drain(
          HttpSource.make(crm)(
            entity({
              request: { method: "GET", path: "/deals", query: { from: "{from}" }, headers: {} },
              windows: windows({ step: { offset: Duration.days(1) }, ...changes })
            }),
            { peek: () => {} }
          )
        )
      yield* looking({ to: moment("now+2d") })
      yield* looking({ from: { day: "2026-04-02" }, to: { day: "2026-04-02" } })
      assert.deepEqual(asked, ["2026-03-31", "2026-04-02"])
    })
  )

  it.effect("are read one after the other, each in its own pages, and together are whole if each is", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(DateTime.toEpochMillis(now))
      const asked: Array<string> = []
      const reading = Effect.fnUntraced(function* (changes: Partial<Windows>, lacking = false) {
        asked.length = 0
        const from = yield* upstream((_, url) => {
          const { from = "", page } = Object.fromEntries(url.searchParams)
          asked.push(`${from} ${page}`)
          const all = from === "2026-03-15" ? [] : [`${from} a`, `${from} b`, `${from} c`]
          const items = all.slice((Number(page) - 1) * 2, Number(page) * 2).map((id) => ({ id }))
          return json({ items, total: lacking && from === "2026-03-08" ? 4 : all.length })
        })
        const declared = entity({
          request: { method: "GET", path: "/deals", query: { from: "{from}" }, headers: {} },
          page: { type: "page", param: "page", size: 2, first: 1, total: ["total"], maxPages: 9 },
          windows: windows(changes)
        })
        return yield* drain(HttpSource.make(from)(declared))
      })
      const whole = yield* reading({ to: { day: "2026-03-21" } })
      assert.deepEqual(asked, ["2026-03-01 1", "2026-03-01 2", "2026-03-08 1", "2026-03-08 2", "2026-03-15 1"])
      assert.lengthOf(whole.records, 6)
      assert.deepEqual(whole.completeness, { _tag: "Complete", pages: 4 })
      const lacking = yield* reading({ to: { day: "2026-03-21" } }, true)
      assert.lengthOf(lacking.records, 6)
      assert.strictEqual(lacking.completeness._tag, "Partial")
      for (const [changes, message] of [
        [{ from: { day: "2026-04-02" } }, "windows makes none: it begins after its end"],
        [{ from: { day: "0001-01-01" } }, "windows makes more than 10000 of them"]
      ] as const) {
        assert.include((yield* Effect.flip(reading(changes))).message, message)
      }
    })
  )

  it.effect("go on from the state between any two pages or windows, as JSON, also on another day", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const crm = yield* upstream((_, url) => {
        const { from = "", page, to = "" } = Object.fromEntries(url.searchParams)
        asked.push(`${from} ${to} ${page}`)
        const all = from === "2026-03-15" ? [] : [`${from} a`, `${from} b`, `${from} c`]
        const items = all.slice((Number(page) - 1) * 2, Number(page) * 2).map((id) => ({ id }))
        return json({ items, total: from === "2026-03-08" ? 4 : all.length })
      })
      const declared = entity({
        request: { method: "GET", path: "/deals", query: { from: "{from}", to: "{to}" }, headers: {} },
        page: { type: "page", param: "page", size: 2, first: 1, total: ["total"], maxPages: 9 },
        windows: windows({ from: moment("today-30d") })
      })
      const reading = Effect.fnUntraced(function* (at: DateTime.DateTime, options: HttpSource.HttpReadOptions = {}) {
        asked.length = 0
        yield* TestClock.setTime(DateTime.toEpochMillis(at))
        const { completeness, records } = yield* drain(HttpSource.make(crm)(declared, options))
        return { completeness, ids: records.map(({ id }) => id), asked: [...asked] }
      })
      const states: Array<HttpSource.ReadState> = []
      const seen: Array<number> = []
      const onPage = (state: () => HttpSource.ReadState) => {
        states.push(JSON.parse(JSON.stringify(state())))
        seen.push(asked.length)
      }
      const whole = yield* reading(now, { onPage })
      assert.strictEqual(whole.completeness._tag, "Partial")
      assert.lengthOf(whole.asked, 10)
      assert.lengthOf(states, 9)
      const later = DateTime.add(now, { days: 3 })
      for (const [at, from] of states.entries()) {
        const rest = yield* reading(later, { from })
        assert.deepEqual(rest.asked, whole.asked.slice(seen[at]), `after page ${seen[at]}`)
        assert.deepEqual(rest.completeness, whole.completeness)
        assert.deepEqual(rest.ids, whole.ids.slice(whole.ids.length - rest.ids.length))
      }
      // A state of another declaration, or of a list without windows, is none.
      const [, second] = states
      const other =
        second !== undefined && "window" in second ? { ...second, window: { from: "1", to: "2" } } : undefined
      const { asked: all } = yield* reading(now, { from: other })
      assert.deepEqual(all, whole.asked)
      const pages = second !== undefined && "window" in second ? (second.pages ?? undefined) : second
      assert.deepEqual((yield* reading(now, { from: pages })).asked, whole.asked)
    })
  )
})
