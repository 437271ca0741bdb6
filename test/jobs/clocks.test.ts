/** Clocks that move, and daemons whose clocks differ. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import { isUnhandled } from "../../core/jobs/Freshness.ts"
import * as HealthQueries from "../../core/jobs/HealthQueries.ts"
import { eventually } from "../support/eventually.ts"
import { movable } from "../support/movable.ts"
import { elapseUntil, job, setTime, world } from "./fixtures.ts"
import { at, brief, morning, started } from "./schedulerFixtures.ts"

/** So much time the timers count, until a daemon has seen its clock. */
const noticed = "20 seconds"
const minute = 60_000
const year = 365 * 24 * 60 * minute

describe("a clock that moves", () => {
  const daemonAt = Effect.fnUntraced(function* (time: string, more: Partial<JobDeclaration> = {}) {
    const { process } = yield* world
    const { clock, move } = yield* movable
    yield* setTime(time)
    const one = job("morning", more)
    const daemon = yield* Effect.provideService(process([one]), Clock.Clock, clock)
    yield* daemon.planned("morning")
    return { daemon, move }
  })

  it.effect("while the machine slept fires what came within its grace, at once", () =>
    Effect.gen(function* () {
      const { daemon, move } = yield* daemonAt("2026-03-10T06:50:00Z")
      yield* move(40 * minute)
      yield* TestClock.adjust(noticed)
      assert.deepEqual(brief(yield* daemon.settled("morning", 1)), ["10T07:00 ok"])
    })
  )

  it.effect("beyond the grace records it", () =>
    Effect.gen(function* () {
      const { daemon, move } = yield* daemonAt("2026-03-10T06:50:00Z")
      yield* move(180 * minute)
      yield* TestClock.adjust(noticed)
      assert.deepEqual(brief(yield* daemon.settled("morning", 1)), ["10T07:00 missed"])
    })
  )

  it.effect("ahead for a year and back again does not silence a job", () =>
    Effect.gen(function* () {
      const { daemon, move } = yield* daemonAt("2026-03-10T06:50:00Z")
      yield* move(year)
      yield* TestClock.adjust(noticed)
      // As far as the database's clock lets it.
      yield* TestClock.withLive(
        eventually(
          Effect.map(
            daemon.sql`select from tributary.job_schedule where next_fire > '2026-03-12'`,
            ({ length }) => length === 1
          )
        )
      )
      yield* move(-year)
      yield* TestClock.adjust(noticed)
      yield* TestClock.withLive(
        eventually(
          Effect.map(
            daemon.sql`select from tributary.job_schedule where next_fire < '2026-04-01'`,
            ({ length }) => length === 1
          )
        )
      )
    })
  )

  it.effect("back over a fire does not run it a second time", () =>
    Effect.gen(function* () {
      const { daemon, move } = yield* daemonAt("2026-03-10T06:59:50Z")
      yield* TestClock.adjust("20 seconds")
      yield* daemon.settled("morning", 1)
      yield* move(-30 * minute)
      yield* TestClock.adjust("31 minutes")
      const settled = daemon.sql`select from tributary.job_schedule where next_fire = '2026-03-11T07:00:00Z'`
      yield* elapseUntil(Effect.map(settled, ({ length }) => length === 1))
      assert.deepEqual(brief(yield* daemon.fires("morning")), ["10T07:00 ok"])
    })
  )
})

/** The database lives in real time, by which the daemon is three hours ahead. */
it.effect("a daemon whose clock is ahead leaves to the others what is yet to come", () =>
  Effect.gen(function* () {
    const { process } = yield* world
    yield* TestClock.setTime(yield* TestClock.withLive(Clock.currentTimeMillis))
    const hourly = job("hourly", { schedule: at("0 * * * *") })
    const other = yield* started(process, "other", hourly)
    yield* other.stop
    yield* TestClock.adjust("3 hours")
    const { fires, sql } = yield* started(process, "ahead", hourly, morning)
    // What is due by the database too is dealt with, and with it anything else that the daemon takes for due.
    yield* sql`
      update tributary.job_schedule set since = now() - interval '1 day', next_fire = now() - interval '1 day'
      where job = 'morning'`
    yield* elapseUntil(
      Effect.map(fires("morning"), ({ length }) => length > 0),
      "1 hour"
    )
    assert.deepEqual(
      yield* sql`select job, scheduled_at from tributary.job_run where scheduled_at > clock_timestamp()`,
      []
    )
    assert.deepEqual(
      yield* sql`select job from tributary.job_schedule where next_fire > clock_timestamp() + interval '1 day'`,
      []
    )
  })
)

it.effect("a job that is resumed by a clock that is ahead misses nothing that is yet to come", () =>
  Effect.gen(function* () {
    const { process } = yield* world
    yield* TestClock.setTime(yield* TestClock.withLive(Clock.currentTimeMillis))
    const hourly = job("hourly", { schedule: at("0 * * * *") })
    yield* (yield* started(process, "other", hourly)).stop
    const { jobs, sql } = yield* process([hourly], undefined, false)
    yield* jobs.pause("hourly", "anna")
    yield* TestClock.adjust("3 hours")
    yield* jobs.resume("hourly", "anna")
    const since = sql`select since > clock_timestamp() as ahead from tributary.job_schedule`
    assert.deepEqual(yield* since, [{ ahead: false }])
  })
)

describe("health beside a daemon whose clock is behind", () => {
  it.effect("calls a fire unhandled only if nobody has recorded it", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T06:15:00Z")
      const often = job("often", { schedule: at("*/10 * * * *") })
      const punctual = yield* started(process, "punctual", morning, often)
      yield* setTime("2026-03-10T07:00:00Z")
      yield* punctual.settled("morning", 1)
      yield* punctual.settled("often", 5)
      const { clock, move } = yield* movable
      yield* move(-30 * minute)
      const behind = yield* Effect.provideService(started(process, "behind", morning, often), Clock.Clock, clock)
      const setBack = behind.sql`select from tributary.job_schedule where since < '2026-03-10T06:40:00Z'`
      yield* TestClock.withLive(eventually(Effect.map(setBack, ({ length }) => length === 2)))
      yield* behind.stop
      const health = (time: string) => {
        const now = DateTime.makeUnsafe(time)
        return HealthQueries.jobs([morning, often], now).pipe(
          Effect.provideService(SqlClient.SqlClient, punctual.sql),
          Effect.map((found) =>
            [morning, often].map((one) => {
              const fires = found.get(one.name)
              const stored = fires?.stored == null ? "" : DateTime.formatIso(fires.stored).slice(8, 16)
              return `${one.name} ${stored} ${isUnhandled(one, fires, now)}`
            })
          )
        )
      }
      assert.deepEqual(yield* health("2026-03-10T07:05:00Z"), ["morning 11T07:00 false", "often 10T07:10 false"])
      yield* punctual.sql`delete from tributary.job_run where job = 'often' and scheduled_at = '2026-03-10T06:50:00Z'`
      assert.deepEqual(yield* health("2026-03-10T07:05:00Z"), ["morning 11T07:00 false", "often 10T06:50 true"])
      assert.deepEqual(yield* health("2026-03-11T07:05:00Z"), ["morning 11T07:00 true", "often 10T06:50 true"])
    })
  )
})
