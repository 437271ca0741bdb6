/**
 * Notifications to the recipients that the configuration names. For a notification about a subject (an alert, the stop
 * list) the bot remembers its messages, so that it can edit or replace them later. Messages that Telegram does not
 * accept wait in the outbox; the bot's health reports a chat that does not let it in.
 */
import { Cause, Context, Effect, Layer, Schedule } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { InlineKeyboard } from "grammy"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { type Reason, said } from "../../core/reason/Reason.ts"
import { Locales } from "../i18n/Locales.ts"
import { Directory } from "../people/Directory.ts"
import { botReason } from "../reasons.ts"
import { Settings } from "../Settings.ts"
import type { SentMessage, View } from "../window/View.ts"
import { Window } from "../window/Window.ts"
import { asTopic, type Destination } from "./Destination.ts"
import * as LostTopics from "./LostTopics.ts"
import { MigratedGroups } from "./MigratedGroups.ts"
import { type EarlierMessage, isLater, Outbox, type OutgoingMessage } from "./Outbox.ts"
import type { Place, Subject } from "./PlacedMessages.ts"
import * as PlacedMessages from "./PlacedMessages.ts"
import { Telegram, type TelegramError } from "./Telegram.ts"
import { undelivered } from "./UndeliveredMessages.ts"

export type { Place, Subject } from "./PlacedMessages.ts"

export interface Recipient extends Destination {
  readonly translator: Translator
}

export const isGroup = (chat: number): boolean => chat < 0

/** Each recipient reads it in their own language; a group should only get buttons that a feature handles there. */
export type ViewIn = (translator: Translator, chat: number) => View

type Answer<A> = Effect.Effect<A, SqlError.SqlError>

export class Broadcast extends Context.Service<
  Broadcast,
  {
    /** The chats that the configuration names; without any, alerts go to all admins and the rest to everybody. */
    readonly recipients: (role: string) => Answer<ReadonlyArray<Recipient>>
    readonly admins: Answer<ReadonlyArray<Recipient>>
    /** Returns the translator of a person, for a message to them alone. */
    readonly translatorOf: (telegramId: number) => Answer<Translator>
    /** Returns `undefined` if they blocked the bot or the message waits for Telegram; both are logged. */
    readonly notify: (to: Recipient, view: ViewIn) => Answer<SentMessage | undefined>
    /** Sends to all of them at once and remembers the messages of a subject. Returns the number of chats reached. */
    readonly notifyAll: (to: ReadonlyArray<Recipient>, view: ViewIn, about?: Subject) => Answer<number>
    /** Sends a new message below all others and deletes the subject's old one. */
    readonly replaceAll: (
      to: ReadonlyArray<Recipient>,
      view: ViewIn,
      about: Subject & { readonly pin: boolean }
    ) => Answer<void>
    /**
     * Edits the subject's message in every chat. A message that is too old or gone is sent again; if Telegram is away,
     * the edit waits. Returns the number of chats reached.
     */
    readonly editAll: (view: ViewIn, about: Subject) => Answer<number>
    /** The subjects of a kind that have messages. */
    readonly subjects: (kind: string) => Answer<ReadonlyArray<string>>
    /** The messages of a kind by subject and chat, and since when they exist. */
    readonly places: (kind: string) => Answer<ReadonlyArray<Place>>
    readonly forget: (about: Subject) => Answer<void>
    /** The subjects of a kind whose messages wait for Telegram. */
    readonly waiting: (kind: string) => Answer<ReadonlySet<string>>
    /** Why messages do not reach people: a closed chat, a closed topic, or messages that were given up. */
    readonly unreached: Answer<Reason | undefined>
    /** Records that a chat let the bot in again. */
    readonly found: (chat: number) => Answer<void>
    /** Reports that Telegram accepts messages again. */
    readonly wake: Answer<void>
  }
