/** Deletes data about people that nobody needs any more, when the daemon starts and then every hour. */
import { Cause, DateTime, type Duration, Effect, Layer, Schedule } from "effect"
import * as PersonalData from "../plugin/PersonalData.ts"

export const runOnce = Effect.fn("Retention.runOnce")(function* (
  types: Parameters<typeof PersonalData.trim>[0],
  keep: Duration.Duration
) {
  const before = DateTime.subtractDuration(yield* DateTime.now, keep)
  const parts = yield* PersonalData.trim(types, before)
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  if (rows > 0)
    yield* Effect.logInfo(
      `${rows} rows of rejected records, requests, webhooks and drafts were older than they are kept`
    )
})

export const layer = (...given: Parameters<typeof runOnce>) =>
  Layer.effectDiscard(
    Effect.forkScoped(
      runOnce(...given).pipe(
        Effect.catchCause((cause) => Effect.logWarning("what is too old could not be erased", Cause.squash(cause))),
        Effect.repeat(Schedule.spaced("1 hour"))
      )
    )
  )
