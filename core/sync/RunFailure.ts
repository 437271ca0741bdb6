/** Why a run wrote nothing, and which database failures are worth waiting out. */
import { Effect, Predicate, Schedule } from "effect"
import { isAway, codeOf as nameOf, sqlReason } from "../database/connection/SqlReason.ts"
import { redact } from "../observe/Secrets.ts"
import { foreignText, mapTexts, type Reason, reason, render } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"

export class RunFailure extends ReasonError("RunFailure") {}

/** An error of the driver, or an error that carries one of our reasons. */
export interface DescribedError {
  readonly _tag: string
  readonly message: string
  readonly reason?: Reason | { readonly _tag: string; readonly cause?: unknown }
}

const driverReason = ({ reason }: DescribedError) =>
  reason !== undefined && Predicate.hasProperty(reason, "_tag") ? reason : undefined

/** The SQLSTATE of the error; empty if it does not come from PostgreSQL. */
export const codeOf = (error: DescribedError): string => nameOf({ reason: driverReason(error) ?? {} })

/** Whether the connection broke, which is waited out. Any other error of PostgreSQL is final. */
export const connectionLost = (error: DescribedError): boolean =>
  error._tag === "SqlError" && isAway({ reason: driverReason(error) ?? {} })

/** Whether PostgreSQL rolled it back in favour of another session. */
const gaveWay = (error: DescribedError): boolean => error._tag === "SqlError" && /^40(?:P01|001)$/.test(codeOf(error))

/** Whether it waited for a lock until the lock timeout. */
export const lockTimedOut = (error: DescribedError): boolean =>
  error._tag === "SqlError" && driverReason(error)?._tag === "LockTimeoutError"

/** Retries a lost connection until the deadline or the caller ends it; a rollback for another session three times. */
export const retryWhileAway = <A, E extends DescribedError, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  effect.pipe(
    Effect.retry({ schedule: Schedule.jittered(Schedule.spaced("1 second")), times: 3, while: gaveWay }),
    Effect.retry({ schedule: Schedule.spaced("1 second"), while: connectionLost })
  )

/** Prefers the server's own words, with secrets redacted: the driver's message only says that a query failed. */
export const reasonOf = (error: DescribedError): Reason => {
  const { message, reason: why } = error
  if (error._tag === "SqlError") return sqlReason({ message, reason: driverReason(error) ?? {} })
  return why !== undefined && Predicate.hasProperty(why, "code") ? mapTexts(why, redact) : foreignText(redact(message))
}

export const describe = (error: DescribedError): string => render(reasonOf(error))

/** Turns a defect, ours or a library's, into a failure, so that it ends the run of one entity and no other. */
export const failureOfDefect = (defect: unknown): RunFailure =>
  new RunFailure({
    reason: reason("run.defect", {
      text: redact(defect instanceof Error ? `${defect.name}: ${defect.message}` : String(defect))
    })
  })

/** Logs the defect with its stack: the reason alone would not lead to the place. */
export const logDefect = (defect: unknown): Effect.Effect<void> => Effect.logError("a run ended unexpectedly", defect)

/** Logs the defect and fails the run with it. */
export const asFailure = (defect: unknown): Effect.Effect<never, RunFailure> =>
  Effect.andThen(logDefect(defect), Effect.fail(failureOfDefect(defect)))
