/**
 * A value that is read at the start or at the first request, and served from memory from then on. It is read again in
 * the background, after events and when it is old. A caller never waits for more than the first read, and the last
 * value is kept if a read fails.
 */
import { Duration, Effect, type Scope, Semaphore, Stream } from "effect"
import { elapsedMillis } from "../observe/Elapsed.ts"

export interface StaleWhileRevalidate<A, E> {
  /** Returns the value from memory, once it is there. */
  readonly get: Effect.Effect<A, E>
  /** Reads it now, for a caller that has just changed it. */
  readonly renew: Effect.Effect<A, E>
}

export interface StaleWhileRevalidateOptions<A, E> {
  /** The name for the log, such as `the products of write-offs`. */
  readonly what: string
  readonly read: Effect.Effect<A, E>
  /** Each event makes the value stale; several in quick succession count as one. */
  readonly news: Stream.Stream<unknown>
  /** An older value is still served, and read again in the background: another process may have changed it. */
  readonly maxAge: Duration.Duration
}

/** The entities of a connector's sync end one by one. */
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
  let isReading = false
  /** Whether a read is to follow that has not begun: it will see every change until it begins. */
  let isDue = false

  const begin = Effect.suspend(() => {
    isDue = false
    isReading = true
    return read
  }).pipe(
    Effect.tap((value) =>
      Effect.map(elapsedMillis, (at) => {
        kept = { value, at }
      })
    ),
    Effect.ensuring(
      Effect.sync(() => {
        isReading = false
      })
    )
  )

  const renewBehind = Effect.suspend(() => {
    if (isDue) return Effect.void
    isDue = true
    // A caller's own read that began meanwhile has seen the change.
    return Effect.suspend(() => (isDue ? Effect.asVoid(begin) : Effect.void)).pipe(
      turn.withPermit,
      Effect.catch((error) => Effect.logWarning(`${what} could not be read again`, error.message)),
      Effect.forkIn(scope),
      Effect.asVoid
    )
  })

  const get = Effect.gen(function* () {
    if (kept === undefined) {
      // A caller that waited for its turn finds what the previous one has read.
      return yield* turn.withPermit(Effect.suspend(() => (kept === undefined ? begin : Effect.succeed(kept.value))))
    }
    const age = (yield* elapsedMillis) - kept.at
    if (age > Duration.toMillis(maxAge) && !isReading) yield* renewBehind
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
