/** A wall clock that can be set forwards and back, beside the timers of the TestClock, which run evenly. */
import type { Clock } from "effect"
import { Effect } from "effect"
import { TestClock } from "effect/testing"

export const movable = TestClock.testClockWith((timers) =>
  Effect.sync(() => {
    let ahead = 0
    const currentTimeMillisUnsafe = () => timers.currentTimeMillisUnsafe() + ahead
    // A wait of random length ends between two milliseconds.
    const currentTimeNanosUnsafe = () => BigInt(Math.floor(currentTimeMillisUnsafe() * 1_000)) * 1_000n
    const clock: Clock.Clock = {
      ...timers,
      currentTimeMillisUnsafe,
      currentTimeNanosUnsafe,
      currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
      currentTimeNanos: Effect.sync(currentTimeNanosUnsafe)
    }
    /** Moves the clock by that many milliseconds, which may be negative. */
    const move = (millis: number) =>
      Effect.sync(() => {
        ahead += millis
      })
    return { clock, move }
  })
)
