/**
 * Reports within half a minute that the database is away or read-only: runs wait for it until their deadline, and until
 * then nobody would know why.
 */
import { Effect, Layer } from "effect"
import { isReadOnly } from "../database/connection/Writable.ts"
import { Alerts, alertKey } from "../observe/Alerts.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { reasonOf } from "../sync/RunFailure.ts"

const pause = "10 seconds"
const timeout = "10 seconds"

/** Two failed checks in a row, so that a mere reconnect is no alert. */
const sampleSize = 2

const kind = "database_away"
const subject = "database"

/** Returns the problem, or `undefined` if there is none. */
const look = isReadOnly.pipe(
  Effect.map((only) => (only ? reason("alert.databaseReadOnly") : undefined)),
  Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.succeed(reason("alert.databaseSilent")) }),
  Effect.catch((error) => Effect.succeed(reason("alert.databaseAway", { why: reasonOf(error) })))
)

export const watch = Effect.fnUntraced(function* <R>(looked: Effect.Effect<Reason | undefined, never, R>) {
  const alerts = yield* Alerts
  let wrong = 0
  const turn = Effect.gen(function* () {
    const why = yield* looked
    if (why === undefined) {
      if (wrong >= sampleSize) yield* Effect.logInfo("the database answers again")
      wrong = 0
      return yield* alerts.clear(alertKey(kind, subject))
    }
    wrong += 1
    if (wrong < sampleSize) return
    if (wrong === sampleSize) yield* Effect.logError("the database is away: runs wait for it until their deadline")
    yield* alerts.raise({ kind, subject, reason: why })
  })
  yield* Effect.forever(Effect.andThen(turn, Effect.sleep(pause)))
})

export const layer = Layer.effectDiscard(
  Effect.forkScoped(Effect.annotateLogs(watch(look), { service: "DatabaseWatch" }))
)
