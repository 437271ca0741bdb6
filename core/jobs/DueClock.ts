/**
 * The time by which fires are due: this machine's, but never later than the database's, which all daemons share. A
 * daemon with a fast clock would run, or record as missed, what the others have yet to fire.
 */
import { Clock, DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"

const decodeTime = decodeOwn(Schema.Struct({ time: Schema.DateTimeUtcFromDate }))

/** Synchronised clocks differ by at most this; a smaller difference is the round trip to the database. */
const together = 1_000

/** Measures by how many milliseconds this machine was ahead of the database when it asked. */
const measure = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const asked = yield* Clock.currentTimeMillis
  const [row] = yield* Effect.flatMap(sql`select clock_timestamp() as time`, decodeTime)
  const apart = row === undefined ? 0 : asked - DateTime.toEpochMillis(row.time)
  const ahead = apart > together ? apart : 0
  // So a clock that is set meanwhile makes nothing due.
  return { ahead, time: DateTime.makeUnsafe(asked - ahead) }
})

export const dueTime = Effect.map(measure, ({ time }) => time)

/** For a loop that checks the clock more often than it asks the database. */
export class DueClock {
  #ahead = 0

  /** The time, corrected by the last measurement. */
  readonly now = Effect.suspend(() =>
    Effect.map(Clock.currentTimeMillis, (millis) => DateTime.makeUnsafe(millis - this.#ahead))
  )

  readonly measured = Effect.map(measure, ({ ahead, time }) => {
    this.#ahead = ahead
    return time
  })
}
