/**
 * How long a run may take (`limits.deadline`). The time stands still while the run waits for another one, which has a
 * deadline of its own.
 */
import { Duration, Effect, Latch, Option } from "effect"
import { elapsedMillis } from "../observe/Elapsed.ts"

/** Runs an effect whose time does not count. */
export type Pause = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

export interface RunDeadline {
  readonly limit: Duration.Duration
  /** Ends the effect when its time is over, which begins now. */
  readonly within: <A, E, R, A2, E2, R2>(
    effect: Effect.Effect<A, E, R>,
    late: Effect.Effect<A2, E2, R2>
  ) => Effect.Effect<A | A2, E | E2, R | R2>
  readonly pause: Pause
  /** Milliseconds after the start of the run at which it is late, as far as it has waited until now. */
  readonly millis: Effect.Effect<number>
}

export const make = (limit: Duration.Duration): RunDeadline => {
  const running = Latch.makeUnsafe(true)
  let waits = 0
  /** When the present wait began, and how long the ones before were. */
  let since = 0
  let waited = 0
  const waitedUntil = (now: number) => waited + (waits === 0 ? 0 : now - since)

  const begin = (now: number) => {
    waits += 1
    if (waits > 1) return
    since = now
    running.closeUnsafe()
  }
  const end = (now: number) => {
    waits -= 1
    if (waits > 0) return
    waited += now - since
    running.openUnsafe()
  }

  const over = Effect.gen(function* () {
    const began = yield* elapsedMillis
    const before = waitedUntil(began)
    for (;;) {
      yield* running.await
      const now = yield* elapsedMillis
      const left = Duration.toMillis(limit) - (now - began - (waitedUntil(now) - before))
      if (left <= 0) return Option.none()
      yield* Effect.sleep(left)
    }
  })

  return {
    limit,
    within: <A, E, R, A2, E2, R2>(effect: Effect.Effect<A, E, R>, late: Effect.Effect<A2, E2, R2>) =>
      Effect.flatMap(
        Effect.raceFirst(Effect.asSome(effect), over),
        (ended): Effect.Effect<A | A2, E2, R2> => (Option.isSome(ended) ? Effect.succeed(ended.value) : late)
      ),
    pause: (effect) =>
      Effect.acquireUseRelease(
        Effect.map(elapsedMillis, begin),
        () => effect,
        () => Effect.map(elapsedMillis, end)
      ),
    millis: Effect.map(elapsedMillis, (now) => Duration.toMillis(limit) + waitedUntil(now))
  }
}
