/** Stores what a vendor has answered and would not answer again. */
import { Effect, Schedule } from "effect"
import type { SqlError } from "effect/sql"
import { isAway } from "../database/connection/SqlReason.ts"

type Failure = { readonly _tag: string } | SqlError.SqlError

const isPassing = (error: Failure): boolean => error._tag === "SqlError" && "reason" in error && isAway(error)

/**
 * Asks and stores the answer: an interruption after the answer waits until it is stored. While the database is away it is
 * tried again, and only then an interruption, when the daemon stops, gives the answer up.
 */
export const stored = <A, E, R, B, E2 extends Failure, R2>(
  ask: Effect.Effect<A, E, R>,
  store: (answer: A) => Effect.Effect<B, E2, R2>
): Effect.Effect<B, E | E2, R | R2> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(restore(ask), (answer) => {
      const again = Effect.retry(store(answer), { schedule: Schedule.spaced("1 second"), while: isPassing })
      return Effect.catchIf(store(answer), isPassing, () => restore(again))
    })
  )
