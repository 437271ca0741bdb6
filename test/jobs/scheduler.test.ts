import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { JobDeclaration } from "../../core/config/Job.ts"
import { Schedule } from "../../core/config/Schedule.ts"
import { eventually } from "../support/eventually.ts"
import { elapseUntil, job, setTime, world } from "./fixtures.ts"

/** At six a daemon has planned the job, and was stopped before it was due. */
const stoppedBefore = Effect.fnUntraced(function* (one: JobDeclaration) {
  const { process } = yield* world
  yield* setTime("2026-03-10T06:00:00Z")
  const before = yield* process([one])
  yield* before.planned(one.name)
  yield* before.stop
  return process
})

const seven = "2026-03-10T07:00:00.000Z"

/** A daemon that is there at six, away at seven and back at a given time. */
const backAt = (time: string, more: Partial<JobDeclaration> = {}) =>
  Effect.gen(function* () {
    const process = yield* stoppedBefore(job("morning", more))
    yield* setTime(`2026-03-10T${time}:00Z`)
    return yield* process([job("morning", more)])
  })

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
      const { process } = yield* world
      yield* setTime("2026-03-10T06:00:00Z")
      const before = yield* process([job("morning")])
      yield* before.planned("morning")
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

describe("the scheduler", () => {
  it.effect("fires at the local time, on both sides of a change of the clocks", () =>
    Effect.gen(function* () {
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
    })
  )

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
      const { process } = yield* world
      yield* setTime("2026-03-10T06:00:00Z")
      const before = yield* process([job("morning")])
      yield* before.planned("morning")
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
