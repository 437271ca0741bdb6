/** Looks in the outside system for what may have been applied. Absence proves nothing: the entry stays unknown. */
import { DateTime, Effect } from "effect"
import type { BoundAction, Json } from "../plugin/Action.ts"
import { type Reason, reason, timeOf } from "../reason/Reason.ts"
import { reasonOf, retryWhileAway } from "../sync/RunFailure.ts"
import * as Attempts from "./Attempts.ts"

export type ReadBack = NonNullable<BoundAction["readBack"]>

/** An attempt to look for. */
export interface UnknownAttempt {
  /** The id of its entry in the log. */
  readonly id: number
  readonly request: Json
}

export type ReadBackResult =
  | { readonly found: true; readonly response: Json }
  | { readonly found: false; readonly detail: Reason }

/** Looks once and records the result in the log. */
export const lookOnce = Effect.fn("ReadBack.lookOnce")(function* ({ id, request }: UnknownAttempt, readBack: ReadBack) {
  const at = timeOf(yield* DateTime.now)
  const notFound = (why: Reason) => ({ found: false, detail: reason("action.readBack", { at, why }) }) as const
  const seen = yield* readBack(request).pipe(
    Effect.map(
      (response): ReadBackResult =>
        response === undefined ? notFound(reason("action.notThere")) : { found: true, response }
    ),
    Effect.catch((error) => Effect.succeed(notFound(reason("action.cannotTell", { why: error.reason })))),
    Effect.catchDefect((defect) =>
      Effect.as(
        Effect.logError("reading back ended unexpectedly", defect),
        notFound(reason("action.cannotTell", { why: reason("action.unexpected", { text: String(defect) }) }))
      )
    )
  )
  const store = seen.found ? Attempts.markFound(id, seen.response) : Attempts.noteReadBack(id, seen.detail)
  return yield* retryWhileAway(store).pipe(
    Effect.as(seen),
    Effect.catch((error) => Effect.succeed(notFound(reason("action.notStored", { why: reasonOf(error) }))))
  )
})

/** A system may need a moment to show what it has applied, or to recover from a failure. */
const pauses = ["1 second", "5 seconds", "15 seconds"] as const

/** Looks a few times, until it is found. */
export const readBackWithRetries = Effect.fnUntraced(function* (unknown: UnknownAttempt, readBack: ReadBack) {
  let seen: ReadBackResult = { found: false, detail: reason("action.unknown") }
  for (const pause of pauses) {
    yield* Effect.sleep(pause)
    seen = yield* lookOnce(unknown, readBack)
    if (seen.found) return seen
  }
  return seen
})
