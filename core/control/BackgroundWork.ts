/**
 * Work that a person starts continues when they leave. When the daemon stops, it gets the same grace period as any
 * other run before it is interrupted.
 */
import { Cause, Context, Data, Duration, Effect, Fiber, FiberSet, Latch, Layer } from "effect"

/** The work did not begin, or was interrupted after its grace period. */
export class Stopping extends Data.TaggedError("Stopping")<{ readonly message: string }> {}

export class BackgroundWork extends Context.Service<
  BackgroundWork,
  {
    /** Starts the work in the background; the returned effect waits for its outcome. */
    readonly start: <A, E, R>(
      work: Effect.Effect<A, E, R>
    ) => Effect.Effect<Effect.Effect<A, E | Stopping>, Stopping, R>
    /** No new work begins; current work gets its grace period. Returns at once. */
    readonly stop: Effect.Effect<void>
    readonly isStopping: Effect.Effect<boolean>
    /** Waits until the daemon begins to stop. */
    readonly stopping: Effect.Effect<void>
  }
>()("tributary/core/control/BackgroundWork") {
  /** Leaves time for interrupted runs to write the audit. */
  static readonly grace = Duration.seconds(6)

  /** Provided by all who need it: the layer is built once, so that one grace period is enough for all of them. */
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
      const stopRequested = yield* Latch.make()
      const stop = Effect.suspend(() => {
        stopping = true
        stopRequested.openUnsafe()
        return Effect.asVoid(stopped)
      })
      yield* Effect.addFinalizer(() => Effect.andThen(stop, Effect.flatMap(stopped, Fiber.await)))
      return BackgroundWork.of({
        stop,
        isStopping: Effect.sync(() => stopping),
        stopping: stopRequested.await,
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
