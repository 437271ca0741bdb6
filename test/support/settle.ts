/** Lets fibers run that wait only for promises and fibers: some turns of the event loop, whatever the load. */
import { Effect } from "effect"

const turn = Effect.callback<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** Several times the turns that a sandbox in this process needs for its answer to be read and handled. */
export const settle = Effect.repeat(turn, { times: 30 })
