import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { Schedule } from "../../core/config/Schedule.ts"
import { eventually } from "../support/eventually.ts"
import { elapseUntil, job, setTime, world } from "./fixtures.ts"

type Daemon = Effect.Success<ReturnType<Effect.Success<typeof world>["process"]>>

const nextFire = ({ sql }: Daemon) =>
  Effect.map(sql<{ next_fire: Date | null }>`select next_fire from tributary.job_schedule`, (rows) =>
    rows.map((row) => row.next_fire?.toISOString().slice(11, 16) ?? null)
  )

/** Until the schedule has stored these next fires. */
const plans = (daemon: Daemon, ...expected: ReadonlyArray<string | null>) =>
  TestClock.withLive(
    eventually(Effect.map(nextFire(daemon), (found) => JSON.stringify(found) === JSON.stringify(expected)))
  )

const at = (pattern: string) => new Schedule(pattern, "UTC")

const statuses = (daemon: Daemon) =>
  Effect.map(daemon.fires("morning"), (fires) => fires.map(({ at, status }) => `${at.slice(11, 16)} ${status}`))

const start = Effect.gen(function* () {
  const { process } = yield* world
  yield* setTime("2026-03-10T06:00:00Z")
  const daemon = yield* process([job("morning")])
  yield* plans(daemon, "07:00")
  return daemon
})

describe("a reload", () => {
  it.effect("plans an edited job anew", () =>
    Effect.gen(function* () {
      const daemon = yield* start
      yield* daemon.declare(job("morning", { schedule: at("30 6 * * *"), hash: "edited" }))
      yield* plans(daemon, "06:30")
      yield* elapseUntil(Effect.map(daemon.fires("morning"), (fires) => fires.length > 0))
      yield* daemon.settled("morning", 1)
      assert.deepEqual(yield* statuses(daemon), ["06:30 ok"])
    })
  )

  it.effect("begins to fire a new job, and no longer fires one that is gone", () =>
    Effect.gen(function* () {
      const daemon = yield* start
      yield* daemon.declare(job("evening", { schedule: at("0 6 * * *") }))
      yield* plans(daemon, "06:00")
      yield* daemon.declare()
      yield* plans(daemon)
    })
  )

  it.effect("of a job that is gone and comes back makes up for nothing", () =>
    Effect.gen(function* () {
      const daemon = yield* start
      yield* daemon.declare()
      yield* plans(daemon)
      yield* setTime("2026-03-10T07:20:00Z")
      yield* daemon.declare(job("morning", { schedule: at("40 7 * * *"), hash: "back" }))
      yield* plans(daemon, "07:40")
      assert.deepEqual(yield* statuses(daemon), [])
    })
  )

  it.effect("of a job that is gone and comes back as it was fires it again", () =>
    Effect.gen(function* () {
      const daemon = yield* start
      yield* daemon.declare()
      yield* plans(daemon)
      yield* daemon.declare(job("morning"))
      yield* plans(daemon, "07:00")
      yield* elapseUntil(Effect.map(daemon.fires("morning"), (fires) => fires.length > 0))
      yield* daemon.settled("morning", 1)
      assert.deepEqual(yield* statuses(daemon), ["07:00 ok"])
    })
  )

  it.effect("in the jitter of a fire does not lose it", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T06:59:00Z")
      const patient = {
        jitter: Duration.minutes(30),
        misfire: { grace: Duration.minutes(10), policy: "skip" }
      } as const
      const daemon = yield* process([job("morning", patient)])
      yield* daemon.planned("morning")
      // Due, and waiting for its chance.
      yield* setTime("2026-03-10T07:00:10Z")
      for (const hash of ["one", "two", "three"]) {
        yield* daemon.declare(job("morning", { ...patient, schedule: at("0 9 * * *"), hash }))
      }
      yield* elapseUntil(
        Effect.map(daemon.fires("morning"), (fires) => fires.length > 0),
        "20 seconds"
      )
      yield* daemon.settled("morning", 1)
      assert.deepEqual(yield* statuses(daemon), ["07:00 ok"])
      const patterns = daemon.sql<{ pattern: string }>`select pattern from tributary.job_schedule`
      yield* TestClock.withLive(
        eventually(Effect.map(patterns, (rows) => rows.map(({ pattern }) => pattern).join() === "0 9 * * *"))
      )
    })
  )

  it.effect("a minute before the fire, again and again, fires it once and in time", () =>
    Effect.gen(function* () {
      const daemon = yield* start
      for (let second = 0; second < 100; second++) {
        const time = 59 * 60 + second
        yield* setTime(
          `2026-03-10T${time < 3600 ? "06" : "07"}:${String(Math.floor(time / 60) % 60).padStart(2, "0")}:${String(time % 60).padStart(2, "0")}Z`
        )
        yield* daemon.declare(job("morning", { hash: `edit ${second}` }))
      }
      yield* elapseUntil(Effect.map(daemon.fires("morning"), (fires) => fires.length > 0))
      yield* daemon.settled("morning", 1)
      assert.deepEqual(yield* statuses(daemon), ["07:00 ok"])
    })
  )
})
