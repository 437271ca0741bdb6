/** Several daemons on one database, with files that differ. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { eventually } from "../support/eventually.ts"
import { elapseUntil, job, setTime, world } from "./fixtures.ts"
import { at, brief, morning, started } from "./schedulerFixtures.ts"

type Daemon = Effect.Success<ReturnType<Effect.Success<typeof world>["process"]>>

const evening = job("evening", { schedule: at("0 23 * * *") })

const schedules = ({ sql }: Daemon) =>
  Effect.map(
    sql<{ job: string; pattern: string }>`select job, pattern from tributary.job_schedule order by job, pattern`,
    (rows) => rows.map(({ job, pattern }) => `${job} ${pattern}`)
  )

const becomes = (daemon: Daemon, ...expected: ReadonlyArray<string>) =>
  TestClock.withLive(eventually(Effect.map(schedules(daemon), (found) => found.join() === expected.join())))

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
