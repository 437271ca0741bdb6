/** Stores what a vendor has answered and would not answer again. */
import { Effect, Schedule } from "effect"

type Failure = { readonly _tag: string; readonly message: string }

/** Whatever the database says: what is not stored is lost. */
const isOfDatabase = ({ _tag }: Failure): boolean => _tag === "SqlError"

/**
 * Asks and stores the answer: an interruption after the answer waits until it is stored. While the database refuses, it is
 * tried again, and only then an interruption, when the daemon stops, gives the answer up.
 */
export const stored = <A, E, R, B, E2 extends Failure, R2>(
  ask: Effect.Effect<A, E, R>,
  store: (answer: A) => Effect.Effect<B, E2, R2>
): Effect.Effect<B, E | E2, R | R2> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(restore(ask), (answer) =>
      Effect.catchIf(store(answer), isOfDatabase, ({ message }) =>
        Effect.logWarning(`a vendor's answer about an account could not be stored, trying again: ${message}`).pipe(
          Effect.andThen(Effect.delay(store(answer), pause)),
          Effect.retry({ schedule: Schedule.spaced(pause), while: isOfDatabase }),
          restore
        )
      )
    )
  )

const pause = "1 second"
