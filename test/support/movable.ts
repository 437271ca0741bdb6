/** The clock on the wall beside the timers of the TestClock: it is set ahead and back, and they go on evenly. */
import type { Clock } from "effect"
import { Effect } from "effect"
import { TestClock } from "effect/testing"

export const movable = TestClock.testClockWith((timers) =>
  Effect.sync(() => {
    let ahead = 0
    const currentTimeMillisUnsafe = () => timers.currentTimeMillisUnsafe() + ahead
    // A wait of a drawn length ends between two milliseconds.
    const currentTimeNanosUnsafe = () => BigInt(Math.floor(currentTimeMillisUnsafe() * 1_000)) * 1_000n
    const clock: Clock.Clock = {
      ...timers,
      currentTimeMillisUnsafe,
      currentTimeNanosUnsafe,
      currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
      currentTimeNanos: Effect.sync(currentTimeNanosUnsafe)
    }
    /** By so many milliseconds, which may be below 0. */
    const move = (millis: number) =>
      Effect.sync(() => {
        ahead += millis
      })
    return { clock, move }
  })
)
