/** What makes a running daemon reload by itself: a SIGHUP, and changed files where the configuration says so. */
import { Effect, Queue } from "effect"
import { Reload } from "../plugin/Reload.ts"
import * as Signals from "./Signals.ts"

export const onSignal = Effect.gen(function* () {
  const { reload } = yield* Reload
  const signals = yield* Queue.sliding<void>(1)
  yield* Effect.acquireRelease(
    Effect.sync(() => Signals.onHangUp(() => void Queue.offerUnsafe(signals, undefined))),
    (stop) => Effect.sync(stop)
  )
  yield* Effect.acquireRelease(Effect.sync(Signals.endWithReader), (stop) => Effect.sync(stop))
  yield* Effect.forkScoped(
    Effect.forever(Effect.andThen(Queue.take(signals), reload({ trigger: "signal", actor: null })))
  )
})
