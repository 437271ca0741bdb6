/** Why a run wrote nothing, and which failures of the database are worth waiting out. */
import { Data, Effect, Schedule } from "effect"

/** In words for a person. */
export class RunFailure extends Data.TaggedError("RunFailure")<{ readonly message: string }> {}

interface Described {
  readonly _tag: string
  readonly message: string
  readonly reason?: { readonly _tag: string }
}

/** A broken connection is waited out; anything else PostgreSQL says is final. */
export const connectionLost = (error: Described): boolean =>
  error._tag === "SqlError" && error.reason?._tag === "ConnectionError"

/** Bounded by the run's deadline, or by who gives up waiting. */
export const retryWhileAway = <A, E extends Described, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(effect, { schedule: Schedule.spaced("1 second"), while: connectionLost })

export const describe = (error: Described): string =>
  error._tag === "SqlError" ? `PostgreSQL: ${error.message}` : error.message
