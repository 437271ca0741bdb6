/**
 * Named tokens and ended sessions from the database, at most a moment old. While the database is unavailable, the last
 * known ones remain valid. The admin token needs none of them.
 */
import { Clock, DateTime, Duration, Effect, Semaphore } from "effect"
import { SqlClient } from "effect/sql"
import * as ApiTokens from "../database/audit/ApiTokens.ts"
import { elapsedMillis } from "../observe/Elapsed.ts"

interface CachedToken extends ApiTokens.KnownTokens {
  readonly at: number
}

const timeout = Duration.seconds(5)
/** An unavailable database is not queried again before this pause ends. */
const pause = 10_000

export const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const turn = yield* Semaphore.make(1)
  /** By session, until when a copy of its cookie could be good; in milliseconds since 1970. */
  const endedHere = new Map<string, number>()
  let found: CachedToken | undefined
  let failedAt = Number.NEGATIVE_INFINITY

  const isFresh = (now: number, age: Duration.Duration) =>
    (found !== undefined && now - found.at <= Duration.toMillis(age)) || now - failedAt < pause

  /** `undefined`: they were never read. */
  const within = Effect.fnUntraced(function* (age: Duration.Duration) {
    if (isFresh(yield* elapsedMillis, age)) return found
    return yield* Effect.gen(function* () {
      const now = yield* elapsedMillis
      // Another caller has just read them.
      if (isFresh(now, age)) return found
      yield* ApiTokens.readKnown.pipe(
        Effect.timeout(timeout),
        Effect.provideService(SqlClient.SqlClient, sql),
        Effect.match({
          onSuccess: (known) => {
            found = { ...known, at: now }
          },
          onFailure: () => {
            failedAt = now
          }
        })
      )
      return found
    }).pipe(turn.withPermit)
  })

  return {
    /** `undefined`: unknown, because the database was never reached. */
    tokens: Effect.map(within(Duration.seconds(1)), (known) => known?.tokens),
    isEnded: (session: string) =>
      endedHere.has(session)
        ? Effect.succeed(true)
        : Effect.map(within(Duration.seconds(10)), (known) => known?.ended.includes(session) === true),
    /** Ends a session: here at once, elsewhere and after a restart only if the database can be written. */
    end: Effect.fnUntraced(function* (...given: Parameters<typeof ApiTokens.endSession>) {
      const now = yield* Clock.currentTimeMillis
      for (const [session, until] of endedHere) if (until < now) endedHere.delete(session)
      endedHere.set(given[0], DateTime.toEpochMillis(given[1]))
      yield* ApiTokens.endSession(...given).pipe(
        Effect.timeout(timeout),
        Effect.provideService(SqlClient.SqlClient, sql),
        Effect.catch(({ message }) =>
          Effect.logWarning(`a session was ended here, but is good again after a restart: ${message}`)
        )
      )
    })
  }
})
