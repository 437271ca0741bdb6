import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { eventually } from "../support/eventually.ts"
import { elapseUntil, job, setTime } from "./fixtures.ts"
import { backAt, plannedBefore, seven, stoppedBefore } from "./schedulerFixtures.ts"

const nextOf = (daemon: Effect.Success<ReturnType<typeof backAt>>) =>
  Effect.map(daemon.sql<{ next_fire: Date }>`select next_fire from tributary.job_schedule`, (rows) =>
    rows[0]?.next_fire.toISOString()
  )

describe("a daemon that was away when a job was due", () => {
  it.effect("owes it nothing when it was switched off meanwhile, nor when it is switched on again", () =>
    Effect.gen(function* () {
      const process = yield* stoppedBefore(job("morning"))
      yield* setTime("2026-03-10T07:20:00Z")
      const off = yield* process([job("morning", { enabled: false })])
      yield* off.stop
      const on = yield* process([job("morning")])
      const tomorrow = on.sql`select from tributary.job_schedule where next_fire = '2026-03-11T07:00:00Z'`
      yield* TestClock.withLive(eventually(Effect.map(tomorrow, ({ length }) => length === 1)))
      assert.deepEqual(yield* on.fires("morning"), [])
    })
  )

  it.effect("runs it once when it is back within the grace", () =>
    Effect.gen(function* () {
      const daemon = yield* backAt("07:40")
      assert.deepEqual(yield* daemon.settled("morning", 1), [{ at: seven, status: "ok", detail: "entities: 1 ok" }])
    })
  )

  it.effect("does not run it after the grace, and records that it was missed", () =>
    Effect.gen(function* () {
      const daemon = yield* backAt("08:30")
      assert.deepEqual(yield* daemon.settled("morning", 1), [
        { at: seven, status: "missed", detail: "no daemon was there in time" }
      ])
      yield* elapseUntil(Effect.map(nextOf(daemon), (next) => next === "2026-03-11T07:00:00.000Z"))
    })
  )

  it.effect("runs it up to a minute late and no longer, whatever the misfire policy", () =>
    Effect.gen(function* () {
      const at = Effect.fnUntraced(function* (time: string, misfire: JobDeclaration["misfire"]) {
        const daemon = yield* backAt(time, { misfire })
        return (yield* daemon.settled("morning", 1))[0]?.status
      })
      for (const policy of ["once", "skip"] as const) {
        const misfire = { grace: Duration.zero, policy }
        assert.strictEqual(yield* at("07:01", misfire), "ok", policy)
        assert.strictEqual(yield* at("07:02", misfire), "missed", policy)
      }
    })
  )

  it.effect("runs it at the very end of its grace, and not after", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* (yield* backAt("08:00")).settled("morning", 1))[0]?.status, "ok")
      assert.strictEqual((yield* (yield* backAt("08:01")).settled("morning", 1))[0]?.status, "missed")
    })
  )

  it.effect("does not make up for what came while the job was paused, though it was resumed with no daemon there", () =>
    Effect.gen(function* () {
      const { before, process } = yield* plannedBefore(job("morning"))
      yield* before.jobs.pause("morning", "anna")
      yield* before.stop
      yield* setTime("2026-03-10T07:30:00Z")
      const cli = yield* process([job("morning")], undefined, false)
      yield* cli.jobs.resume("morning", "anna")
      yield* cli.stop
      const daemon = yield* process([job("morning")])
      const tomorrow = Effect.map(nextOf(daemon), (next) => next === "2026-03-11T07:00:00.000Z")
      yield* TestClock.withLive(eventually(tomorrow))
      assert.deepEqual(yield* daemon.fires("morning"), [])
    })
  )

  it.effect("runs it also when somebody resumed the job that nobody had paused", () =>
    Effect.gen(function* () {
      const process = yield* stoppedBefore(job("morning"))
      yield* setTime("2026-03-10T07:30:00Z")
      const cli = yield* process([job("morning")], undefined, false)
      yield* cli.jobs.resume("morning", "anna")
      yield* cli.stop
      const daemon = yield* process([job("morning")])
      assert.strictEqual((yield* daemon.settled("morning", 1))[0]?.status, "ok")
    })
  )

  it.effect("does not run it at all where the policy is to skip", () =>
    Effect.gen(function* () {
      const daemon = yield* backAt("07:40", { misfire: { grace: Duration.hours(1), policy: "skip" } })
      const [fire] = yield* daemon.settled("morning", 1)
      assert.strictEqual(fire?.status, "missed")
    })
  )

  it.effect("runs the last of several missed fires and records the others", () =>
    Effect.gen(function* () {
      const daemon = yield* backAt("09:10", { schedule: new Schedule("0 * * * *", "UTC") })
      const fires = yield* daemon.settled("morning", 3)
      assert.deepEqual(
        fires.map(({ at, status }) => [at.slice(11, 16), status]),
        [
          ["07:00", "missed"],
          ["08:00", "missed"],
          ["09:00", "ok"]
        ]
      )
    })
  )

  it.effect("owes nothing for the time in which the job was not enabled", () =>
    Effect.gen(function* () {
      const process = yield* stoppedBefore(job("morning"))
      yield* Effect.flatMap(process([job("morning", { enabled: false })]), ({ stop }) => stop)
      yield* setTime("2026-03-10T07:40:00Z")
      const daemon = yield* process([job("morning")])
      yield* daemon.planned("morning")
      assert.deepEqual(yield* daemon.fires("morning"), [])
    })
  )
})
