/**
 * A heartbeat: requests an address as long as all is well, so that somebody outside notices when the daemon ends,
 * hangs, or has an alert that reaches nobody. It sends nothing else.
 */
import { Cause, Clock, DateTime, Duration, Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import type { AlertsDeclaration } from "../config/Declarations.ts"
import { Alerts } from "../observe/Alerts.ts"
import { redact } from "../observe/Secrets.ts"
import * as Health from "./Health.ts"

const answerWithin = Duration.seconds(10)

/** By then a webhook has been tried several times. */
const undeliveredFor = Duration.minutes(3)

export const layer = ({ heartbeat, heartbeatEvery }: AlertsDeclaration) =>
  heartbeat === undefined
    ? Layer.empty
    : Layer.effectDiscard(Effect.forkScoped(beat(Redacted.value(heartbeat), heartbeatEvery)))

const beat = Effect.fnUntraced(
  function* (url: string, every: Duration.Duration) {
    const client = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
    let lastText = ""
    /** Logs a problem when it begins and when it is over; it may last for days. */
    const note = (what: string) => {
      const isNew = lastText !== what
      lastText = what
      if (!isNew) return Effect.void
      return what === "" ? Effect.logInfo("the heartbeat goes on") : Effect.logWarning(what)
    }
    const ask = client.get(url).pipe(
      Effect.flatMap(({ text }) => text),
      Effect.timeout(answerWithin),
      Effect.as(""),
      Effect.catch((error) => Effect.succeed(`the heartbeat's address does not answer: ${redact(error.message)}`))
    )
    const once = Effect.gen(function* () {
      const trouble = yield* troubles
      yield* note(trouble === "" ? yield* ask : `no heartbeat is sent: ${trouble}`)
    }).pipe(Effect.catchCause((cause) => Effect.logError("the heartbeat ended unexpectedly", Cause.squash(cause))))
    yield* Effect.forever(Effect.andThen(Effect.sleep(every), once))
  },
  Effect.annotateLogs({ service: "Heartbeat" })
)

/** Empty if all is well. */
const troubles = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const health = yield* Health.check()
  if (health.status !== "ok") return "the database does not answer"
  const { undelivered } = yield* Alerts
  const overdue = (yield* undelivered).filter(
    ({ at }) => now - DateTime.toEpochMillis(at) >= Duration.toMillis(undeliveredFor)
  )
  return [
    ...(health.scheduler.status === "ok" ? [] : ["the scheduler does not run"]),
    ...Object.entries(health.plugins).flatMap(([name, { detail, status }]) =>
      status === "degraded" ? `${name}: ${detail}` : []
    ),
    ...(overdue.length === 0 ? [] : [`${overdue.length} alerts that nobody has heard of`])
  ].join("; ")
})
