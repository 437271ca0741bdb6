import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration } from "effect"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { ScheduleCache } from "../../core/jobs/ScheduleCache.ts"
import { keyOf, type Row } from "../../core/jobs/ScheduleStore.ts"
import { job } from "./fixtures.ts"

const at = (time: string) => DateTime.makeUnsafe(`2026-03-10T${time}:00Z`)
const morning = job("morning")
const row = (one: JobDeclaration, next: string | null, since = "06:00"): Row => ({
  ...keyOf(one),
  since: at(since),
  next: next === null ? null : at(next)
})

/** What a daemon knows that declared the job at six and has read how it stands. */
const known = (rows: ReadonlyArray<Row> = [row(morning, "07:00")]) => {
  const cache = new ScheduleCache()
  cache.declare([morning], at("06:00"))
  cache.wasRead(rows, at("06:00"), cache.version)
  return cache
}

describe("what a daemon knows of its schedules", () => {
  it("is to be read before anybody relies on it, when it is an hour old, and when something was declared", () => {
    const cache = new ScheduleCache()
    cache.declare([morning], at("06:00"))
    assert.deepEqual([cache.isStale(at("06:00")), cache.calls(at("06:00"))], [true, true])
    cache.wasRead([row(morning, "09:00")], at("06:00"), cache.version)
    assert.deepEqual([cache.isStale(at("06:59")), cache.calls(at("06:59"))], [false, false])
    assert.deepEqual([cache.isStale(at("07:00")), cache.calls(at("07:00"))], [true, true])
    const edited = known()
    edited.declare([morning], at("06:10"))
    assert.isTrue(edited.isStale(at("06:10")))
    const forgotten = known()
    forgotten.forget()
    assert.isTrue(forgotten.isStale(at("06:01")))
    // What is declared while it is read is not in it.
    const meanwhile = new ScheduleCache()
    meanwhile.declare([], at("06:00"))
    const { version } = meanwhile
    meanwhile.declare([morning], at("06:00"))
    meanwhile.wasRead([], at("06:00"), version)
    assert.isTrue(meanwhile.isStale(at("06:00")))
  })

  it("is to be read when the clock went back, however little, since it was looked at last", () => {
    const cache = known()
    assert.isFalse(cache.calls(at("06:40")))
    assert.isTrue(cache.calls(at("06:39")))
    assert.isFalse(cache.isStale(at("06:40")), "it looked at the clock then")
    const early = known()
    assert.isTrue(early.isStale(at("05:59")))
  })

  it("calls when a fire is due, and when a standing lies in the future", () => {
    assert.deepEqual(known().due(at("06:59")), [])
    assert.deepEqual(known().due(at("07:00")), [keyOf(morning)])
    assert.isTrue(known().calls(at("07:00")))
    assert.deepEqual(known([row(morning, "07:00", "06:30")]).due(at("06:10")), [keyOf(morning)])
    assert.deepEqual(known([row(morning, null)]).due(at("07:00")), [])
    assert.deepEqual(known([]).due(at("07:00")), [], "nothing is known of it yet")
  })

  it("lets it rest until the earliest fire, and glance at the clock every twenty seconds", () => {
    const pause = (now: string, ...rows: ReadonlyArray<Row>) => Duration.toSeconds(known(rows).pause(at(now)))
    assert.strictEqual(pause("06:30", row(morning, "07:00")), 20)
    assert.strictEqual(pause("07:00", row(morning, "07:00")), 0)
    assert.strictEqual(pause("07:01", row(morning, "07:00")), 0)
    assert.strictEqual(pause("06:30", row(morning, null)), 20)
    const soon = { ...row(morning, null), next: DateTime.makeUnsafe("2026-03-10T06:30:05Z") }
    assert.strictEqual(pause("06:30", soon), 5)
  })

  it("remembers what an edited job owes by its earlier schedule, until that is settled", () => {
    const edited = job("morning", { schedule: new Schedule("0 8 * * *", "UTC") })
    const cache = new ScheduleCache()
    cache.declare([edited], at("06:00"))
    const earlier = row(morning, "07:00")
    cache.wasRead([earlier, row(edited, "08:00"), row(job("gone"), "07:00")], at("06:00"), cache.version)
    assert.deepEqual(cache.left, [earlier])
    assert.deepEqual([cache.isCurrent(keyOf(edited)), cache.isCurrent(keyOf(morning))], [true, false])
    assert.deepEqual(cache.due(at("08:00")), [keyOf(edited)])
    cache.settled([row(edited, null)])
    assert.deepEqual([cache.left, cache.due(at("08:00"))], [[earlier], []])
    cache.settled([row(morning, null)])
    assert.deepEqual(cache.left, [])
  })

  it("keeps how a job stands that is declared as before, and counts a new schedule from its declaration", () => {
    const cache = known()
    cache.declare([{ ...morning, jitter: Duration.minutes(5) }], at("06:30"))
    assert.deepInclude(cache.entries[0], { since: at("06:00"), next: at("07:00") })
    assert.deepEqual(cache.job("morning")?.jitter, Duration.minutes(5))
    cache.declare([job("morning", { schedule: new Schedule("0 8 * * *", "UTC") })], at("06:30"))
    assert.deepInclude(cache.entries[0], { since: at("06:30"), next: undefined })
    cache.declare([job("morning", { enabled: false })], at("06:40"))
    assert.deepEqual(cache.entries, [])
  })
})
