import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import { Schedule } from "../../core/config/Schedule.ts"
import { type LogLine, lineOf } from "../../core/observe/LogLine.ts"
import { eventually } from "../support/eventually.ts"
import { elapseUntil, job, setTime, world } from "./fixtures.ts"
import { backAt, plannedBefore, seven, stoppedBefore } from "./schedulerFixtures.ts"

describe("the scheduler", () => {
  it.effect("fires at the local time, on both sides of a change of the clocks, and logs each fire under an id", () => {
    const lines: Array<LogLine> = []
    return Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-28T05:30:00Z")
      const daemon = yield* process([job("morning", { schedule: new Schedule("0 7 * * *", "Europe/Warsaw") })])
      yield* daemon.planned("morning")
      yield* elapseUntil(
        Effect.map(daemon.fires("morning"), (fires) => fires.length > 0),
        "5 minutes"
      )
      yield* daemon.settled("morning", 1)
      yield* elapseUntil(
        Effect.map(daemon.fires("morning"), (fires) => fires.length > 1),
        "15 minutes"
      )
      assert.deepEqual(
        (yield* daemon.settled("morning", 2)).map(({ at, status }) => [at, status]),
        [
          ["2026-03-28T06:00:00.000Z", "ok"],
          ["2026-03-29T05:00:00.000Z", "ok"]
        ]
      )
      const ids = lines.flatMap(({ fields }) => (fields.job === "morning" ? [fields.correlation_id] : []))
      assert.strictEqual(new Set(ids).size, 2, JSON.stringify(lines))
      assert.notInclude(ids, undefined)
    }).pipe(Effect.provide(Logger.layer([Logger.make((options) => lines.push(lineOf(options)))])))
  })

  it.effect("fires once, however many daemons share the database", () =>
    Effect.gen(function* () {
      const often = job("often", { schedule: new Schedule("* * * * *", "UTC") })
      const process = yield* stoppedBefore(often)
      yield* setTime("2026-03-10T06:05:10Z")
      const daemons = yield* Effect.all([process([often]), process([often]), process([often])], {
        concurrency: "unbounded"
      })
      const [first] = daemons
      const wait = Effect.map(first.fires("often"), (fires) => fires.filter(({ status }) => status === "ok").length > 4)
      yield* elapseUntil(wait, "20 seconds")
      for (const { stop } of daemons) yield* stop
      const after = yield* process([], undefined, false)
      const fires = yield* after.fires("often")
      assert.deepEqual(
        fires.map(({ at }) => at),
        fires.map((_, index) => `2026-03-10T06:${String(index + 1).padStart(2, "0")}:00.000Z`),
        "each minute has one fire"
      )
      const runs = yield* after.sql`select id from tributary.sync_log where status <> 'skipped'`
      assert.lengthOf(runs, fires.filter(({ status }) => status === "ok").length, JSON.stringify(fires))
    })
  )

  it.effect("records the fires of a paused job as skipped, until it is resumed", () =>
    Effect.gen(function* () {
      const { before, process } = yield* plannedBefore(job("morning"))
      yield* before.jobs.pause("morning", "anna")
      // Who paused it first stays the one who did.
      yield* before.jobs.pause("morning", "boris")
      yield* before.stop
      yield* setTime("2026-03-10T07:00:30Z")
      const daemon = yield* process([job("morning"), job("off", { enabled: false })])
      assert.deepEqual(yield* daemon.settled("morning", 1), [
        { at: seven, status: "skipped", detail: "paused by anna" }
      ])
      const [paused, off] = yield* daemon.jobs.list
      assert.deepInclude(off, { enabled: false, paused: false, nextFire: null })
      assert.deepInclude(paused, { paused: true, nextFire: null })
      yield* daemon.jobs.resume("morning", "anna")
      const [resumed] = yield* daemon.jobs.list
      assert.strictEqual(resumed?.paused, false)
      assert.strictEqual(resumed?.nextFire?.toJSON(), "2026-03-11T07:00:00.000Z")
      assert.strictEqual(resumed?.lastFire?.status, "skipped")
    })
  )

  it.effect("delays a fire by its jitter, which is not lateness", () =>
    Effect.gen(function* () {
      const daemon = yield* backAt("07:59", { jitter: Duration.minutes(30) })
      yield* elapseUntil(Effect.map(daemon.fires("morning"), (fires) => fires.length > 0))
      assert.deepEqual(
        (yield* daemon.settled("morning", 1)).map(({ status }) => status),
        ["ok"]
      )
    })
  )

  it.effect("fires in time, however long the database took to say when", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      yield* setTime("2026-03-10T06:59:00Z")
      const daemon = yield* process([])
      const other = yield* process([], undefined, false)
      const locked = yield* Deferred.make<void>()
      const free = yield* Deferred.make<void>()
      const holding = yield* other.sql`lock table tributary.job_state`.pipe(
        Effect.andThen(Deferred.succeed(locked, undefined)),
        Effect.andThen(Deferred.await(free)),
        other.sql.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(locked)
      yield* daemon.declare(job("morning"))
      const waits = Effect.map(
        other.sql`select from pg_locks as l join pg_database as d on d.oid = l.database
          where not l.granted and d.datname = current_database()`,
        ({ length }) => length > 0
      )
      yield* TestClock.withLive(eventually(waits))
      yield* setTime("2026-03-10T06:59:40Z")
      yield* Deferred.succeed(free, undefined)
      yield* Fiber.join(holding)
      yield* daemon.planned("morning")
      yield* setTime(seven)
      assert.deepEqual(yield* daemon.settled("morning", 1), [{ at: seven, status: "ok", detail: "entities: 1 ok" }])
    })
  )

  const stopped = Effect.gen(function* () {
    const { process } = yield* world
    const gate = yield* Deferred.make<void>()
    const begun = yield* Deferred.make<void>()
    yield* setTime("2026-03-10T06:00:00Z")
    const before = yield* process([job("morning")])
    yield* before.planned("morning")
    yield* before.stop
    yield* setTime("2026-03-10T07:00:30Z")
    const reading = Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(gate))
    const daemon = yield* process([job("morning")], () => ({ before: reading, records: [{ id: 1 }] }))
    yield* Deferred.await(begun)
    const stop = yield* Effect.forkChild(daemon.stop)
    const fires = Effect.flatMap(process([], undefined, false), (other) => other.fires("morning"))
    return { fires, open: Deferred.succeed(gate, undefined), stop }
  })

  it.effect("lets what runs end by itself when it is stopped", () =>
    Effect.gen(function* () {
      const { fires, open, stop } = yield* stopped
      yield* open
      yield* Fiber.join(stop)
      assert.deepEqual(yield* fires, [{ at: seven, status: "ok", detail: "entities: 1 ok" }])
    })
  )

  it.effect("interrupts what does not, and says so in the audit", () =>
    Effect.gen(function* () {
      const { fires, stop } = yield* stopped
      yield* elapseUntil(
        Effect.sync(() => stop.pollUnsafe() !== undefined),
        "1 second"
      )
      assert.deepEqual(yield* fires, [{ at: seven, status: "failed", detail: "interrupted" }])
    })
  )
})
