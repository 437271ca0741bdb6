/**
 * What a person sets off goes on when they go away, and when the daemon stops it gets the same grace as any other run
 * before it is interrupted.
 */
import { Cause, Context, Data, Duration, Effect, Fiber, FiberSet, Latch, Layer } from "effect"

/** It did not begin, or was interrupted when its grace was over. */
export class Stopping extends Data.TaggedError("Stopping")<{ readonly message: string }> {}

export class BackgroundWork extends Context.Service<
  BackgroundWork,
  {
    /** Begins it in the background; what the effect answers is how it ended. */
    readonly start: <A, E, R>(
      work: Effect.Effect<A, E, R>
    ) => Effect.Effect<Effect.Effect<A, E | Stopping>, Stopping, R>
    /** Nothing begins any more; what runs has its grace. Answers at once. */
    readonly stop: Effect.Effect<void>
    readonly isStopping: Effect.Effect<boolean>
    /** Waits until then. */
    readonly stopping: Effect.Effect<void>
  }
>()("tributary/core/control/BackgroundWork") {
  /** Leaves time for interrupted runs to say so in the audit. */
  static readonly grace = Duration.seconds(6)

  /** Provided by all who need it: the layer is built once, so that one grace is enough for all of them. */
  static readonly layer = Layer.effect(
    BackgroundWork,
    Effect.gen(function* () {
      const running = yield* FiberSet.make<unknown, unknown>()
      const stopped = yield* Effect.cached(
        Effect.forkDetach(
          Effect.andThen(
            Effect.ignore(Effect.timeout(FiberSet.awaitEmpty(running), BackgroundWork.grace)),
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
      return BackgroundWork.of({
        stop,
        isStopping: Effect.sync(() => stopping),
        stopping: told.await,
        start: Effect.fnUntraced(function* <A, E, R>(work: Effect.Effect<A, E, R>) {
          if (stopping) return yield* interrupted
          const fiber = yield* FiberSet.run(running, work)
          return Effect.catchCause(
            Fiber.join(fiber),
            (cause): Effect.Effect<never, E | Stopping> =>
              Cause.hasInterrupts(cause) ? Effect.fail(interrupted) : Effect.failCause(cause)
          )
        })
      })
    })
  )
}

const interrupted = new Stopping({ message: "The daemon is stopping." })
