/**
 * What is wrong now, each thing once (what concerns many entities alike is one thing), and the hook for those who tell
 * people. It is all in memory: after a restart, what is still wrong is raised anew by whoever looks next.
 */
import { Context, DateTime, Duration, Effect, Layer, PubSub, Schema, Stream } from "effect"
import { mapTexts, Reason, reason, render } from "../reason/Reason.ts"
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
   * `changed`: it is told in other words, or of other entities; nobody is to be alarmed again. `merged`: it is over, but
   * what it was about is not, of which another alert tells.
   */
  readonly what: "raised" | "reminded" | "changed" | "merged" | "recovered"
  readonly alert: Alert
  /** Since it was raised. */
  readonly lasted: Duration.Duration
  /** In words for a person. */
  readonly text: string
}

export interface Unheard {
  readonly alert: Alert
  readonly what: "raised" | "reminded"
  readonly at: DateTime.Utc
}

/** What somebody found wrong. */
export interface Raised extends Pick<Alert, "kind" | "subject" | "reason"> {
  /** Default: of the kind and the subject. */
  readonly key?: string
  readonly entities?: Alert["entities"]
}

export class Alerts extends Context.Service<
  Alerts,
  {
    /**
     * What is open already only gets the new reason; it is told again when the last word of it is a day old, unless it is
     * news rather than trouble.
     */
    readonly raise: (alert: Raised) => Effect.Effect<void>
    /** What is not open stays so, without a word. */
    readonly clear: (key: string) => Effect.Effect<void>
    /** The same, for what another alert tells from now on: nothing has recovered. */
    readonly merge: (key: string) => Effect.Effect<void>
    /** The oldest first. */
    readonly open: Effect.Effect<ReadonlyArray<Alert>>
    /** Somebody was told the last word of it, or wants to hear none. */
    readonly heard: (key: string) => Effect.Effect<void>
    /** Those whose last word nobody has heard yet, and when it was said. */
    readonly unheard: Effect.Effect<ReadonlyArray<Unheard>>
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
        const { key, kind, subject } = alert
        const lasted = DateTime.distance(alert.since, now)
        const text = textOf[what](
          alert.reason,
          Duration.format(Duration.seconds(Math.round(Duration.toSeconds(lasted))))
        )
        yield* Effect.annotateLogs(logs[what](text), { service: "Alerts", alert: key, kind, subject })
        yield* PubSub.publish(notifications, { what, alert, lasted, text })
        yield* Metrics.alertsOpen(kind, [...known.values()].filter((told) => told.alert.kind === kind).length)
      }, Effect.uninterruptible)

      const raise = Effect.fn("Alerts.raise")(function* ({ entities = [], kind, subject, ...raised }: Raised) {
        const now = yield* DateTime.now
        const { key = alertKey(kind, subject) } = raised
        const before = known.get(key)
        const why = mapTexts(raised.reason, redact)
        const since = before?.alert.since ?? now
        const alert = { key, kind, subject, entities, message: render(why), reason: why, since }
        const due =
          before === undefined ||
          (!toldOnce.has(kind) && !DateTime.isGreaterThan(DateTime.addDuration(before.at, remindAfter), now))
        const what = before === undefined ? "raised" : "reminded"
        known.set(key, due ? { alert, what, at: now, isHeard: false } : { ...before, alert })
        if (due) yield* tell(what, alert, now)
        else if (before.alert.message !== alert.message || before.alert.entities.join() !== entities.join()) {
          yield* tell("changed", alert, now)
        }
      })

      const close = Effect.fnUntraced(function* (key: string, what: "merged" | "recovered") {
        const now = yield* DateTime.now
        const before = known.get(key)
        if (!known.delete(key) || before === undefined) return
        yield* tell(what, before.alert, now)
      })

      for (const kind of Metrics.alertKinds) yield* Metrics.alertsOpen(kind, 0)
      return Alerts.of({
        raise,
        clear: (key) => close(key, "recovered"),
        merge: (key) => close(key, "merged"),
        open: Effect.sync(() => [...known.values()].map(({ alert }) => alert)),
        heard: (key) =>
          Effect.sync(() => {
            const told = known.get(key)
            if (told !== undefined) known.set(key, { ...told, isHeard: true })
          }),
        unheard: Effect.sync(() => [...known.values()].filter(({ isHeard }) => !isHeard)),
        changes: Stream.fromPubSub(notifications)
      })
    })
  )
}

export const alertKey = (kind: AlertKind, subject: string): string => `${kind} ${subject}`

const remindAfter = Duration.hours(24)

/** News: once is enough. */
const toldOnce: ReadonlySet<AlertKind> = new Set(["fields_changed"])

/** For a reader that is slow for a moment. */
const notificationsKept = 256

/** The last word that was said of an alert, and when. */
interface Told extends Unheard {
  readonly isHeard: boolean
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
