/**
 * Current problems, each once (a problem shared by many entities counts once), and the hook for those who notify
 * people. All of it is in memory: after a restart, the next check raises again what is still wrong.
 */
import { Context, DateTime, Duration, Effect, Layer, Schema, type Stream } from "effect"
import { mapTexts, Reason, reason, render, spanOf } from "../reason/Reason.ts"
import * as EventBus from "./EventBus.ts"
import * as Metrics from "./Metrics.ts"
import { redact } from "./Secrets.ts"

export const AlertKind = Schema.Literals(Metrics.alertKinds)
export type AlertKind = typeof AlertKind.Type

export const Alert = Schema.Struct({
  key: Schema.String.annotate({
    description:
      "The kind and the subject, or the connector and the code of what its entities have in common: the same alert, also after a restart."
  }),
  kind: AlertKind,
  subject: Schema.String.annotate({ description: "A job, an entity as iiko.product, a connector, a plugin." }),
  entities: Schema.Array(Schema.String).annotate({
    description: "Of a connector all that it concerns alike, as iiko.product; empty: it concerns no entities."
  }),
  message: Schema.String,
  reason: Reason,
  since: Schema.DateTimeUtc
}).annotate({ identifier: "Alert" })
export type Alert = typeof Alert.Type

export interface Notification {
  /**
   * `changed`: the words or the entities differ; nobody has to be alarmed again. `merged`: this alert is over but its
   * problem is not, and another alert reports it.
   */
  readonly what: "raised" | "reminded" | "changed" | "merged" | "recovered"
  readonly alert: Alert
  /** The time since it was raised. */
  readonly lasted: Duration.Duration
  /** The sentence for a person. */
  readonly text: string
}

export interface UndeliveredAlert {
  readonly alert: Alert
  readonly what: "raised" | "reminded"
  readonly at: DateTime.Utc
}

/** A problem that a check found. */
export interface AlertInput extends Pick<Alert, "kind" | "subject" | "reason"> {
  /** By default made from the kind and the subject. */
  readonly key?: string
  readonly entities?: Alert["entities"]
}

export class Alerts extends Context.Service<
  Alerts,
  {
    /**
     * Opens an alert. An open one only gets the new reason, and a reminder after a day, unless it is news and not a
     * problem.
     */
    readonly raise: (alert: AlertInput) => Effect.Effect<void>
    /** Closes an alert; does nothing if it is not open. */
    readonly clear: (key: string) => Effect.Effect<void>
    /** Closes an alert whose problem another alert reports from now on: nothing has recovered. */
    readonly merge: (key: string) => Effect.Effect<void>
    /** The open alerts, oldest first. */
    readonly open: Effect.Effect<ReadonlyArray<Alert>>
    /** Marks the last notification as delivered, or as unwanted. */
    readonly markDelivered: (key: string) => Effect.Effect<void>
    /** Alerts whose last notification nobody has received, with its time. */
    readonly undelivered: Effect.Effect<ReadonlyArray<UndeliveredAlert>>
    /** The notifications from now on. A subscriber that stays slow loses the oldest. */
    readonly changes: Stream.Stream<Notification>
  }
>()("tributary/core/observe/Alerts") {
  static readonly layer = Layer.effect(
    Alerts,
    Effect.gen(function* () {
      const known = new Map<string, AlertRecord>()
      const notifications = yield* EventBus.make<Notification>(notificationsKept)

      const notify = Effect.fnUntraced(function* (what: Notification["what"], alert: Alert, now: DateTime.Utc) {
        const { key, kind, subject } = alert
        const lasted = DateTime.distance(alert.since, now)
        const text = textOf[what](alert.reason, spanOf(Duration.seconds(Math.round(Duration.toSeconds(lasted)))))
        yield* Effect.annotateLogs(logs[what](text), { service: "Alerts", alert: key, kind, subject })
        yield* notifications.publish({ what, alert, lasted, text })
        yield* Metrics.alertsOpen(kind, [...known.values()].filter((record) => record.alert.kind === kind).length)
      }, Effect.uninterruptible)

      const raise = Effect.fn("Alerts.raise")(function* ({ entities = [], kind, subject, ...raised }: AlertInput) {
        const now = yield* DateTime.now
        const { key = alertKey(kind, subject) } = raised
        const before = known.get(key)
        const why = mapTexts(raised.reason, redact)
        const since = before?.alert.since ?? now
        const alert = { key, kind, subject, entities, message: render(why), reason: why, since }
        const due =
          before === undefined ||
          (!notifiedOnce.has(kind) && !DateTime.isGreaterThan(DateTime.addDuration(before.at, remindAfter), now))
        const what = before === undefined ? "raised" : "reminded"
        known.set(key, due ? { alert, what, at: now, isDelivered: false } : { ...before, alert })
        if (due) yield* notify(what, alert, now)
        else if (before.alert.message !== alert.message || before.alert.entities.join() !== entities.join()) {
          yield* notify("changed", alert, now)
        }
      })

      const close = Effect.fnUntraced(function* (key: string, what: "merged" | "recovered") {
        const now = yield* DateTime.now
        const before = known.get(key)
        if (!known.delete(key) || before === undefined) return
        yield* notify(what, before.alert, now)
      })

      for (const kind of Metrics.alertKinds) yield* Metrics.alertsOpen(kind, 0)
      return Alerts.of({
        raise,
        clear: (key) => close(key, "recovered"),
        merge: (key) => close(key, "merged"),
        open: Effect.sync(() => [...known.values()].map(({ alert }) => alert)),
        markDelivered: (key) =>
          Effect.sync(() => {
            const record = known.get(key)
            if (record !== undefined) known.set(key, { ...record, isDelivered: true })
          }),
        undelivered: Effect.sync(() => [...known.values()].filter(({ isDelivered }) => !isDelivered)),
        changes: notifications.events
      })
    })
  )
}

export const alertKey = (kind: AlertKind, subject: string): string => `${kind} ${subject}`

const remindAfter = Duration.hours(24)

/** Kinds that are news, or wait for somebody outside, so that one notification is enough. */
const notifiedOnce: ReadonlySet<AlertKind> = new Set(["account_invalid", "fields_changed", "rows_found"])

/** Buffers notifications for a subscriber that is slow for a moment. */
const notificationsKept = 256

/** The last notification of an alert, and its time. */
interface AlertRecord extends UndeliveredAlert {
  readonly isDelivered: boolean
}

const textOf: Readonly<Record<Notification["what"], (what: Reason, lasted: string) => string>> = {
  raised: render,
  changed: render,
  merged: (what) => render(reason("alert.merged", { what })),
  reminded: (what, lasted) => render(reason("alert.still", { what, lasted })),
  recovered: (what, lasted) => render(reason("alert.recovered", { what, lasted }))
}

const logs: Readonly<Record<Notification["what"], (text: string) => Effect.Effect<void>>> = {
  raised: Effect.logWarning,
  reminded: Effect.logWarning,
  changed: Effect.logDebug,
  merged: Effect.logDebug,
  recovered: Effect.logInfo
}
