/** Lets others go on for as long as they wait for nothing but promises and fibers: turns of the event loop, which no load changes. */
import { Effect } from "effect"

const turn = Effect.callback<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** Several times what the answer of a stand-in in this process takes to be read and dealt with. */
export const settle = Effect.repeat(turn, { times: 30 })
