/**
 * Yields to other work between the pieces of long work, by elapsed time and not by the number of pieces, because a
 * vendor decides how long a piece takes. All such work shares the time, however many reads there are.
 */
import { Effect } from "effect"

/** Milliseconds. */
const maxTurn = 10

let began: number | undefined

const over = () => {
  began = undefined
}

/** Waits between two pieces for a turn of the event loop if the time is up. */
export const yieldTurn: Effect.Effect<void> = Effect.suspend(() => {
  const now = performance.now()
  if (began !== undefined) return now - began < maxTurn ? Effect.void : Effect.yieldNow
  began = now
  // This runs before the fibers that are waiting by then continue.
  setImmediate(over)
  return Effect.void
})
