/**
 * Keeps the messages of alerts as the alerts are: told once in each chat, edited while they go on, edited to say that they
 * are over and then forgotten. It compares what is open with what stands in the chats, so a restart changes nothing, and
 * what a muted chat missed is told when it wants to hear again.
 */
import { Clock, DateTime, Duration, Effect, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { InlineKeyboard } from "grammy"
import { type Alert, Control, type Notification } from "../../../core/control/Control.ts"
import { Broadcast, isGroup, type Place, type ViewIn } from "../../Broadcast.ts"
import { Settings } from "../../Settings.ts"
import * as Messages from "./Messages.ts"
import * as Mutes from "./Mutes.ts"

/** What happens at once is told at once. */
const gathering = Duration.millis(500)

const pause = Duration.minutes(1)

/** A chat that a message did not reach is tried again so much later. */
const tryAgain = Duration.hours(1)

type Happening = { readonly _tag: "Told"; readonly all: ReadonlyArray<Notification> } | { readonly _tag: "Look" }

/** What nobody raised again so long after a start is over. */
export const make = Effect.fnUntraced(function* (patience: Duration.Duration) {
  const broadcast = yield* Broadcast
  const control = yield* Control
  const { features } = yield* Settings
  const sql = yield* SqlClient.SqlClient
  const mutes = Effect.provideService(Mutes.active, SqlClient.SqlClient, sql)
  /** When a message for a chat was last tried, by subject and chat. */
  const tried = new Map<string, number>()

  const viewOf =
    (alerts: ReadonlyArray<Alert>, lasted?: Duration.Duration): ViewIn =>
    (words, chat) => {
      const [first] = alerts
      const keyboard =
        first === undefined
          ? new InlineKeyboard()
          : isGroup(chat)
            ? Messages.muteButton(words, new InlineKeyboard())
            : Messages.buttons(words, first, (name) => features[name])
      return Messages.open(words, alerts, keyboard, lasted === undefined ? undefined : words.span(lasted))
    }

  /** To those who were not told yet and want to hear it. */
  const tellRest = Effect.fnUntraced(function* (
    subject: string,
    alerts: ReadonlyArray<Alert>,
    places: Iterable<Place>
  ) {
    const there = new Set([...places].map(({ chat }) => chat))
    const muted = Mutes.mutedIn(yield* mutes, alerts[0]?.kind ?? "")
    const now = yield* Clock.currentTimeMillis
    const due = (yield* broadcast.recipients("alerts")).filter(
      ({ chat }) =>
        !there.has(chat) &&
        !muted.has(chat) &&
        now - (tried.get(`${subject} ${chat}`) ?? Number.NEGATIVE_INFINITY) >= Duration.toMillis(tryAgain)
    )
    if (due.length === 0) return
    for (const { chat } of due) tried.set(`${subject} ${chat}`, now)
    yield* broadcast.tellAll(due, viewOf(alerts), { kind, subject })
  })

  const end = Effect.fnUntraced(function* (subject: string, lasted: Duration.Duration | undefined) {
    yield* broadcast.editAll(
      (words) => Messages.over(words, subject, lasted === undefined ? undefined : words.span(lasted)),
      { kind, subject }
    )
    yield* broadcast.forget({ kind, subject })
    for (const key of tried.keys()) if (key.startsWith(`${subject} `)) tried.delete(key)
  })

  const told = Effect.fnUntraced(function* (all: ReadonlyArray<Notification>) {
    const open = Map.groupBy(yield* control.alerts.open, Messages.subjectOf)
    const places = Map.groupBy(yield* broadcast.places(kind), ({ subject }) => subject)
    for (const [subject, notifications] of Map.groupBy(all, ({ alert }) => Messages.subjectOf(alert))) {
      const [alerts = [], there = []] = [open.get(subject), places.get(subject)]
      // The daemon may have been restarted meanwhile; the chats know longer.
      const since = Math.min(...there.map(({ sentAt }) => sentAt.getTime()))
      const stood = Duration.millis(Math.max(0, (yield* Clock.currentTimeMillis) - since))
      const lasted = notifications
        .map((one) => one.lasted)
        .reduce(Duration.max, there.length === 0 ? Duration.zero : stood)
      if (alerts.length === 0) {
        yield* end(subject, lasted)
        continue
      }
      if (there.length > 0) {
        const isReminder = notifications.some(({ what }) => what === "reminded")
        yield* broadcast.editAll(viewOf(alerts, isReminder ? lasted : undefined), { kind, subject })
      }
      yield* tellRest(subject, alerts, there)
    }
  })

  const look = Effect.fnUntraced(function* (begun: DateTime.Utc) {
    const open = Map.groupBy(yield* control.alerts.open, Messages.subjectOf)
    const places = Map.groupBy(yield* broadcast.places(kind), ({ subject }) => subject)
    for (const [subject, alerts] of open) yield* tellRest(subject, alerts, places.get(subject) ?? [])
    const isSettled = Duration.isGreaterThanOrEqualTo(DateTime.distance(begun, yield* DateTime.now), patience)
    if (!isSettled) return
    for (const subject of places.keys()) if (!open.has(subject)) yield* end(subject, undefined)
  })

  return Effect.gen(function* () {
    const begun = yield* DateTime.now
    const changes = control.alerts.changes.pipe(
      Stream.groupedWithin(256, gathering),
      Stream.map((all): Happening => ({ _tag: "Told", all }))
    )
    const looks = Stream.map(Stream.tick(pause), (): Happening => ({ _tag: "Look" }))
    yield* Stream.runForEach(Stream.merge(changes, looks), (happening) =>
      happening._tag === "Told" ? told(happening.all) : look(begun)
    )
  }).pipe(Effect.annotateLogs({ service: "alerts" }))
})

const kind = "alert"
