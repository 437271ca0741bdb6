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

/** The server says that it cannot understand or does not want to: asked again, it answers the same. */
const final = new Set(["08P01", "08004"])

const codeOf = (reason: Described["reason"]): string =>
  Predicate.hasProperty(reason?.cause, "code") ? String(reason.cause.code) : ""

/** A broken connection is waited out; anything else PostgreSQL says is final. */
export const connectionLost = ({ _tag, reason }: Described): boolean =>
  _tag === "SqlError" && !final.has(codeOf(reason)) && (reason?._tag === "ConnectionError" || away.has(codeOf(reason)))

/** Bounded by the run's deadline, or by who gives up waiting. */
export const retryWhileAway = <A, E extends Described, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(effect, { schedule: Schedule.spaced("1 second"), while: connectionLost })

/** The server's own words, which quote values: the driver's message says no more than that a query failed. */
export const describe = ({ _tag, message, reason }: Described): string =>
  redact(_tag === "SqlError" ? `PostgreSQL: ${words(reason?.cause) ?? message}` : message)

/** Who or what is in the way stands in the detail; what to do, if the server knows, in the hint. */
const words = (cause: unknown): string | undefined => {
  if (!(cause instanceof Error)) return undefined
  const more = (["detail", "hint"] as const).flatMap((name) =>
    Predicate.hasProperty(cause, name) && typeof cause[name] === "string" ? [cause[name]] : []
  )
  return [cause.message, ...more].join("; ")
}

/** A defect of ours, or of what we use: told like a failure, so that it ends the run of one entity and no other. */
export const defective = (defect: unknown): RunFailure =>
  new RunFailure({
    message: redact(
      `a fault in Tributary itself: ${defect instanceof Error ? `${defect.name}: ${defect.message}` : String(defect)}`
    )
  })
