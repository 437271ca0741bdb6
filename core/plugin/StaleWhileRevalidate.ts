/**
 * Something that is read when it is first asked for, or before, and answered from memory from then on. It is read again
 * when news say so and when it is old, behind the answers: who asks never waits for more than the first reading, and what
 * is there stays when it cannot be replaced.
 */
import { Clock, Duration, Effect, type Scope, Semaphore, Stream } from "effect"

export interface StaleWhileRevalidate<A, E> {
  /** From memory, once it is there. */
  readonly get: Effect.Effect<A, E>
  /** Reads it now, for who has just changed it. */
  readonly renew: Effect.Effect<A, E>
}

export interface StaleWhileRevalidateOptions<A, E> {
  /** For the log, as in `the products of write-offs`. */
  readonly what: string
  readonly read: Effect.Effect<A, E>
  /** Each makes what is there old; several in quick succession are one. */
  readonly news: Stream.Stream<unknown>
  /** What is older is still answered, and read again meanwhile: another process may have changed it. */
  readonly maxAge: Duration.Duration
}

/** A whole sync of a connector ends entity by entity. */
const quiet = Duration.seconds(1)

export const make = Effect.fnUntraced(function* <A, E extends { readonly message: string }>({
  maxAge,
  news,
  read,
  what
}: StaleWhileRevalidateOptions<A, E>): Effect.fn.Return<StaleWhileRevalidate<A, E>, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const turn = yield* Semaphore.make(1)
  let kept: { readonly value: A; readonly at: number } | undefined
  let renewing = false

  const begin = Effect.gen(function* () {
    const value = yield* read
    kept = { value, at: yield* Clock.currentTimeMillis }
    return value
  })

  const renewBehind = Effect.suspend(() => {
    if (renewing) return Effect.void
    renewing = true
    return begin.pipe(
      turn.withPermit,
      Effect.catch((error) => Effect.logWarning(`${what} could not be read again`, error.message)),
      Effect.ensuring(
        Effect.sync(() => {
          renewing = false
        })
      ),
      Effect.forkIn(scope),
      Effect.asVoid
    )
  })

  const get = Effect.gen(function* () {
    if (kept === undefined) {
      // Whoever waited for the turn finds what the one before has read.
      return yield* turn.withPermit(Effect.suspend(() => (kept === undefined ? begin : Effect.succeed(kept.value))))
    }
    const age = (yield* Clock.currentTimeMillis) - kept.at
    if (age > Duration.toMillis(maxAge)) yield* renewBehind
    return kept.value
  })

  yield* news.pipe(
    Stream.debounce(quiet),
    Stream.runForEach(() => renewBehind),
    Effect.forkScoped({ startImmediately: true })
  )
  yield* Effect.forkScoped(Effect.ignore(get))
  return { get, renew: turn.withPermit(begin) }
})
