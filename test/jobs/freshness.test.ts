import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect } from "effect"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { type FireHistory, freshnessOf, isUnhandled, jobsOf } from "../../core/jobs/Freshness.ts"
import { entities, job } from "./fixtures.ts"

const time = (text: string | null) => (text === null ? null : DateTime.makeUnsafe(text))

const fires = (fired: string | null, more: Partial<FireHistory> = {}): FireHistory => ({
  paused: false,
  fired: time(fired),
  stored: null,
  ...more
})

/** Of an entity that jobs have run for months. */
const freshness = (now: string, freshAt: string, stands: ReadonlyArray<readonly [JobDeclaration, FireHistory]>) => {
  const { expectedAt, late, nextFire } = freshnessOf(
    { jobs: stands.map(([job]) => job), schedules: [] },
    (name) => stands.find(([job]) => job.name === name)?.[1],
    { freshAt: time(freshAt), firstByJob: time("2025-12-01T00:00:00Z") },
    DateTime.makeUnsafe(now)
  )
  return { expected: expectedAt?.toJSON() ?? null, next: nextFire?.toJSON() ?? null, late }
}

describe("the jobs of an entity", () => {
  it.effect("are the enabled ones with a step that selects it, however deep", () =>
    Effect.gen(function* () {
      const sync = (...selectors: ReadonlyArray<string>) => ({ _tag: "Sync" as const, selectors })
      const jobs = [
        job("all", { steps: [sync("fake.*", "!fake.two")] }),
        job("deep", { steps: [{ _tag: "Parallel", steps: [sync("fake.three"), sync("fake.one", "fake.two")] }] }),
        job("off", { enabled: false, steps: [sync("*")] }),
        job("trim", { steps: [{ _tag: "Trim", trim: { table: "sync_log" } }] })
      ]
      const declared = { entities, jobs }
      const found = yield* jobsOf(declared)
      assert.deepEqual(
        [...found].map(([id, jobs]) => [id, ...jobs.map(({ name }) => name)]),
        [
          ["fake.one", "all", "deep"],
          ["fake.three", "all", "deep"],
          ["fake.two", "deep"]
        ]
      )
      assert.strictEqual(yield* jobsOf(declared), found, "they are found out once")
    })
  )
})

describe("freshness", () => {
  it("is expected after the latest fire of several jobs, and comes with the earliest", () => {
    const hourly = job("hourly", { schedule: new Schedule("0 * * * *", "UTC") })
    const stands = [
      [job("morning"), fires("2026-03-10T07:00:00Z")],
      [hourly, fires("2026-03-10T11:00:00Z")]
    ] as const
    const expected = { expected: "2026-03-10T11:00:00.000Z", next: "2026-03-10T13:00:00.000Z" }
    assert.deepEqual(freshness("2026-03-10T12:30:00Z", "2026-03-10T10:30:00Z", stands), { ...expected, late: true })
    assert.deepEqual(freshness("2026-03-10T12:30:00Z", "2026-03-10T11:00:00Z", stands), { ...expected, late: false })
  })

  it("is expected by local time on both sides of a change of the clocks", () => {
    const morning = job("morning", { schedule: new Schedule("0 7 * * *", "Europe/Warsaw") })
    const next = (now: string) => freshness(now, now, [[morning, fires(null)]]).next
    assert.strictEqual(next("2026-03-28T12:00:00Z"), "2026-03-29T05:00:00.000Z")
    assert.strictEqual(next("2026-10-24T12:00:00Z"), "2026-10-25T06:00:00.000Z")
    const spring = (now: string) =>
      freshness(now, "2026-03-28T06:00:04Z", [
        [morning, fires("2026-03-28T06:00:00Z", { stored: time("2026-03-29T05:00:00Z") })]
      ]).late
    assert.isFalse(spring("2026-03-29T05:59:00Z"), "an hour has not passed")
    assert.isTrue(spring("2026-03-29T06:00:00Z"), "an hour has passed, though it is 23 hours by the sun")
  })

  it("is expected of no paused job and of no job that nothing is known of", () => {
    const paused = fires("2026-03-10T07:00:00Z", { paused: true })
    const nothing = { expected: null, next: null, late: false }
    assert.deepEqual(freshness("2026-03-10T12:00:00Z", "2026-03-01T00:00:00Z", [[job("morning"), paused]]), nothing)
    assert.deepEqual(freshness("2026-03-10T12:00:00Z", "2026-03-01T00:00:00Z", []), nothing)
  })

  it("of a fire that is not dealt with is expected after its grace, at least ten minutes, and its jitter", () => {
    const stored = fires(null, { stored: time("2026-03-10T07:00:00Z") })
    const quick = job("quick", {
      misfire: { grace: Duration.zero, policy: "skip" },
      jitter: Duration.minutes(5)
    })
    const late = (now: string) => freshness(`2026-03-10T${now}:00Z`, "2026-03-09T07:00:10Z", [[quick, stored]]).late
    assert.deepEqual(["07:01", "07:14", "07:15"].map(late), [false, false, true])
  })
})

it("a fire is neglected two minutes after it and its jitter", () => {
  const morning = job("morning", { jitter: Duration.minutes(3) })
  const stored = fires(null, { stored: time("2026-03-10T07:00:00Z") })
  const at = (now: string) => isUnhandled(morning, stored, DateTime.makeUnsafe(`2026-03-10T${now}:00Z`))
  assert.deepEqual(["06:00", "07:04", "07:05"].map(at), [false, false, true])
})
