/**
 * Posts to a webhook the alerts that reached nobody in a chat: the plugin that tells of them is off, or its messages do
 * not arrive. A posted alert is posted again when it is over. A failed post is repeated until it succeeds; an alert that
 * the webhook refuses holds back no other.
 */
import { Cause, Clock, DateTime, Duration, Effect, Layer, Redacted, Schema } from "effect"
import { HttpClient, HttpClientError, HttpClientRequest } from "effect/http"
import type { AlertsDeclaration } from "../config/Declarations.ts"
import { Alert, Alerts, type UndeliveredAlert } from "../observe/Alerts.ts"
import { redact } from "../observe/Secrets.ts"
import { Reason, reason, render, spanOf } from "../reason/Reason.ts"
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
    /** The keys of the alerts that the webhook has refused. */
    const refused = new Set<string>()
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

    /** Returns whether it was accepted; fails if the webhook does not answer. */
    const offer = Effect.fnUntraced(function* (message: AlertPayload) {
      const { key } = message.alert
      const why = yield* post(message).pipe(
        Effect.as(undefined),
        Effect.catchIf(isRefusal, ({ message: text }) => Effect.succeed(redact(text)))
      )
      if (why === undefined) {
        refused.delete(key)
        return true
      }
      if (!refused.has(key)) yield* Effect.logWarning(`the webhook of alerts refuses ${key}`, why)
      refused.add(key)
      return false
    })

    const look = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const undelivered = (yield* alerts.undelivered).filter(({ at }) => isOld(at, now))
      const open = new Set((yield* alerts.open).map(({ key }) => key))
      for (const word of undelivered) {
        const message = yield* messageOf(word)
        if (!(yield* offer(message))) continue
        posted.set(word.alert.key, message)
        yield* alerts.markDelivered(word.alert.key)
      }
      for (const key of refused) if (!open.has(key) && !posted.has(key)) refused.delete(key)
      for (const [key, message] of posted) {
        if (open.has(key)) continue
        if (yield* offer({ ...message, what: "over" })) posted.delete(key)
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

/** An answer about this alert, such as 413; by any other the webhook says that it is not well. */
const isRefusal = (error: unknown): error is HttpClientError.HttpClientError => {
  if (!HttpClientError.isHttpClientError(error) || error.reason._tag !== "StatusCodeError") return false
  const { status } = error.reason.response
  return status >= 400 && status < 500 && status !== 408 && status !== 429
}

const messageIn = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const isOld = (at: DateTime.Utc, now: number): boolean => now - DateTime.toEpochMillis(at) >= Duration.toMillis(timeout)

const messageOf = Effect.fnUntraced(function* ({ alert, what }: UndeliveredAlert) {
  const plugins = yield* Effect.flatMap(Plugins, ({ statuses }) => statuses)
  const unwell = plugins.flatMap(({ health }) => (health.status === "ok" ? [] : health.reason))
  const silent = plugins.length === 0 ? reason("alert.noTeller") : reason("alert.unheardOf")
  const whys = unwell.length === 0 ? [silent] : unwell
  const why = reason("alert.unheard", { span: spanOf(timeout), whys })
  return { what, alert, why: render(why), reason: why } satisfies AlertPayload
})
