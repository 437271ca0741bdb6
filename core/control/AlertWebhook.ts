/**
 * Posts to a webhook the alerts that reached nobody in a chat: the plugin that tells of them is off, or its messages do
 * not arrive. A posted alert is posted again when it is over. A failed post is repeated until it succeeds.
 */
import { Cause, Clock, DateTime, Duration, Effect, Layer, Redacted, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import type { AlertsDeclaration } from "../config/Declarations.ts"
import { Alert, Alerts, type UndeliveredAlert } from "../observe/Alerts.ts"
import { redact } from "../observe/Secrets.ts"
import { Reason, reason, render } from "../reason/Reason.ts"
import { Plugins } from "./Plugins.ts"

/** The body of the request. */
export const AlertPayload = Schema.toCodecJson(
  Schema.Struct({
    what: Schema.Literals(["raised", "reminded", "over"]),
    alert: Alert,
    /** Why it is posted, as a sentence and as data. */
    why: Schema.String,
    reason: Reason
  })
)
type AlertPayload = typeof AlertPayload.Type

/** How long a chat has to accept the alert. */
const timeout = Duration.minutes(1)

/** How often unheard alerts are checked. */
const pause = Duration.seconds(15)

const answerWithin = Duration.seconds(10)

export const layer = ({ webhook }: Pick<AlertsDeclaration, "webhook">) =>
  webhook === undefined ? Layer.empty : Layer.effectDiscard(Effect.forkScoped(watch(Redacted.value(webhook))))

const watch = Effect.fnUntraced(
  function* (url: string) {
    const alerts = yield* Alerts
    const client = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
    /** The posted alerts that are not over, by key. */
    const posted = new Map<string, AlertPayload>()
    let isAway = false

    const post = Effect.fnUntraced(function* (message: AlertPayload) {
      const request = HttpClientRequest.schemaBodyJson(AlertPayload)(HttpClientRequest.post(url), message)
      yield* Effect.orDie(request).pipe(
        Effect.flatMap(client.execute),
        Effect.flatMap(({ text }) => text),
        Effect.timeout(answerWithin)
      )
      isAway = false
    })

    const look = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const undelivered = (yield* alerts.undelivered).filter(({ at }) => isOld(at, now))
      const open = new Set((yield* alerts.open).map(({ key }) => key))
      for (const word of undelivered) {
        const message = yield* messageOf(word)
        yield* post(message)
        posted.set(word.alert.key, message)
        yield* alerts.markDelivered(word.alert.key)
      }
      for (const [key, message] of posted) {
        if (open.has(key)) continue
        yield* post({ ...message, what: "over" })
        posted.delete(key)
      }
    }).pipe(
      Effect.catchCause((cause) => {
        // Logged when the outage begins; it may last for days.
        const why = redact(messageIn(Cause.squash(cause)))
        const log = isAway ? Effect.void : Effect.logWarning("the webhook of alerts does not answer", why)
        isAway = true
        return log
      })
    )
    yield* Effect.forever(Effect.andThen(Effect.sleep(pause), look))
  },
  Effect.annotateLogs({ service: "AlertWebhook" })
)

const messageIn = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const isOld = (at: DateTime.Utc, now: number): boolean => now - DateTime.toEpochMillis(at) >= Duration.toMillis(timeout)

const messageOf = Effect.fnUntraced(function* ({ alert, what }: UndeliveredAlert) {
  const plugins = yield* Effect.flatMap(Plugins, ({ statuses }) => statuses)
  const unwell = plugins.flatMap(({ health }) => (health.status === "ok" ? [] : health.reason))
  const silent = plugins.length === 0 ? reason("alert.noTeller") : reason("alert.unheardOf")
  const whys = unwell.length === 0 ? [silent] : unwell
  const why = reason("alert.unheard", { span: Duration.format(timeout), whys })
  return { what, alert, why: render(why), reason: why } satisfies AlertPayload
})
