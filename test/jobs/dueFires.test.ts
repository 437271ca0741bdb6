import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration } from "effect"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { dueFiresOf, statusAfter } from "../../core/jobs/DueFires.ts"
import { storedReasons } from "../../core/jobs/JobRun.ts"
import type { ClaimedSchedule } from "../../core/jobs/ScheduleStore.ts"
import { foreignText, reason, render } from "../../core/reason/Reason.ts"
import { job } from "./fixtures.ts"

const at = (time: string) => DateTime.makeUnsafe(`2026-03-10T${time.length === 5 ? `${time}:00` : time}Z`)
const brief = (time: DateTime.Utc) => DateTime.formatIso(time).slice(11, 19)

const daily = new Schedule("0 7 * * *", "UTC")
const hourly = new Schedule("0 * * * *", "UTC")

/** What becomes of the fires since 06:30, of which the first was to be dealt with at `next`. */
const due = (
  now: string,
  {
    next = "07:00",
    schedule = daily,
    ...more
  }: { readonly next?: string; readonly schedule?: Schedule } & Partial<
    Pick<ClaimedSchedule, "paused" | "pausedBy" | "since">
  > = {},
  declared: Partial<JobDeclaration> = {}
) => {
  const claimed = { since: at("06:30"), paused: false, pausedBy: null, ...more, next: at(next) }
  const one = job("morning", { schedule, ...declared })
  const { run, settled, since } = dueFiresOf(
    one,
    schedule,
    { ...claimed, job: one.name, pattern: schedule.pattern, timezone: schedule.timezone },
    at(now)
  )
  return {
    run: run === undefined ? null : [brief(run.fire.scheduledAt), Duration.format(run.jitter)],
    settled: settled.map(({ scheduledAt, status, why }) => `${brief(scheduledAt)} ${status}: ${render(why)}`),
    since: brief(since)
  }
}

const none = { run: null, settled: [] }

describe("the fires of a schedule that nobody has dealt with", () => {
  it("are none before the first one is due, nor for a clock that was ahead", () => {
    assert.deepEqual(due("06:59"), { ...none, since: "06:30:00" })
    assert.deepEqual(due("06:00"), { ...none, since: "06:00:00" })
  })

  it("run with the jitter that was drawn for them, as far as it has passed, which is no lateness", () => {
    const jitter = { jitter: Duration.minutes(30) }
    const drawn = { next: "07:20" }
    const since = { settled: [], since: "07:00:00" }
    assert.deepEqual(due("07:00"), { run: ["07:00:00", "0"], ...since })
    assert.deepEqual(due("07:25", drawn, jitter), { run: ["07:00:00", "20m"], ...since })
    assert.deepEqual(due("07:10", drawn, jitter), { run: ["07:00:00", "10m"], ...since })
    // The grace of an hour begins behind it.
    assert.deepEqual(due("08:20", drawn, jitter).run, ["07:00:00", "20m"])
    assert.isNull(due("08:20:01", drawn, jitter).run)
    // One that stands before its own fire was planned for another schedule.
    assert.deepEqual(due("07:10", { next: "06:45" }, jitter).run, ["07:00:00", "0"])
  })

  it("are missed but for the last one, to which the jitter of the first does not belong", () => {
    assert.deepEqual(due("08:05", { next: "07:20", schedule: hourly }, { jitter: Duration.minutes(30) }), {
      run: ["08:00:00", "0"],
      settled: ["07:00:00 missed: no daemon was there in time; a later fire ran"],
      since: "08:00:00"
    })
    const all = due("09:30", { schedule: hourly }, { misfire: { policy: "skip", grace: Duration.hours(1) } })
    assert.deepEqual([all.run, all.settled.length, all.since], [null, 3, "09:00:00"])
  })

  it("of a paused job are skipped, and dealt with; by whom is said where it is known", () => {
    const skipped = (why: string) => ({
      run: null,
      settled: [`07:00:00 skipped: ${why}`, `08:00:00 skipped: ${why}`],
      since: "08:00:00"
    })
    const paused = { paused: true, schedule: hourly }
    assert.deepEqual(due("08:30", { ...paused, pausedBy: null }), skipped("paused"))
    assert.deepEqual(due("08:30", { ...paused, pausedBy: "anna" }), skipped("paused by anna"))
    assert.deepEqual(due("06:50", paused), { ...none, since: "06:30:00" })
  })
})

describe("the next fire of a schedule", () => {
  it("waits for as much of its jitter as was drawn, and never comes where there is none", () => {
    const next = (schedule: Schedule, drawn: number) => {
      const { next: planned, since } = statusAfter(
        at("06:30"),
        job("morning", { schedule, jitter: Duration.minutes(30) }),
        drawn
      )
      return [brief(since), planned === null ? null : brief(planned)]
    }
    assert.deepEqual(next(daily, 0), ["06:30:00", "07:00:00"])
    assert.deepEqual(next(daily, 0.5), ["06:30:00", "07:15:00"])
    assert.deepEqual(next(new Schedule("0 7 30 2 *", "UTC"), 0.5), ["06:30:00", null])
  })
})

describe("the stored reasons of a fire", () => {
  it("are those of its row, and its lines where they are missing or those of another version", () => {
    const paused = reason("job.paused")
    for (const [detail, reasons, expected] of [
      [null, [paused], []],
      ["", [paused], []],
      ["in the words\nof before", [], [foreignText("in the words"), foreignText("of before")]],
      ["in two\nlines", [foreignText("in two\nlines")], [foreignText("in two\nlines")]],
      ["paused\nof tomorrow", [paused, { code: "job.ofTomorrow", params: {} }], [paused, foreignText("of tomorrow")]]
    ] as const) {
      assert.deepStrictEqual(storedReasons(detail, reasons), expected)
    }
  })
})
