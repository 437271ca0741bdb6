/**
 * Named tokens and ended sessions as the database has them, a moment old at most. While it is away, what was known last
 * goes on to be good: the admin token needs none of it.
 */
import { Clock, Duration, Effect, Semaphore } from "effect"
import { SqlClient } from "effect/sql"
import * as ApiTokens from "../database/ApiTokens.ts"

interface Found extends ApiTokens.Known {
  readonly at: number
}

const timeout = Duration.seconds(5)
/** A database that is away is asked again no sooner. */
const pause = 10_000

export const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const turn = yield* Semaphore.make(1)
  const endedHere = new Set<string>()
  let found: Found | undefined
  let failedAt = Number.NEGATIVE_INFINITY

  const isFresh = (now: number, age: Duration.Duration) =>
    (found !== undefined && now - found.at <= Duration.toMillis(age)) || now - failedAt < pause

  /** `undefined`: it was never read. */
  const within = Effect.fnUntraced(function* (age: Duration.Duration) {
    if (isFresh(yield* Clock.currentTimeMillis, age)) return found
    return yield* Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      // Somebody else has just asked.
      if (isFresh(now, age)) return found
      yield* ApiTokens.known.pipe(
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
    /** `undefined`: nobody knows, because the database was never reached. */
    tokens: Effect.map(within(Duration.seconds(1)), (known) => known?.tokens),
    isEnded: (session: string) =>
      endedHere.has(session)
        ? Effect.succeed(true)
        : Effect.map(within(Duration.seconds(10)), (known) => known?.ended.includes(session) === true),
    /** Here at once, elsewhere and after a restart as far as the database can be told. */
    end: Effect.fnUntraced(function* (...given: Parameters<typeof ApiTokens.endSession>) {
      endedHere.add(given[0])
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
