/** Looks in the outside system for what may or may not have been applied. Absence proves nothing: it stays unknown. */
import { DateTime, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { BoundAction, Json } from "../plugin/Action.ts"
import { describe, retryWhileAway } from "../sync/RunFailure.ts"
import * as Attempts from "./Attempts.ts"

export type ReadBack = NonNullable<BoundAction["readBack"]>

/** What is looked for. */
export interface Unknown {
  /** Of its entry in the log. */
  readonly id: number
  readonly request: Json
}

export type Seen =
  | { readonly found: true; readonly response: Json }
  | { readonly found: false /** For people. */; readonly detail: string }

/** One look; what it came to is in the log. */
export const look = Effect.fn("ReadBack.look")(function* ({ id, request }: Unknown, readBack: ReadBack) {
  const at = DateTime.formatIso(yield* DateTime.now).replace(/\.\d+Z$/, "Z")
  const notFound = (what: string) => ({ found: false, detail: `read back at ${at}: ${what}` }) as const
  const seen = yield* readBack(request).pipe(
    Effect.map((response): Seen => (response === undefined ? notFound("it was not there") : { found: true, response })),
    Effect.catch((error) => Effect.succeed(notFound(`it cannot be told, ${error.message}`))),
    Effect.catchDefect((defect) =>
      Effect.as(Effect.logError("reading back ended unexpectedly", defect), notFound("it cannot be told"))
    )
  )
  const store = seen.found ? Attempts.found(id, seen.response) : Attempts.seen(id, seen.detail)
  return yield* retryWhileAway(store).pipe(
    Effect.as(seen),
    Effect.catch((error) => Effect.succeed(notFound(`what was seen could not be stored, ${describe(error)}`)))
  )
})

/** A system may take a moment to show what it has applied, and one that just failed a moment to come back. */
const pauses = ["1 second", "5 seconds", "15 seconds"] as const

/** A few looks, until it is found. */
export const lookPatiently = Effect.fnUntraced(function* (unknown: Unknown, readBack: ReadBack) {
  let seen: Seen = { found: false, detail: "not read back yet" }
  for (const pause of pauses) {
    yield* Effect.sleep(pause)
    seen = yield* look(unknown, readBack)
    if (seen.found) return seen
  }
  return seen
})

export type Services = SqlClient.SqlClient
