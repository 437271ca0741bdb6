/**
 * A fresh database whose own clock is moved by the test, because intervals and audits take their times from it. The rest
 * of the daemon goes by the TestClock, which follows the database's.
 */
import { PgConnection } from "@effect/sql-pg"
import { DateTime, Effect, Fiber, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { freshDatabase } from "../support/database.ts"

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

/** Its address; what it takes the time for is `at`. */
export const movedDatabase = (at: string) =>
  Effect.gen(function* () {
    const url = yield* freshDatabase
    const database = new URL(Redacted.value(url)).pathname.slice(1)
    yield* Effect.scoped(
      Effect.flatMap(PgConnection.make({ url }), (connection) =>
        Effect.forEach(statements(database, at), (statement) => connection.query(statement, []))
      )
    )
    return url
  })

const decodeLook = Schema.decodeUnknownEffect(
  Schema.Tuple([Schema.Struct({ at: Schema.Date, next: Schema.NullOr(Schema.Date), running: Schema.Int })])
)

/** So many looks, a minute or more in real time: nothing that the day waits for takes three seconds. */
const patience = 6000

/** Moves the time of a daemon with so many jobs, from one thing that happens to the next. */
export const make = Effect.fnUntraced(function* (jobs: number) {
  const sql = yield* SqlClient.SqlClient

  /** Where the day stands; `next` is the next fire of any job, once all are planned. */
  const look = sql`
    select now() as at,
      (select case when count(next_fire) = ${jobs} then min(next_fire) end from tributary.job_state) as next,
      (select count(*) from tributary.job_run where status = 'running')::int
        + (select count(*) from tributary.sync_log where status = 'running')::int as running`.pipe(
    Effect.flatMap(decodeLook),
    Effect.map(([found]) => found)
  )

  /** Time passes as it really does, until the condition holds. */
  const until = <E, R>(what: string, condition: Effect.Effect<boolean, E, R>) =>
    Effect.flatMap(look, ({ at }) => TestClock.setTime(at.getTime())).pipe(
      Effect.andThen(condition),
      Effect.tap((holds) => (holds ? Effect.void : TestClock.withLive(Effect.sleep("10 millis")))),
      Effect.repeat({ until: (holds) => holds, times: patience }),
      Effect.flatMap((holds) => (holds ? Effect.void : Effect.die(`waited in vain: ${what}`)))
    )

  /** Nothing runs, and every job knows when it does next. */
  const quiet = until(
    "nothing runs",
    Effect.map(look, ({ at, next, running }) => running === 0 && next !== null && next > at)
  )

  /** Goes there by way of every fire on it. */
  const goTo = Effect.fnUntraced(function* (at: string) {
    const end = DateTime.toDateUtc(DateTime.makeUnsafe(at))
    for (;;) {
      yield* quiet
      const { at: now, next } = yield* look
      if (now >= end) return
      const to = next === null || next > end ? end : next
      yield* sql`update moved.clock set ahead = ${to.toISOString()}::timestamptz - pg_catalog.clock_timestamp()`
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
