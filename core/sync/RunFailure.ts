/** Why a run wrote nothing, and which failures of the database are worth waiting out. */
import { Data, Effect, Predicate, Schedule } from "effect"
import { codeOf as nameOf, sqlReason } from "../database/SqlReason.ts"
import { redact } from "../observe/Secrets.ts"
import { mapTexts, type Reason, reason, render, said } from "../reason/Reason.ts"

export class RunFailure extends Data.TaggedError("RunFailure")<{ readonly reason: Reason }> {
  override get message(): string {
    return render(this.reason)
  }
}

/** An error of the driver, or one that carries a reason of ours. */
export interface Described {
  readonly _tag: string
  readonly message: string
  readonly reason?: Reason | { readonly _tag: string; readonly cause?: unknown }
}

const driverReason = ({ reason }: Described) =>
  reason !== undefined && Predicate.hasProperty(reason, "_tag") ? reason : undefined

/**
 * Shut down by an administrator, crashed, starting up, session too long idle, no connection left: the driver gives these no
 * class.
 */
const away = new Set(["57P01", "57P02", "57P03", "57P05", "53300"])

/** The server says that it cannot understand or does not want to: asked again, it answers the same. */
const final = new Set(["08P01", "08004"])

/** What PostgreSQL calls it; empty where the error is none of its. */
export const codeOf = (error: Described): string => nameOf({ reason: driverReason(error) ?? {} })

/** A broken connection is waited out; anything else PostgreSQL says is final. */
export const connectionLost = (error: Described): boolean =>
  error._tag === "SqlError" &&
  !final.has(codeOf(error)) &&
  (driverReason(error)?._tag === "ConnectionError" || away.has(codeOf(error)))

/** PostgreSQL ended it for the sake of another session, and undid all of it. */
const gaveWay = (error: Described): boolean => error._tag === "SqlError" && /^40(?:P01|001)$/.test(codeOf(error))

/** It waited for somebody's lock until its patience was over. */
export const lockTimedOut = (error: Described): boolean =>
  error._tag === "SqlError" && driverReason(error)?._tag === "LockTimeoutError"

/** Bounded by the run's deadline, or by who gives up waiting; what gave way to another session is tried three times more. */
export const retryWhileAway = <A, E extends Described, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(
    Effect.retry({ schedule: Schedule.jittered(Schedule.spaced("1 second")), times: 3, while: gaveWay }),
    Effect.retry({ schedule: Schedule.spaced("1 second"), while: connectionLost })
  )

/** Of the database the server's own words, which quote values: the driver's message says no more than that a query failed. */
export const reasonOf = (error: Described): Reason => {
  const { message, reason: why } = error
  if (error._tag === "SqlError") return sqlReason({ message, reason: driverReason(error) ?? {} })
  return why !== undefined && Predicate.hasProperty(why, "code") ? mapTexts(why, redact) : said(redact(message))
}

export const describe = (error: Described): string => render(reasonOf(error))

/** A defect of ours, or of what we use: told like a failure, so that it ends the run of one entity and no other. */
export const defective = (defect: unknown): RunFailure =>
  new RunFailure({
    reason: reason("run.defect", {
      text: redact(defect instanceof Error ? `${defect.name}: ${defect.message}` : String(defect))
    })
  })

/** Its stack: the reason alone would not lead to the place. */
export const logDefect = (defect: unknown): Effect.Effect<void> => Effect.logError("a run ended unexpectedly", defect)

/** The defect in the log, and as the failure of the run. */
export const asFailure = (defect: unknown): Effect.Effect<never, RunFailure> =>
  Effect.andThen(logDefect(defect), Effect.fail(defective(defect)))
