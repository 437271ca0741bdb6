/** The messages of alerts in the chats: who gets one, and how the messages that are there change. */
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { InlineKeyboard } from "grammy"
import type { Alert } from "../../../core/control/Control.ts"
import { elapsedMillis } from "../../../core/observe/Elapsed.ts"
import { Settings } from "../../Settings.ts"
import { Broadcast, isGroup, type Place, type ViewIn } from "../../telegram/Broadcast.ts"
import * as AlertViews from "./AlertViews.ts"
import * as Mutes from "./Mutes.ts"

const kind = "alert"

/** The delay before a message is sent again to a chat that it did not reach. */
const tryAgain = Duration.hours(1)

export const make = Effect.gen(function* () {
  const broadcast = yield* Broadcast
  const { features } = yield* Settings
  const sql = yield* SqlClient.SqlClient
  const mutes = Effect.provideService(Mutes.active, SqlClient.SqlClient, sql)
  /** When a message for a chat was last tried, by subject and chat. */
  const tried = new Map<string, number>()

  const viewOf =
    (alert: Alert, lasted?: Duration.Duration): ViewIn =>
    (translator, chat) => {
      const keyboard = isGroup(chat)
        ? AlertViews.muteButton(translator, new InlineKeyboard())
        : AlertViews.addButtons(translator, alert, (name) => features[name])
      return AlertViews.openView(
        translator,
        alert,
        keyboard,
        lasted === undefined ? undefined : translator.span(lasted)
      )
    }

  /** Sends the alert to unmuted chats that do not have it. Returns whether one was reached, or all are muted. */
  const tellRest = Effect.fnUntraced(function* (alert: Alert, places: Iterable<Place>) {
    const subject = alert.key
    const there = new Set([...places].map(({ chat }) => chat))
    const muted = Mutes.mutedChats(yield* mutes, alert.kind)
    const now = yield* elapsedMillis
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

  return {
    end,
    tellRest,
    /** The messages of each alert. */
    places: Effect.map(broadcast.places(kind), (all) => Map.groupBy(all, ({ subject }) => subject)),
    /** The alerts whose messages wait to be sent. */
    waiting: broadcast.waiting(kind),
    /** Edits the messages of an open alert; returns how many. */
    edit: (alert: Alert, lasted?: Duration.Duration) =>
      broadcast.editAll(viewOf(alert, lasted), { kind, subject: alert.key })
  }
})
