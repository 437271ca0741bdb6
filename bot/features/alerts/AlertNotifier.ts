/**
 * Keeps the messages of alerts up to date: sends each once to a chat, edits it while the alert is open, and edits it a
 * last time when the alert is over. It compares the open alerts with the messages in the chats, so a restart changes
 * nothing, and an unmuted chat receives what it missed.
 */
import { Clock, DateTime, Duration, Effect, Stream } from "effect"
import { Control, type Notification } from "../../../core/control/Control.ts"
import type { Place, ViewIn } from "../../telegram/Broadcast.ts"
import * as AlertDelivery from "./AlertDelivery.ts"
import * as AlertViews from "./AlertViews.ts"

/** Alerts that are raised together are sent together. */
const gathering = Duration.millis(500)

const pause = Duration.minutes(1)

type AlertNotice = { readonly _tag: "Changed"; readonly all: ReadonlyArray<Notification> } | { readonly _tag: "Check" }

/** `timeout`: an alert that nobody raised again so long after a start is over. */
export const make = Effect.fnUntraced(function* (timeout: Duration.Duration) {
  const control = yield* Control
  const delivery = yield* AlertDelivery.make

  const sendChanges = Effect.fnUntraced(function* (all: ReadonlyArray<Notification>) {
    const open = new Map((yield* control.alerts.open).map((alert) => [alert.key, alert]))
    const places = yield* delivery.places
    for (const [subject, notifications] of Map.groupBy(all, ({ alert }) => alert.key)) {
      const [alert, there = []] = [open.get(subject), places.get(subject)]
      const lasted = lastedOf(notifications, there, yield* Clock.currentTimeMillis)
      if (alert === undefined) {
        const isMerged = notifications.some(({ what }) => what === "merged")
        yield* delivery.end(
          subject,
          isMerged ? (translator) => AlertViews.mergedView(translator, subject) : overAfter(subject, lasted)
        )
        continue
      }
      const isReminder = notifications.some(({ what }) => what === "reminded")
      const edited = there.length === 0 ? 0 : yield* delivery.edit(alert, isReminder ? lasted : undefined)
      const isSent = yield* delivery.tellRest(alert, there)
      if (isSent || edited > 0) yield* control.alerts.markDelivered(subject)
    }
  })

  const look = Effect.fnUntraced(function* (begun: DateTime.Utc) {
    const open = new Map((yield* control.alerts.open).map((alert) => [alert.key, alert]))
    const places = yield* delivery.places
    const waiting = yield* delivery.waiting
    for (const alert of open.values()) {
      const there = places.get(alert.key) ?? []
      const isSent = yield* delivery.tellRest(alert, there)
      if (isSent || (there.length > 0 && !waiting.has(alert.key))) yield* control.alerts.markDelivered(alert.key)
    }
    const isSettled = Duration.isGreaterThanOrEqualTo(DateTime.distance(begun, yield* DateTime.now), timeout)
    if (!isSettled) return
    for (const subject of places.keys())
      if (!open.has(subject))
        yield* delivery.end(subject, (translator) => AlertViews.overView(translator, subject, undefined))
  })

  return Effect.gen(function* () {
    const begun = yield* DateTime.now
    const changes = control.alerts.changes.pipe(
      Stream.groupedWithin(256, gathering),
      Stream.map((all): AlertNotice => ({ _tag: "Changed", all }))
    )
    const looks = Stream.map(Stream.tick(pause), (): AlertNotice => ({ _tag: "Check" }))
    yield* Stream.runForEach(Stream.merge(changes, looks), (notice) =>
      notice._tag === "Changed" ? sendChanges(notice.all) : look(begun)
    )
  }).pipe(Effect.annotateLogs({ service: "alerts" }))
})

/** The daemon may have restarted meanwhile; the messages in the chats are older. */
const lastedOf = (
  notifications: ReadonlyArray<Notification>,
  there: ReadonlyArray<Place>,
  now: number
): Duration.Duration => {
  const since = Math.min(...there.map(({ sentAt }) => sentAt.getTime()))
  const age = there.length === 0 ? Duration.zero : Duration.millis(Math.max(0, now - since))
  return notifications.map(({ lasted }) => lasted).reduce(Duration.max, age)
}

const overAfter =
  (subject: string, lasted: Duration.Duration): ViewIn =>
  (translator) =>
    AlertViews.overView(translator, subject, translator.span(lasted))
