/**
 * Looks in the outside system for what may have been applied. Absence proves nothing, and the entry stays unknown, unless
 * the action says that the system settles after a while.
 */
import { DateTime, Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { BoundAction, Json } from "../plugin/Action.ts"
import { type Reason, reason, timeOf } from "../reason/Reason.ts"
import { reasonOf, retryWhileAway } from "../sync/RunFailure.ts"
import * as Attempts from "./Attempts.ts"

export interface Lookup extends Pick<BoundAction, "settlesAfter"> {
  readonly readBack: NonNullable<BoundAction["readBack"]>
}

/** Undefined if the system cannot be queried for what was applied. */
export const lookupOf = ({ readBack, settlesAfter }: BoundAction): Lookup | undefined =>
  readBack && { readBack, ...(settlesAfter === undefined ? {} : { settlesAfter }) }

/** An attempt to look for. */
export interface UnknownAttempt {
  /** The id of its entry in the log. */
  readonly id: number
  readonly request: Json
}

export type ReadBackResult =
  | { readonly found: true; readonly response: Json }
  /** `failed`: certainly not applied. */
  | { readonly found: false; readonly detail: Reason; readonly failed: boolean }

/** Looks once and records the result in the log. */
export const lookOnce = Effect.fn("ReadBack.lookOnce")(function* (
  { id, request }: UnknownAttempt,
  { readBack, settlesAfter }: Lookup
) {
  const at = timeOf(yield* DateTime.now)
  const notFound = (why: Reason) =>
    ({ found: false, detail: reason("action.readBack", { at, why }), failed: false }) satisfies ReadBackResult
  const seen = yield* readBack(request).pipe(
    Effect.map((response) => ({ response, why: reason("action.notThere"), isAbsent: response === undefined })),
    Effect.catch((error) => Effect.succeed(untold(error.reason))),
    Effect.catchDefect((defect) =>
      Effect.as(
        Effect.logError("reading back ended unexpectedly", defect),
        untold(reason("action.unexpected", { text: String(defect) }))
      )
    )
  )
  const store = Effect.gen(function* (): Effect.fn.Return<ReadBackResult, SqlError.SqlError, SqlClient.SqlClient> {
    if (seen.response !== undefined) {
      yield* Attempts.markFound(id, seen.response)
      return { found: true, response: seen.response }
    }
    const missed = notFound(seen.why)
    yield* Attempts.noteReadBack(id, missed.detail)
    if (!seen.isAbsent || settlesAfter === undefined) return missed
    return { ...missed, failed: yield* Attempts.noteAbsence(id, settlesAfter) }
  })
  return yield* retryWhileAway(store).pipe(
    Effect.catch((error) => Effect.succeed(notFound(reason("action.notStored", { why: reasonOf(error) }))))
  )
})

const untold = (why: Reason) => ({
  response: undefined,
  why: reason("action.cannotTell", { why }),
  isAbsent: false
})

/** A system may need a moment to show what it has applied, or to recover from a failure. */
const pauses = ["1 second", "5 seconds", "15 seconds"] as const

/** Looks a few times, until it is found. */
export const readBackWithRetries = Effect.fnUntraced(function* (unknown: UnknownAttempt, lookup: Lookup) {
  let seen: ReadBackResult = { found: false, detail: reason("action.unknown"), failed: false }
  for (const pause of pauses) {
    yield* Effect.sleep(pause)
    seen = yield* lookOnce(unknown, lookup)
    if (seen.found) return seen
  }
  return seen
})