>()("tributary/bot/telegram/Broadcast") {
  static readonly layer = Layer.effect(
    Broadcast,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const { chats } = yield* Settings
      const { call } = yield* Telegram
      const [directory, moved, outbox] = [yield* Directory, yield* MigratedGroups, yield* Outbox]
      const placed = yield* PlacedMessages.make
      const [locales, window] = [yield* Locales, yield* Window]

      const recipientsOf = (people: ReadonlyArray<{ readonly telegramId: number; readonly locale: string | null }>) =>
        people.map(({ locale, telegramId }): Recipient => ({ chat: telegramId, translator: locales.in(locale) }))
      const admins = Effect.map(directory.admins, (all) => recipientsOf(all.filter(({ blocked }) => !blocked)))

      const recipientAt = ({ chat, topic }: Destination) =>
        Effect.map(
          directory.find(chat),
          (person): Recipient => ({ chat, ...asTopic(topic), translator: locales.in(person?.locale) })
        )

      const roles = new Map(Object.entries(chats))

      const recipients = Effect.fn("Broadcast.recipients")(function* (role: string) {
        // A role that no feature declares is a mistake of a feature's author.
        const destinations = yield* Effect.orDie(Effect.fromNullishOr(roles.get(role)))
        const own = destinations.flatMap((to) => (to.chat === 0 ? [] : { ...to, chat: moved.current(to.chat) }))
        if (own.length === 0) return yield* role === "alerts" ? admins : Effect.map(directory.everybody, recipientsOf)
        return yield* Effect.forEach(own, recipientAt)
      })

      const named = new Set(Object.values(chats).flatMap((all) => all.map(({ chat }) => chat)))
      const lost = new Map<number, Reason>()

      /** Logs the failure; marks a person who blocked the bot, keeps the message in the outbox, or gives it up. */
      const failed = Effect.fnUntraced(function* (message: OutgoingMessage, error: TelegramError) {
        const { chat } = message
        yield* Effect.annotateLogs(Effect.logWarning("a message could not be sent", error.message), {
          service: "Broadcast",
          chat
        })
        const isShut = error.reason === "blocked"
        if (isShut && (isGroup(chat) || named.has(chat))) lost.set(chat, said(error.message))
        const isBlocked = isShut && !isGroup(chat)
        if (isLater(error) && !isBlocked) return yield* outbox.enqueue(message, error)
        if (message.about !== undefined) yield* outbox.drop(message.about, chat)
        if (isBlocked) yield* directory.setBlocked(chat, true)
        else if (error.reason === "refused") yield* outbox.giveUpNow(message)
      })

      const topics = yield* LostTopics.make

      const sendNew = ({ chat, topic, view }: OutgoingMessage) =>
        topic === undefined ? window.send(chat, view) : topics.send({ chat, topic }, view)

      const put = (message: OutgoingMessage) => {
        const { chat, earlier, view } = message
        if (earlier === undefined) return sendNew(message)
        if (earlier.anew) return Effect.andThen(window.remove(chat, earlier.id), sendNew(message))
        return Effect.catchIf(
          window.edit({ chat, id: earlier.id, hasPhoto: false }, view),
          ({ reason }) => reason === "gone",
          () => sendNew(message)
        )
      }

      const send = (message: OutgoingMessage) =>
        Effect.tap(put(message), () => Effect.sync(() => lost.delete(message.chat)))

      const messageTo = (
        { chat, topic, translator }: Recipient,
        view: ViewIn,
        about: Subject | undefined,
        { earlier, pin = false }: { readonly earlier?: EarlierMessage | undefined; readonly pin?: boolean } = {}
      ): OutgoingMessage => {
        const { keyboard, text } = view(translator, chat)
        return {
          chat,
          ...asTopic(topic),
          view: keyboard instanceof InlineKeyboard ? { text, keyboard } : { text },
          about: about === undefined ? undefined : { kind: about.kind, subject: about.subject },
          pin,
          ...(earlier === undefined ? {} : { earlier })
        }
      }

      /** A stopping bot still records what it has sent, or it would send it again. */
      const post = (message: OutgoingMessage, sent: Answer<void> = Effect.void) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.tap(restore(send(message)), (shown) => Effect.andThen(record(message, shown), sent))
        )

      const tryTo = (message: OutgoingMessage, sent?: Answer<void>) =>
        Effect.catchTag(post(message, sent), "TelegramError", (error) => Effect.as(failed(message, error), undefined))

      const notify: Broadcast["Service"]["notify"] = (to, view) => tryTo(messageTo(to, view, undefined))

      const record = Effect.fnUntraced(function* ({ about, earlier, pin, topic }: OutgoingMessage, shown: SentMessage) {
        if (shown.id === earlier?.id) return
        if (about !== undefined) yield* placed.remember(about, shown, topic ?? null)
        if (!pin) return
        yield* call((api) => api.pinChatMessage(shown.chat, shown.id, { disable_notification: true })).pipe(
          Effect.catch((error) => Effect.logWarning("a message could not be pinned", error.message))
        )
      })

      const all = { concurrency: "unbounded" } as const
      const reached = (shown: ReadonlyArray<SentMessage | undefined>): number =>
        shown.filter((one) => one !== undefined).length

      yield* Effect.forkScoped(
        outbox.deliver(post).pipe(
          Effect.catchCause((cause) => Effect.logWarning("the outbox cannot be read", Cause.squash(cause))),
          Effect.repeat(Schedule.spaced("10 seconds")),
          Effect.annotateLogs({ service: "Broadcast" })
        )
      )

      /** Edits or replaces a chat's message about the subject and the one that waits, or sends the first message. */
      const notifyOne = (about: Subject, view: ViewIn, recipient: Recipient, { anew = false, pin = false } = {}) =>
        Effect.gen(function* () {
          const { chat } = recipient
          const current = (yield* placed.of(about)).find((message) => message.chat === chat)
          const message = messageTo(recipient, view, about, { pin, earlier: current && { id: current.id, anew } })
          // The one that waits stays until this one is sent or waits in its place: a bot that stops meanwhile forgets neither.
          return yield* tryTo(message, outbox.drop(about, chat))
          // Otherwise a message that is being delivered at this moment would appear beside it.
        }).pipe(outbox.inTurn(recipient.chat))

      const unreached = Effect.gen(function* () {
        const [chat] = lost
        if (chat !== undefined) return botReason("bot.chatLost", { chat: String(chat[0]), why: chat[1] })
        const [topic] = yield* topics.lost
        if (topic !== undefined) return botReason("bot.topicLost", { chat: String(topic.chat), topic: topic.topic })
        return yield* Effect.provideService(undelivered, SqlClient.SqlClient, sql)
      })

      return Broadcast.of({
        recipients,
        admins,
        translatorOf: (telegramId) => Effect.map(directory.find(telegramId), (person) => locales.in(person?.locale)),
        notify,
        notifyAll: Effect.fn("Broadcast.notifyAll")(function* (to, view, about) {
          const each = (recipient: Recipient) =>
            about === undefined ? tryTo(messageTo(recipient, view, undefined)) : notifyOne(about, view, recipient)
          return reached(yield* Effect.forEach(to, each, all))
        }),
        replaceAll: Effect.fn("Broadcast.replaceAll")(function* (to, view, about) {
          const how = { anew: true, pin: about.pin }
          yield* Effect.forEach(to, (recipient) => notifyOne(about, view, recipient, how), { ...all, discard: true })
        }),
        editAll: Effect.fn("Broadcast.editAll")(function* (view, about) {
          // A message that was never sent is replaced by the current state.
          const places = [...(yield* placed.of(about)), ...(yield* outbox.chats(about))]
          const chats = new Map(places.map((place) => [place.chat, place]))
          const each = (place: Destination) =>
            Effect.flatMap(recipientAt(place), (recipient) => notifyOne(about, view, recipient))
          return reached(yield* Effect.forEach(chats.values(), each, all))
        }),
        subjects: placed.subjects,
        places: placed.places,
        forget: Effect.fn("Broadcast.forget")(function* ({ kind, subject }: Subject) {
          yield* placed.forget({ kind, subject })
          yield* outbox.forget({ kind, subject })
        }),
        found: Effect.fn("Broadcast.found")(function* (chat: number) {
          if (lost.delete(chat)) yield* outbox.wake
        }),
        unreached,
        waiting: outbox.subjects,
        wake: outbox.wake
      })
    })
  )
}
