/** The signals that a running daemon handles beside HTTP: a SIGHUP, and the end of all readers of its output. */
import { Effect, Queue } from "effect"
import { Reload } from "../../plugin/Reload.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as Signals from "../Signals.ts"

export const onSignal = Effect.gen(function* () {
  const { reload } = yield* Reload
  const signals = yield* Queue.sliding<void>(1)
  yield* Effect.acquireRelease(
    Effect.sync(() => Signals.onHangUp(() => void Queue.offerUnsafe(signals, undefined))),
    (stop) => Effect.sync(stop)
  )
  yield* Effect.forkScoped(
    Effect.forever(Effect.andThen(Queue.take(signals), reload({ trigger: "signal", actor: null })))
  )
})

/** Its terminal was closed, or the program at the other end of the pipe has ended. */
export const onClosed = Effect.gen(function* () {
  const { err, out } = yield* Terminal
  yield* Effect.raceFirst(out.closed, err.closed).pipe(
    Effect.andThen(Effect.sync(Signals.requestEnd)),
    Effect.forkScoped
  )
})
