/**
 * What the API sets off goes on when the client goes away, and when the daemon stops it gets the same grace as any
 * other run before it is interrupted.
 */
import { Cause, Context, Duration, Effect, Fiber, FiberSet, Latch, Layer } from "effect"
import { Unavailable } from "./Problems.ts"

export class Work extends Context.Service<
  Work,
  {
    /** Begins it in the background; what the effect answers is how it ended. */
    readonly start: <A, E, R>(
      work: Effect.Effect<A, E, R>
    ) => Effect.Effect<Effect.Effect<A, E | Unavailable>, Unavailable, R>
    /** Nothing begins any more; what runs has its grace. Answers at once. */
    readonly stop: Effect.Effect<void>
    readonly isStopping: Effect.Effect<boolean>
    /** Waits until then. */
    readonly stopping: Effect.Effect<void>
  }
>()("tributary/core/http/Work") {
  /** Leaves time for interrupted runs to say so in the audit. */
  static readonly grace = Duration.seconds(6)

  static readonly layer = Layer.effect(
    Work,
    Effect.gen(function* () {
      const running = yield* FiberSet.make<unknown, unknown>()
      const stopped = yield* Effect.cached(
        Effect.forkDetach(
          Effect.andThen(
            Effect.ignore(Effect.timeout(FiberSet.awaitEmpty(running), Work.grace)),
            FiberSet.clear(running)
          )
        )
      )
      let stopping = false
      const told = yield* Latch.make()
      const stop = Effect.suspend(() => {
        stopping = true
        told.openUnsafe()
        return Effect.asVoid(stopped)
      })
      yield* Effect.addFinalizer(() => Effect.andThen(stop, Effect.flatMap(stopped, Fiber.await)))
      return Work.of({
        stop,
        isStopping: Effect.sync(() => stopping),
        stopping: told.await,
        start: Effect.fnUntraced(function* <A, E, R>(work: Effect.Effect<A, E, R>) {
          if (stopping) return yield* interrupted
          const fiber = yield* FiberSet.run(running, work)
          return Effect.catchCause(
            Fiber.join(fiber),
            (cause): Effect.Effect<never, E | Unavailable> =>
              Cause.hasInterrupts(cause) ? Effect.fail(interrupted) : Effect.failCause(cause)
          )
        })
      })
    })
  )
}

const interrupted = new Unavailable({ detail: "The daemon is stopping." })
