/** Random histories of two daemons on one database: every due fire ran or was recorded, once. */
import { assert, it } from "@effect/vitest"
import { Clock, Context, DateTime, Duration, Effect, Exit, Latch, Layer, Logger, Queue } from "effect"
import { SqlClient, Statement } from "effect/sql"
import { TestClock } from "effect/testing"
import { freshDatabase } from "../support/database.ts"
import { movable } from "../support/movable.ts"
import { all } from "./Check.ts"
import { alone, layerOf, type Running, run, schedulesIn, type Url } from "./Daemons.ts"
import { Clerk, type Daemon, type Event, type File, type History, historyOf, patienceOf } from "./Histories.ts"
import { options } from "./Options.ts"

/** The number of parallel histories, each on its own database. */
const lanes = 4
const begins = DateTime.toEpochMillis(DateTime.makeUnsafe("2026-03-10T05:59:30Z"))

/** The daemon ignores smaller differences between clocks. */
const together = 1_000

const prove = (url: Url, { apart, database, events, seed }: History) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(begins)
    const observer = Context.get(yield* TestClock.withLive(Layer.build(layerOf(url))), SqlClient.SqlClient)
    yield* alone(observer)
    yield* observer`truncate tributary.job_run, tributary.job_state, tributary.job_schedule`
    yield* observer`delete from tributary.sync_log`
    const timers = yield* TestClock.testClockWith(Effect.succeed)
    /** The part of the true time that no timer has counted. */
    let slept = 0
    const trueTime = () => timers.currentTimeMillisUnsafe() + slept
    const clocks = { one: { ...(yield* movable), skew: 0 }, two: { ...(yield* movable), skew: 0 } }
    /** A fire is due when both the daemon's clock and the database's say so. */
    const clockOf = (daemon: Daemon) => {
      const { skew } = clocks[daemon]
      return trueTime() + (skew - database > together ? database : skew)
    }
    const clerk = new Clerk(clockOf, apart)
    const running = new Map<Daemon, Running>()
    const files = new Map<Daemon, File>()
    const reachable = new Set<Daemon>()
    const paused = new Set<string>()
    const known = new Map<string, string>()
    let seenAt = begins
    /** A run may stay `running` until a daemon starts, because its own was cut off from the database. */
    let torn = false
    /** The last time a daemon was cut off: a run that was due until then may have failed. */
    let harmedUntil = 0
    /** Closed before a daemon ends, so that runs are in progress. Brief ones go on within the grace, slow ones after it. */
    const gates = { brief: yield* Latch.make(true), slow: yield* Latch.make(true) }
    const closed = Effect.andThen(gates.brief.close, gates.slow.close)
    /** The time of the last wake-up, and the sleep before it. */
    let sleep = { from: begins, to: begins }

    /** Replaces the time that the database would answer. */
    const timed: Statement.Transformer = (statement, sql) =>
      Effect.sync(() =>
        statement.compile()[0] === "select clock_timestamp() as time"
          ? sql`select ${new Date(trueTime() + database).toISOString()}::timestamptz as time`
          : statement
      )

    const as =
      (daemon: Daemon) =>
      <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        effect.pipe(
          Effect.provideService(Clock.Clock, clocks[daemon].clock),
          Effect.provideService(Statement.CurrentTransformer, timed)
        )

    /** Whether every reachable daemon has declared its jobs and owes nothing. */
    const isSettled = Effect.gen(function* () {
      // If the clocks differ, the faster daemon handles a fire, and the other is yet to see it.
      const at = Math.min(...[...reachable].map(clockOf), trueTime())
      const rows = yield* schedulesIn(observer)
      for (const daemon of reachable) {
        const file = files.get(daemon) ?? {}
        const mine = rows.filter((row) => row.declared_by.includes(daemon))
        if (mine.length !== Object.keys(file).length) return false
        if (mine.some((row) => file[row.job] !== row.pattern || Clerk.owes(row, at))) return false
      }
      return true
    })

    /** The same, and nothing runs. */
    const isQuiet = Effect.gen(function* () {
      if (!(yield* isSettled)) return false
      const going = yield* observer`select from tributary.job_run where status = 'running'`
      return going.length === 0 || torn
    })

    /** Whether every fire that some clock has passed is recorded. */
    const isRecorded = Effect.gen(function* () {
      clerk.settled()
      const rows = yield* observer<{ job: string; scheduled_at: Date }>`select job, scheduled_at from tributary.job_run`
      const found = new Set(rows.map(({ job, scheduled_at }) => Clerk.fire(job, scheduled_at.getTime())))
      return clerk.must.isSubsetOf(found)
    })

    /** Says why it does not come to rest. */
    const unrest = Effect.gen(function* () {
      const schedules = yield* schedulesIn(observer)
      const going = yield* observer`select job, scheduled_at from tributary.job_run where status = 'running'`
      return JSON.stringify({ at: new Date(trueTime()), schedules, going })
    })

    /** Waits for a condition; a daemon whose database was away retries after a while. */
    const until = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
      Effect.gen(function* () {
        for (let looks = 0; !(yield* condition); looks++) {
          if (looks > 2_000) return yield* Effect.die(`it never comes to rest: ${yield* unrest}`)
          yield* TestClock.withLive(Effect.sleep("3 millis"))
          if (looks % 4 === 3) yield* TestClock.adjust("2 seconds")
        }
      })

    const quiet = Effect.gen(function* () {
      yield* until(isQuiet)
      // The check reports what is still forgotten.
      if (apart === 0) return
      for (let looks = 0; looks < 300 && !(yield* isRecorded); looks++) {
        yield* TestClock.withLive(Effect.sleep("3 millis"))
        if (looks % 4 === 3) yield* TestClock.adjust("2 seconds")
      }
    })

    const check = Effect.gen(function* () {
      const at = trueTime()
      clerk.settled()
      const rows = yield* observer<{
        job: string
        scheduled_at: Date
        status: string
        reasons: ReadonlyArray<unknown>
      }>`
        select job, scheduled_at, status, reasons from tributary.job_run where trigger = 'schedule' order by scheduled_at`
      for (const { job, reasons, scheduled_at, status } of rows) {
        const due = scheduled_at.getTime()
        const fire = Clerk.fire(job, due)
        const before = known.get(fire)
        assert.isTrue(clerk.may.has(fire) || clerk.must.has(fire), `${fire} was not due`)
        if (before !== undefined && before !== "running") assert.strictEqual(status, before, `${fire} ended twice`)
        known.set(fire, status)
        if (status === "failed") {
          assert.isTrue(due <= harmedUntil || job === "slow", `${fire} failed in peace: ${JSON.stringify(reasons)}`)
          assert.isNotEmpty(reasons, `${fire} failed without a reason`)
        }
        if (before !== undefined) continue
        const earliest = Math.max(due, due > sleep.from && due <= sleep.to ? sleep.to : seenAt)
        if (status === "ok") assert.isAtMost(earliest - due, patienceOf(job) + apart, `${fire} ran too late`)
        const later = rows.some((other) => other.job === job && other.scheduled_at.getTime() > due)
        if (status === "missed") assert.isTrue(later || at + apart - due > 60_000, `${fire} was given up too early`)
      }
      for (const fire of clerk.must) assert.isTrue(known.has(fire), `${fire} is forgotten`)
      seenAt = at
    })

    const begin = Effect.fnUntraced(function* (daemon: Daemon, file: File) {
      files.set(daemon, file)
      clerk.declares(daemon, file)
      reachable.add(daemon)
      running.set(daemon, yield* as(daemon)(run(url, daemon, file, gates)))
      torn = false
    })

    /** Waits for runs that need only the database: they end before the grace is over. */
    const inGrace = Effect.gen(function* () {
      const brief = observer`
        select from tributary.job_run
        where status = 'running' and job <> 'slow' and scheduled_at > ${new Date(harmedUntil).toISOString()}::timestamptz`
      for (let looks = 0; looks < 1_000 && (yield* brief).length > 0; looks++) {
        yield* TestClock.withLive(Effect.sleep("3 millis"))
      }
    })

    const end = Effect.fnUntraced(function* (daemon: Daemon, isKilled = false) {
      const one = running.get(daemon)
      running.delete(daemon)
      reachable.delete(daemon)
      clerk.leaves(daemon)
      if (one === undefined) return
      const stopping = yield* Effect.forkChild(as(daemon)(one.stop))
      yield* TestClock.withLive(Effect.sleep("1 millis"))
      yield* gates.brief.open
      while (stopping.pollUnsafe() === undefined) {
        if (!isKilled) yield* inGrace
        yield* TestClock.adjust("1 second")
        yield* TestClock.withLive(Effect.sleep("3 millis"))
      }
    })

    const happens = Effect.fnUntraced(function* (event: Event) {
      switch (event._tag) {
        case "Elapse":
          return yield* TestClock.adjust(Duration.seconds(event.seconds))
        case "Sleep": {
          const from = trueTime()
          slept += event.seconds * 1_000
          sleep = { from, to: trueTime() }
          return yield* Effect.forEach(Object.values(clocks), ({ move }) => move(event.seconds * 1_000))
        }
        case "Skew": {
          const clock = clocks[event.daemon]
          yield* clock.move(event.seconds * 1_000 - clock.skew)
          clock.skew = event.seconds * 1_000
          return
        }
        case "Start":
          return yield* begin(event.daemon, event.file)
        case "Stop":
          yield* closed
          yield* TestClock.adjust(Duration.seconds(event.seconds))
          yield* until(isSettled)
          yield* end(event.daemon)
          return yield* gates.slow.open
        case "Kill": {
          yield* closed
          yield* TestClock.adjust(Duration.seconds(event.seconds))
          // Sometimes runs are in progress, sometimes they are just being claimed.
          if (event.seconds % 2 === 0) yield* until(isSettled)
          yield* running.get(event.daemon)?.cut ?? Effect.void
          torn = true
          yield* end(event.daemon, true)
          yield* gates.slow.open
          harmedUntil = trueTime() + apart
          return
        }
        case "Reload": {
          files.set(event.daemon, event.file)
          clerk.declares(event.daemon, event.file)
          return yield* running.get(event.daemon)?.declare(event.file) ?? Effect.void
        }
        case "Away": {
          yield* running.get(event.daemon)?.cut ?? Effect.void
          torn = true
          clerk.leaves(event.daemon)
          reachable.delete(event.daemon)
          yield* TestClock.adjust(Duration.seconds(event.seconds))
          yield* quiet
          harmedUntil = trueTime() + apart
          yield* check
          yield* running.get(event.daemon)?.mend ?? Effect.void
          clerk.returns(event.daemon)
          return reachable.add(event.daemon)
        }
        default: {
          const [first] = running
          if (first === undefined) return
          const [daemon, { jobs }] = first
          const asked = event._tag === "Pause" ? jobs.pause(event.job, null) : jobs.resume(event.job, null)
          // That daemon has no such job.
          if (Exit.isFailure(yield* Effect.exit(as(daemon)(asked)))) return
          if (event._tag === "Pause") return paused.add(event.job)
          if (paused.delete(event.job)) clerk.resumed(event.job, daemon)
          return
        }
      }
    })

    for (const [at, event] of events.entries()) {
      yield* Effect.gen(function* () {
        yield* happens(event)
        yield* quiet
        yield* check
      }).pipe(
        Effect.catchCause((cause) =>
          Effect.fail(
            new Error(
              [
                `event ${at + 1} of history ${seed} disagrees (PROOF_SEED=${seed} PROOF_CASES=1 repeats it)`,
                ...events.slice(0, at + 1).map((one) => JSON.stringify(one)),
                String(cause)
              ].join("\n"),
              { cause }
            )
          )
        )
      )
    }
    for (const daemon of [...running.keys()]) yield* end(daemon)
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()), Effect.provide(Logger.layer([])))

it.live(
  "whatever happens to two daemons, each fire of each job is in the books once",
  () =>
    Effect.gen(function* () {
      const { cases, seed } = yield* options(100)
      const histories = yield* Effect.forEach(
        Array.from({ length: cases }, (_, at) => seed + at),
        historyOf
      )
      const free = yield* Queue.unbounded<Url>()
      for (let lane = 0; lane < lanes; lane++) yield* Queue.offer(free, yield* freshDatabase)
      yield* all(histories, (history) =>
        Effect.flatMap(Queue.take(free), (url) => Effect.ensuring(prove(url, history), Queue.offer(free, url)))
      )
    }),
  600_000
)
