/**
 * What is wrong now, each thing once, and the hook for those who tell people. It is all in memory: after a restart, what
 * is still wrong is raised anew by whoever looks next.
 */
import { Context, DateTime, Duration, Effect, Layer, PubSub, Schema, Stream } from "effect"
import * as Metrics from "./Metrics.ts"
import { redact } from "./Secrets.ts"

export const AlertKind = Schema.Literals(Metrics.alertKinds)
export type AlertKind = typeof AlertKind.Type

export const Alert = Schema.Struct({
  key: Schema.String.annotate({ description: "The kind and the subject: the same alert, also after a restart." }),
  kind: AlertKind,
  subject: Schema.String.annotate({ description: "A job, an entity as iiko.product, a connector, a plugin." }),
  message: Schema.String,
  since: Schema.DateTimeUtc
}).annotate({ identifier: "Alert" })
export type Alert = typeof Alert.Type

export interface Notification {
  readonly what: "raised" | "reminded" | "recovered"
  readonly alert: Alert
  /** Since it was raised. */
  readonly lasted: Duration.Duration
  /** In words for a person. */
  readonly text: string
}

export class Alerts extends Context.Service<
  Alerts,
  {
    /** What is open already only gets the new message; it is told again when the last word of it is a day old. */
    readonly raise: (alert: Pick<Alert, "kind" | "subject" | "message">) => Effect.Effect<void>
    /** What is not open stays so, without a word. */
    readonly clear: (kind: AlertKind, subject: string) => Effect.Effect<void>
    /** The oldest first. */
    readonly open: Effect.Effect<ReadonlyArray<Alert>>
    /** From now on. A reader that stays slow loses the oldest. */
    readonly changes: Stream.Stream<Notification>
  }
>()("tributary/core/observe/Alerts") {
  static readonly layer = Layer.effect(
    Alerts,
    Effect.gen(function* () {
      const known = new Map<string, Told>()
      const notifications = yield* PubSub.sliding<Notification>(notificationsKept)

      const tell = Effect.fnUntraced(function* (what: Notification["what"], alert: Alert, now: DateTime.Utc) {
        const { key, kind, message, subject } = alert
        const lasted = DateTime.distance(alert.since, now)
        const text = textOf[what](message, Duration.format(Duration.seconds(Math.round(Duration.toSeconds(lasted)))))
        const log = what === "recovered" ? Effect.logInfo(text) : Effect.logWarning(text)
        yield* Effect.annotateLogs(log, { service: "Alerts", alert: key, kind, subject })
        yield* PubSub.publish(notifications, { what, alert, lasted, text })
        yield* Metrics.alertsOpen(kind, [...known.values()].filter((told) => told.alert.kind === kind).length)
      }, Effect.uninterruptible)

      const raise = Effect.fn("Alerts.raise")(function* ({
        kind,
        message,
        subject
      }: Pick<Alert, "kind" | "subject" | "message">) {
        const now = yield* DateTime.now
        const key = alertKey(kind, subject)
        const before = known.get(key)
        const alert = { key, kind, subject, message: redact(message), since: before?.alert.since ?? now }
        const due = before === undefined || !DateTime.isGreaterThan(DateTime.addDuration(before.at, remindAfter), now)
        known.set(key, { alert, at: due ? now : before.at })
        if (due) yield* tell(before === undefined ? "raised" : "reminded", alert, now)
      })

      const clear = Effect.fn("Alerts.clear")(function* (kind: AlertKind, subject: string) {
        const now = yield* DateTime.now
        const key = alertKey(kind, subject)
        const before = known.get(key)
        if (!known.delete(key) || before === undefined) return
        yield* tell("recovered", before.alert, now)
      })

      for (const kind of Metrics.alertKinds) yield* Metrics.alertsOpen(kind, 0)
      return Alerts.of({
        raise,
        clear,
        open: Effect.sync(() => [...known.values()].map(({ alert }) => alert)),
        changes: Stream.fromPubSub(notifications)
      })
    })
  )
}

export const alertKey = (kind: AlertKind, subject: string): string => `${kind} ${subject}`

const remindAfter = Duration.hours(24)

/** For a reader that is slow for a moment. */
const notificationsKept = 256

interface Told {
  readonly alert: Alert
  /** When the last was said of it. */
  readonly at: DateTime.Utc
}

const textOf = {
  raised: (message: string) => message,
  reminded: (message: string, lasted: string) => `still, after ${lasted}: ${message}`,
  recovered: (message: string, lasted: string) => `recovered after ${lasted}; it was: ${message}`
}
