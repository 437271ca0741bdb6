/**
 * The time by which fires come due: this machine's, and never past the database's, which all daemons on it share. A daemon
 * whose clock is ahead would run or record as missed what the others are yet to fire.
 */
import { Clock, DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "./Rows.ts"

const decodeTime = decodeOwn(Schema.Struct({ time: Schema.DateTimeUtcFromDate }))

/** Clocks that are kept in time are that close; less is the way to the database and back. */
const together = 1_000

/** By how many milliseconds this machine was ahead of the database when it asked. */
const measure = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const asked = yield* Clock.currentTimeMillis
  const [row] = yield* Effect.flatMap(sql`select clock_timestamp() as time`, decodeTime)
  const apart = row === undefined ? 0 : asked - DateTime.toEpochMillis(row.time)
  const ahead = apart > together ? apart : 0
  // A clock that is set meanwhile does not make anything due.
  return { ahead, time: DateTime.makeUnsafe(asked - ahead) }
})

export const dueTime = Effect.map(measure, ({ time }) => time)

/** For a loop that looks at the clock more often than it asks the database. */
export class DueClock {
  #ahead = 0

  /** As far ahead as when it was measured last. */
  readonly now = Effect.suspend(() =>
    Effect.map(Clock.currentTimeMillis, (millis) => DateTime.makeUnsafe(millis - this.#ahead))
  )

  readonly measured = Effect.map(measure, ({ ahead, time }) => {
    this.#ahead = ahead
    return time
  })
}
