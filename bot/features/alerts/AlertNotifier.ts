/**
 * Keeps the messages of alerts up to date: sends each once to a chat, edits it while the alert is open, and edits it a
 * last time when the alert is over. It compares the open alerts with the messages in the chats, so a restart changes
 * nothing, and an unmuted chat receives what it missed.
 */
import { Clock, DateTime, Duration, Effect, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { InlineKeyboard } from "grammy"
import { type Alert, Control, type Notification } from "../../../core/control/Control.ts"
import { Settings } from "../../Settings.ts"
import { Broadcast, isGroup, type Place, type ViewIn } from "../../telegram/Broadcast.ts"
import * as Messages from "./Messages.ts"
import * as Mutes from "./Mutes.ts"

/** Alerts that are raised together are sent together. */
const gathering = Duration.millis(500)

const pause = Duration.minutes(1)

/** The delay before a message is sent again to a chat that it did not reach. */
const tryAgain = Duration.hours(1)

type AlertNotice = { readonly _tag: "Changed"; readonly all: ReadonlyArray<Notification> } | { readonly _tag: "Check" }

/** `patience`: an alert that nobody raised again so long after a start is over. */
export const make = Effect.fnUntraced(function* (patience: Duration.Duration) {
  const broadcast = yield* Broadcast
  const control = yield* Control
  const { features } = yield* Settings
  const sql = yield* SqlClient.SqlClient
  const mutes = Effect.provideService(Mutes.active, SqlClient.SqlClient, sql)
  /** When a message for a chat was last tried, by subject and chat. */
  const tried = new Map<string, number>()

  const viewOf =
    (alert: Alert, lasted?: Duration.Duration): ViewIn =>
    (translator, chat) => {
      const keyboard = isGroup(chat)
        ? Messages.muteButton(translator, new InlineKeyboard())
        : Messages.buttons(translator, alert, (name) => features[name])
      return Messages.open(translator, alert, keyboard, lasted === undefined ? undefined : translator.span(lasted))
    }

  /** Sends the alert to unmuted chats that do not have it. Returns whether one was reached, or all are muted. */
  const tellRest = Effect.fnUntraced(function* (alert: Alert, places: Iterable<Place>) {
    const subject = alert.key
    const there = new Set([...places].map(({ chat }) => chat))
    const muted = Mutes.mutedChats(yield* mutes, alert.kind)
    const now = yield* Clock.currentTimeMillis
    const all = yield* broadcast.recipients("alerts")
    const due = all.filter(
      ({ chat }) =>
        !there.has(chat) &&
        !muted.has(chat) &&
        now - (tried.get(`${subject} ${chat}`) ?? Number.NEGATIVE_INFINITY) >= Duration.toMillis(tryAgain)
    )
    for (const { chat } of due) tried.set(`${subject} ${chat}`, now)
    const reached = yield* broadcast.notifyAll(due, viewOf(alert), { kind, subject })
    return reached > 0 || (all.length > 0 && all.every(({ chat }) => muted.has(chat)))
  })

  /** Edits the messages for the last time. */
  const end = Effect.fnUntraced(function* (subject: string, view: ViewIn) {
    yield* broadcast.editAll(view, { kind, subject })
    yield* broadcast.forget({ kind, subject })
    for (const key of tried.keys()) if (key.startsWith(`${subject} `)) tried.delete(key)
  })

  const tellChanges = Effect.fnUntraced(function* (all: ReadonlyArray<Notification>) {
    const open = new Map((yield* control.alerts.open).map((alert) => [alert.key, alert]))
    const places = Map.groupBy(yield* broadcast.places(kind), ({ subject }) => subject)
    for (const [subject, notifications] of Map.groupBy(all, ({ alert }) => alert.key)) {
      const [alert, there = []] = [open.get(subject), places.get(subject)]
      // The daemon may have restarted meanwhile; the messages in the chats are older.
      const since = Math.min(...there.map(({ sentAt }) => sentAt.getTime()))
      const age = Duration.millis(Math.max(0, (yield* Clock.currentTimeMillis) - since))
      const lasted = notifications
        .map((one) => one.lasted)
        .reduce(Duration.max, there.length === 0 ? Duration.zero : age)
      if (alert === undefined) {
        const isMerged = notifications.some(({ what }) => what === "merged")
        yield* end(
          subject,
          isMerged ? (translator) => Messages.merged(translator, subject) : overAfter(subject, lasted)
        )
        continue
      }
      const isReminder = notifications.some(({ what }) => what === "reminded")
      const view = viewOf(alert, isReminder ? lasted : undefined)
      const edited = there.length === 0 ? 0 : yield* broadcast.editAll(view, { kind, subject })
      const isTold = yield* tellRest(alert, there)
      if (isTold || edited > 0) yield* control.alerts.heard(subject)
    }
  })

  const look = Effect.fnUntraced(function* (begun: DateTime.Utc) {
    const open = new Map((yield* control.alerts.open).map((alert) => [alert.key, alert]))
    const places = Map.groupBy(yield* broadcast.places(kind), ({ subject }) => subject)
    const waiting = yield* broadcast.waiting(kind)
    for (const alert of open.values()) {
      const there = places.get(alert.key) ?? []
      const isTold = yield* tellRest(alert, there)
      if (isTold || (there.length > 0 && !waiting.has(alert.key))) yield* control.alerts.heard(alert.key)
    }
    const isSettled = Duration.isGreaterThanOrEqualTo(DateTime.distance(begun, yield* DateTime.now), patience)
    if (!isSettled) return
    for (const subject of places.keys())
      if (!open.has(subject)) yield* end(subject, (translator) => Messages.over(translator, subject, undefined))
  })

  return Effect.gen(function* () {
    const begun = yield* DateTime.now
    const changes = control.alerts.changes.pipe(
      Stream.groupedWithin(256, gathering),
      Stream.map((all): AlertNotice => ({ _tag: "Changed", all }))
    )
    const looks = Stream.map(Stream.tick(pause), (): AlertNotice => ({ _tag: "Check" }))
    yield* Stream.runForEach(Stream.merge(changes, looks), (notice) =>
      notice._tag === "Changed" ? tellChanges(notice.all) : look(begun)
    )
  }).pipe(Effect.annotateLogs({ service: "alerts" }))
})

const overAfter =
  (subject: string, lasted: Duration.Duration): ViewIn =>
  (translator) =>
    Messages.over(translator, subject, translator.span(lasted))

const kind = "alert"
