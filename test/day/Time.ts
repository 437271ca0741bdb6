/**
 * The time of a simulated day. The database's own clock is moved by the test, because intervals and audits take their
 * times from it; the daemon goes by the TestClock, which follows the database's.
 */
import { PgConnection } from "@effect/sql-pg"
import { type Clock, DateTime, Duration, Effect, Fiber, Redacted, Schema } from "effect"
import { TestClock } from "effect/testing"
import { emptyDatabase } from "../support/database.ts"

/** Names without a schema find these functions before PostgreSQL's. */
const statements = (database: string, at: string) => [
  "create schema moved",
  `create table moved.clock as select '${at}'::timestamptz - pg_catalog.clock_timestamp() as ahead`,
  ...["now", "clock_timestamp"].map(
    (name) =>
      `create function moved.${name}() returns timestamptz language sql as 'select pg_catalog.${name}() + ahead from moved.clock'`
  ),
  `alter database ${database} set search_path = public, moved, pg_catalog`
]

/** The address of one that takes the time for `at`. */
export const movedDatabase = Effect.fnUntraced(function* (at: string) {
  const url = yield* emptyDatabase
  const database = new URL(Redacted.value(url)).pathname.slice(1)
  yield* Effect.scoped(
    Effect.flatMap(PgConnection.make({ url }), (connection) =>
      Effect.forEach(statements(database, at), (statement) => connection.query(statement, []))
    )
  )
  return url
})

/** Shorter sleeps may end late when the time is moved past them: only those of jobs may not. */
const long = Duration.minutes(30)

/** For the daemon: the TestClock, and when long sleeps on it end. */
export const watchedClock = TestClock.testClockWith((testClock) =>
  Effect.sync(() => {
    const ends = new Set<{ readonly at: number }>()
    const sleep = (duration: Duration.Duration) =>
      Effect.suspend(() => {
        const end = { at: testClock.currentTimeMillisUnsafe() + Duration.toMillis(duration) }
        if (Duration.isGreaterThanOrEqualTo(duration, long)) ends.add(end)
        return Effect.ensuring(
          testClock.sleep(duration),
          Effect.sync(() => ends.delete(end))
        )
      })
    const clock: Clock.Clock = { ...testClock, sleep }
    return { clock, ends: () => [...ends].map(({ at }) => at) }
  })
)

const decodeLook = Schema.decodeUnknownEffect(
  Schema.Tuple([Schema.Struct({ at: Schema.Finite, next: Schema.NullOr(Schema.Finite), busy: Schema.Boolean })])
)

const millis = (time: string) => `floor(extract(epoch from ${time}) * 1000)::float8`

/** `next` is the next fire of any job, once all are planned; who has just had an answer may be about to ask again. */
const lookAt = `
  select ${millis("now()")} as at,
    (select case when count(next_fire) = $1 then ${millis("min(next_fire)")} end from tributary.job_schedule) as next,
    exists (select from tributary.job_run where status = 'running')
      or exists (select from tributary.sync_log where status = 'running')
      or exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and (state = 'active' or state_change > pg_catalog.clock_timestamp() - interval '15 milliseconds')) as busy`

/** So many looks, a minute or more in real time: nothing that the day waits for takes three seconds. */
const timeout = 6000

interface Options {
  readonly url: Redacted.Redacted
  /** How many there are. */
  readonly jobs: number
  /** When sleeps end, in milliseconds, that the time is not moved past. */
  readonly ends: () => ReadonlyArray<number>
}

/** Moves the time of a running daemon, from one thing that happens to the next. */
export const make = Effect.fnUntraced(function* ({ ends, jobs, url }: Options) {
  // Of its own, so that it can tell what the daemon's are doing.
  const connection = yield* TestClock.withLive(PgConnection.make({ url }))
  const look = connection.query(lookAt, [jobs]).pipe(
    Effect.flatMap(({ rows }) => decodeLook(rows)),
    Effect.map(([found]) => found)
  )

  /** Time passes as it really does, until the condition holds. */
  const until = <E, R>(what: string, condition: Effect.Effect<boolean, E, R>) =>
    Effect.flatMap(look, ({ at }) => TestClock.setTime(at)).pipe(
      Effect.andThen(condition),
      Effect.tap((holds) => (holds ? Effect.void : TestClock.withLive(Effect.sleep("10 millis")))),
      Effect.repeat({ until: (holds) => holds, times: timeout }),
      Effect.flatMap((holds) => (holds ? Effect.void : Effect.die(`waited in vain: ${what}`)))
    )

  /** Nothing runs, and every job sleeps until it does next. */
  const quiet = until(
    "nothing runs",
    Effect.map(look, ({ at, busy, next }) => !busy && next !== null && next > at)
  )

  /** Goes there by way of every fire and every end of a long sleep. */
  const goTo = Effect.fnUntraced(function* (time: string) {
    const end = DateTime.toEpochMillis(DateTime.makeUnsafe(time))
    for (;;) {
      yield* quiet
      const { at, busy, next } = yield* look
      if (at >= end) return
      if (busy) continue
      const to = Math.min(end, next ?? end, ...ends().filter((one) => one > at))
      const set = "update moved.clock set ahead = to_timestamp($1::float8 / 1000) - pg_catalog.clock_timestamp()"
      yield* connection.query(set, [to])
    }
  })

  /** The effect's end, while time passes. */
  const during = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
    const fiber = yield* Effect.forkChild(effect)
    yield* until(
      "an effect ends",
      Effect.sync(() => fiber.pollUnsafe() !== undefined)
    )
    return yield* Fiber.join(fiber)
  })

  return { until, during, goTo }
})
