/**
 * Long work in pieces, with turns for everybody else in between: by the time that passed and not by a count of pieces, which
 * take what a vendor makes them take. All such work shares the time, however many reads there are.
 */
import { Effect } from "effect"

/** Milliseconds. */
const maxLength = 10

let began: number | undefined

const over = () => {
  began = undefined
}

/** Between two pieces: waits for the loop to turn where the time is up. */
export const yieldTurn: Effect.Effect<void> = Effect.suspend(() => {
  const now = performance.now()
  if (began !== undefined) return now - began < maxLength ? Effect.void : Effect.yieldNow
  began = now
  // It comes before what the fibers that wait by then go on with.
  setImmediate(over)
  return Effect.void
})
