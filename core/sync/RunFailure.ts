/** Why a run wrote nothing, and which failures of the database are worth waiting out. */
import { Data, Effect, Predicate, Schedule } from "effect"
import { redact } from "../observe/Secrets.ts"

/** In words for a person. */
export class RunFailure extends Data.TaggedError("RunFailure")<{ readonly message: string }> {}

interface Described {
  readonly _tag: string
  readonly message: string
  readonly reason?: { readonly _tag: string; readonly cause?: unknown }
}

/** Shut down by an administrator, crashed, starting up, session too long idle: the driver gives these no class. */
const away = new Set(["57P01", "57P02", "57P03", "57P05"])

/** A broken connection is waited out; anything else PostgreSQL says is final. */
export const connectionLost = ({ _tag, reason }: Described): boolean =>
  _tag === "SqlError" &&
  (reason?._tag === "ConnectionError" ||
    (Predicate.hasProperty(reason?.cause, "code") && away.has(String(reason.cause.code))))

/** Bounded by the run's deadline, or by who gives up waiting. */
export const retryWhileAway = <A, E extends Described, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(effect, { schedule: Schedule.spaced("1 second"), while: connectionLost })

/** The server's own words, which quote values: the driver's message says no more than that a query failed. */
export const describe = ({ _tag, message, reason }: Described): string =>
  redact(
    _tag === "SqlError" ? `PostgreSQL: ${reason?.cause instanceof Error ? reason.cause.message : message}` : message
  )
