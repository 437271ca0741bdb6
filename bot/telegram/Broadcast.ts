/**
 * Notifications to the recipients that the configuration names. For a notification about a subject (an alert, the stop
 * list) the bot remembers its messages, so that it can edit or replace them later. Messages that Telegram does not
 * accept wait in the outbox; the bot's health reports a chat that does not let it in.
 */
import { Cause, Context, Effect, Layer, Schedule } from "effect"
import type { SqlError } from "effect/sql"
import { InlineKeyboard } from "grammy"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import type { Reason } from "../../core/reason/Reason.ts"
import type { SentMessage, View } from "../window/View.ts"
import * as Delivery from "./Delivery.ts"
import { asTopic, type Destination } from "./Destination.ts"
import { type EarlierMessage, Outbox, type OutgoingMessage } from "./Outbox.ts"
import type { Place, Subject } from "./PlacedMessages.ts"
import * as PlacedMessages from "./PlacedMessages.ts"
import * as Recipients from "./Recipients.ts"

export { isGroup } from "./Delivery.ts"
export type { Place, Subject } from "./PlacedMessages.ts"
export type { Recipient } from "./Recipients.ts"

type Recipient = Recipients.Recipient

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
      const outbox = yield* Outbox
      const placed = yield* PlacedMessages.make
      const recipients = yield* Recipients.make
      const delivery = yield* Delivery.make(placed, recipients.isNamed)

      yield* Effect.forkScoped(
        outbox.deliver(delivery.post).pipe(
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
          return yield* delivery.deliver(message, outbox.drop(about, chat))
          // Otherwise a message that is being delivered at this moment would appear beside it.
        }).pipe(outbox.inTurn(recipient.chat))

      return Broadcast.of({
        recipients: recipients.ofRole,
        admins: recipients.admins,
        translatorOf: recipients.translatorOf,
        notify: (to, view) => delivery.deliver(messageTo(to, view, undefined)),
        notifyAll: Effect.fn("Broadcast.notifyAll")(function* (to, view, about) {
          const each = (recipient: Recipient) =>
            about === undefined
              ? delivery.deliver(messageTo(recipient, view, undefined))
              : notifyOne(about, view, recipient)
          return countReached(yield* Effect.forEach(to, each, all))
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
            Effect.flatMap(recipients.at(place), (recipient) => notifyOne(about, view, recipient))
          return countReached(yield* Effect.forEach(chats.values(), each, all))
        }),
        subjects: placed.subjects,
        places: placed.places,
        forget: Effect.fn("Broadcast.forget")(function* ({ kind, subject }: Subject) {
          yield* placed.forget({ kind, subject })
          yield* outbox.forget({ kind, subject })
        }),
        found: delivery.found,
        unreached: delivery.unreached,
        waiting: outbox.subjects,
        wake: outbox.wake
      })
    })
  )
}

const all = { concurrency: "unbounded" } as const

const countReached = (sent: ReadonlyArray<SentMessage | undefined>): number =>
  sent.filter((one) => one !== undefined).length

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
