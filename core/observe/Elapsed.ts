/**
 * Time that never goes back, to measure what has elapsed: a machine's clock may be set back by an hour, and whatever
 * waits until that clock passes a moment would wait an hour longer. It begins anywhere, so it is never stored or shown.
 */
import { Clock, Effect } from "effect"

const millisOf = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)

/** Whole milliseconds. */
export const elapsedMillis: Effect.Effect<number> = Clock.clockWith((clock) => Effect.sync(() => millisOf(clock)))

/** Runs an effect of a library that measures by the wall clock; inside, the clock is good for differences only. */
export const withElapsedClock = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Clock.clockWith((clock) => Effect.provideService(effect, Clock.Clock, elapsedClock(clock)))

const elapsedClock = (clock: Clock.Clock): Clock.Clock => {
  const currentTimeMillisUnsafe = () => millisOf(clock)
  return {
    currentTimeMillisUnsafe,
    currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
    currentTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    currentTimeNanos: clock.monotonicTimeNanos,
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) => clock.sleep(duration)
  }
}
