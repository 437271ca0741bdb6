/** Several daemons on one database, with files that differ, and clocks that move. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import type { JobDeclaration } from "../../core/config/Job.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { eventually } from "../support/eventually.ts"
import { movable } from "../support/movable.ts"
import { elapseUntil, type Fired, job, setTime, world } from "./fixtures.ts"

type Process = Effect.Success<typeof world>["process"]
type Daemon = Effect.Success<ReturnType<Process>>

const at = (pattern: string) => new Schedule(pattern, "UTC")
const morning = job("morning")
const evening = job("evening", { schedule: at("0 23 * * *") })

const started = (process: Process, name: string, ...jobs: ReadonlyArray<JobDeclaration>) =>
  Effect.tap(process(jobs, undefined, true, name), (daemon) =>
    Effect.forEach(jobs, (one) => declaredBy(daemon, one, name))
  )

/** Until the daemon stands beside the schedule. */
const declaredBy = ({ sql }: Daemon, { name, schedule }: JobDeclaration, daemon: string) =>
  TestClock.withLive(
    eventually(
      Effect.map(
        sql`select from tributary.job_schedule
          where job = ${name} and pattern = ${schedule.pattern} and ${daemon} = any (declared_by)`,
        ({ length }) => length === 1
      )
    )
  )

const schedules = ({ sql }: Daemon) =>
  Effect.map(
    sql<{ job: string; pattern: string }>`select job, pattern from tributary.job_schedule order by job, pattern`,
    (rows) => rows.map(({ job, pattern }) => `${job} ${pattern}`)
  )

const becomes = (daemon: Daemon, ...expected: ReadonlyArray<string>) =>
  TestClock.withLive(eventually(Effect.map(schedules(daemon), (found) => found.join() === expected.join())))

const brief = (fires: ReadonlyArray<Fired>) => fires.map(({ at, status }) => `${at.slice(8, 16)} ${status}`)

describe("daemons with different files", () => {
  it.effect("leave each other's next fires alone, also when one starts right before them", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T22:00:00Z")
      const first = yield* started(process, "one", evening)
      yield* setTime("2026-03-10T22:59:58Z")
      yield* started(process, "two", morning)
      yield* setTime("2026-03-10T23:00:00Z")
      assert.deepEqual(brief(yield* first.settled("evening", 1)), ["10T23:00 ok"])
    })
  )

  it.effect("owe what the other was to do while it was away", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T22:00:00Z")
      yield* Effect.flatMap(started(process, "one", evening), ({ stop }) => stop)
      const second = yield* started(process, "two", morning)
      yield* setTime("2026-03-10T23:30:00Z")
      assert.deepEqual(yield* second.fires("evening"), [])
      const again = yield* started(process, "one", evening)
      assert.deepEqual(brief(yield* again.settled("evening", 1)), ["10T23:00 ok"])
    })
  )

  it.effect("fire a job that both have at the times of each, and each retires its own time alone", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T06:30:00Z")
      const old = yield* started(process, "one", morning)
      const edited = job("morning", { schedule: at("0 8 * * *"), hash: "edited" })
      const next = yield* started(process, "two", edited)
      yield* becomes(old, "morning 0 7 * * *", "morning 0 8 * * *")
      yield* setTime("2026-03-10T07:00:00Z")
      yield* old.settled("morning", 1)
      yield* setTime("2026-03-10T08:00:00Z")
      assert.deepEqual(brief(yield* next.settled("morning", 2)), ["10T07:00 ok", "10T08:00 ok"])
      yield* next.declare(job("morning", { schedule: at("0 9 * * *"), hash: "again" }))
      yield* becomes(old, "morning 0 7 * * *", "morning 0 9 * * *")
      yield* next.declare()
      yield* becomes(old, "morning 0 7 * * *")
    })
  )

  it.effect("keep a schedule until none of them declares it, whoever began it", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T22:00:00Z")
      const first = yield* started(process, "one", evening)
      const second = yield* started(process, "two", evening)
      yield* setTime("2026-03-10T22:59:59Z")
      yield* first.declare()
      yield* TestClock.withLive(
        eventually(
          Effect.map(
            first.sql`select from tributary.job_schedule where declared_by = array['two']`,
            ({ length }) => length === 1
          )
        )
      )
      yield* setTime("2026-03-10T23:00:00Z")
      assert.deepEqual(brief(yield* second.settled("evening", 1)), ["10T23:00 ok"])
      yield* second.declare()
      yield* becomes(second)
    })
  )

  it.effect("keep how their other jobs stand when one of them is gone", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T22:00:00Z")
      const daemon = yield* started(process, "one", morning, evening)
      // As its jitter was drawn.
      yield* daemon.sql`update tributary.job_schedule set next_fire = '2026-03-10T23:10:00Z' where job = 'evening'`
      yield* daemon.declare(evening)
      yield* becomes(daemon, "evening 0 23 * * *")
      assert.deepEqual(yield* daemon.sql`select next_fire from tributary.job_schedule`, [
        { next_fire: new Date("2026-03-10T23:10:00Z") }
      ])
    })
  )

  it.effect("know what they are to do themselves, though the table was emptied", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T22:00:00Z")
      const daemon = yield* started(process, "one", evening)
      yield* setTime("2026-03-10T22:59:59Z")
      yield* daemon.sql`delete from tributary.job_schedule`
      yield* setTime("2026-03-10T23:00:00Z")
      yield* elapseUntil(
        Effect.map(daemon.fires("evening"), ({ length }) => length > 0),
        "1 second"
      )
      assert.deepEqual(brief(yield* daemon.settled("evening", 1)), ["10T23:00 ok"])
    })
  )
})

it.effect("what a version before this one had planned and was not there for still runs", () =>
  Effect.gen(function* () {
    const { process } = yield* world
    yield* setTime("2026-03-10T07:20:00Z")
    const before = yield* process([], undefined, false)
    yield* before.sql`insert into tributary.job_state (job, next_fire) values ('morning', '2026-03-10T07:00:00Z')`
    const daemon = yield* process([morning])
    assert.deepEqual(brief(yield* daemon.settled("morning", 1)), ["10T07:00 ok"])
  })
)

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

it.effect("a resumed job fires the next time, though that comes at once", () =>
  Effect.gen(function* () {
    const { process } = yield* world
    yield* setTime("2026-03-10T06:50:00Z")
    const daemon = yield* process([morning])
    yield* daemon.planned("morning")
    yield* daemon.jobs.pause("morning", "anna")
    yield* setTime("2026-03-10T06:59:59Z")
    yield* daemon.jobs.resume("morning", "anna")
    yield* setTime("2026-03-10T07:00:00Z")
    assert.deepEqual(brief(yield* daemon.settled("morning", 1)), ["10T07:00 ok"])
  })
)

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
