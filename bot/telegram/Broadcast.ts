/**
 * Messages that nobody asked for, to those whom the configuration names for them. Where one belongs to a subject (an
 * alert, the stop list) it is remembered in which message it stands, so that it can be edited or replaced later. What
 * Telegram does not take waits in the outbox; a chat that does not let the bot in is told of in its health.
 */
import { Cause, Context, DateTime, Effect, Layer, Schedule, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { InlineKeyboard } from "grammy"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { type Reason, said } from "../../core/reason/Reason.ts"
import type { Config } from "../Config.ts"
import { Locales } from "../i18n/Locales.ts"
import { Directory } from "../people/Directory.ts"
import { Settings } from "../Settings.ts"
import type { Shown, View } from "../window/View.ts"
import { Window } from "../window/Window.ts"
import { asTopic, type Destination, placeOf } from "./Destination.ts"
import * as LostTopics from "./LostTopics.ts"
import { MigratedGroups } from "./MigratedGroups.ts"
import { type GivenUp, isLater, type Letter, Outbox } from "./Outbox.ts"
import { Telegram, type TelegramError } from "./Telegram.ts"

export type Role = keyof Config["chats"]

export interface Recipient extends Destination {
  readonly translator: Translator
}

export const isGroup = (chat: number): boolean => chat < 0

/** Each reads it in their own language; in a group only what a feature takes there should be offered. */
export type ViewIn = (translator: Translator, chat: number) => View

export interface Subject {
  /** `alert`, `stop-list`. */
  readonly kind: string
  readonly subject: string
}

export interface Place {
  readonly subject: string
  readonly chat: number
  readonly sentAt: Date
}

type Answer<A> = Effect.Effect<A, SqlError.SqlError>

export class Broadcast extends Context.Service<
  Broadcast,
  {
    /** Chats that the configuration names; without any, all admins get alerts and everybody gets the rest. */
    readonly recipients: (role: Role) => Answer<ReadonlyArray<Recipient>>
    readonly admins: Answer<ReadonlyArray<Recipient>>
    /** In the language of a person, for a message to them alone. */
    readonly translatorOf: (telegramId: number) => Answer<Translator>
    /** `undefined`: they blocked the bot, or it waits until Telegram takes it; that is logged. */
    readonly tell: (to: Recipient, view: ViewIn) => Answer<Shown | undefined>
    /** To all of them at once, each remembered by the subject when there is one. Answers how many it has reached. */
    readonly tellAll: (to: ReadonlyArray<Recipient>, view: ViewIn, about?: Subject) => Answer<number>
    /** A new message below all others, and the one that stood for the subject goes. */
    readonly replaceAll: (
      to: ReadonlyArray<Recipient>,
      view: ViewIn,
      about: Subject & { readonly pin: boolean }
    ) => Answer<void>
    /**
     * In every chat where the subject stands; what is too old to be edited, or is gone, is told anew. Answers how many it
     * has reached.
     */
    readonly editAll: (view: ViewIn, about: Subject) => Answer<number>
    /** Where the subjects of a kind stand. */
    readonly standing: (kind: string) => Answer<ReadonlyArray<string>>
    /** The same with the chats, and since when. */
    readonly places: (kind: string) => Answer<ReadonlyArray<Place>>
    readonly forget: (about: Subject) => Answer<void>
    /** Subjects of a kind of which messages wait until Telegram takes them. */
    readonly waiting: (kind: string) => Answer<ReadonlySet<string>>
    /** Chats of the configuration that the bot was not let into when it tried last, and why. */
    readonly lost: Effect.Effect<ReadonlyArray<{ readonly chat: number; readonly why: Reason }>>
    /** Topics that take nothing, whose messages come to the group. */
    readonly lostTopics: Effect.Effect<ReadonlyArray<Required<Destination>>>
    /** Messages that were given up within the last day. */
    readonly givenUp: Answer<GivenUp | undefined>
    /** It was let in again. */
    readonly found: (chat: number) => Answer<void>
    /** Telegram takes messages again. */
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
      const [speech, window] = [yield* Locales, yield* Window]

      const recipientsOf = (people: ReadonlyArray<{ readonly telegramId: number; readonly locale: string | null }>) =>
        people.map(({ locale, telegramId }): Recipient => ({ chat: telegramId, translator: speech.in(locale) }))
      const admins = Effect.map(directory.admins, (all) => recipientsOf(all.filter(({ blocked }) => !blocked)))

      const recipientAt = ({ chat, topic }: Destination) =>
        Effect.map(
          directory.find(chat),
          (person): Recipient => ({ chat, ...asTopic(topic), translator: speech.in(person?.locale) })
        )

      const recipients = Effect.fn("Broadcast.recipients")(function* (role: Role) {
        const own = chats[role].flatMap((to) => (to.chat === 0 ? [] : { ...to, chat: moved.current(to.chat) }))
        if (own.length === 0) return yield* role === "alerts" ? admins : Effect.map(directory.everybody, recipientsOf)
        return yield* Effect.forEach(own, recipientAt)
      })

      const named = new Set(Object.values(chats).flatMap((all) => all.map(({ chat }) => chat)))
      const lost = new Map<number, Reason>()

      /** It waits, or is told to nobody. */
      const failed = Effect.fnUntraced(function* (letter: Letter, error: TelegramError) {
        const { chat } = letter
        yield* Effect.annotateLogs(Effect.logWarning("a message could not be sent", error.message), {
          service: "Broadcast",
          chat
        })
        const isShut = error.reason === "blocked"
        if (isShut && (isGroup(chat) || named.has(chat))) lost.set(chat, said(error.message))
        if (isShut && !isGroup(chat)) return yield* directory.setBlocked(chat, true)
        if (isLater(error)) yield* outbox.keep(letter, error)
        else if (error.reason === "refused") yield* outbox.lose(letter)
      })

      const topics = yield* LostTopics.make

      const send = ({ chat, topic, view }: Letter) =>
        (topic === undefined ? window.send(chat, view) : topics.send({ chat, topic }, view)).pipe(
          Effect.tap(() => Effect.sync(() => lost.delete(chat)))
        )

      const letterTo = (
        { chat, topic, translator }: Recipient,
        view: ViewIn,
        about: Subject | undefined,
        pin = false
      ): Letter => {
        const { keyboard, text } = view(translator, chat)
        return {
          chat,
          ...asTopic(topic),
          view: keyboard instanceof InlineKeyboard ? { text, keyboard } : { text },
          about: about === undefined ? undefined : { kind: about.kind, subject: about.subject },
          pin
        }
      }

      /** A bot that stops remembers what it has said, or it would say it again. */
      const post = (letter: Letter) =>
        Effect.uninterruptibleMask((restore) => Effect.tap(restore(send(letter)), (shown) => placed(letter, shown)))

      const tryTo = (letter: Letter) =>
        Effect.catchTag(post(letter), "TelegramError", (error) => Effect.as(failed(letter, error), undefined))

      const tell: Broadcast["Service"]["tell"] = (to, view) => tryTo(letterTo(to, view, undefined))

      const remember = Effect.fnUntraced(function* (
        { kind, subject }: Subject,
        { chat, id }: Shown,
        topic: number | null
      ) {
        const now = DateTime.formatIso(yield* DateTime.now)
        yield* sql`
          insert into tributary.bot_message as m (kind, subject, chat_id, topic, message_id, sent_at)
          values (${kind}, ${subject}, ${BigInt(chat)}, ${topic}, ${BigInt(id)}, ${now}::timestamptz)
          on conflict (kind, subject, chat_id) do update
          set message_id = excluded.message_id, sent_at = excluded.sent_at, topic = excluded.topic`
      })

      const placed = Effect.fnUntraced(function* ({ about, pin, topic }: Letter, shown: Shown) {
        if (about !== undefined) yield* remember(about, shown, topic ?? null)
        if (!pin) return
        yield* call((api) => api.pinChatMessage(shown.chat, shown.id, { disable_notification: true })).pipe(
          Effect.catch((error) => Effect.logWarning("a message could not be pinned", error.message))
        )
      })

      const messagesOf = Effect.fnUntraced(function* ({ kind, subject }: Subject) {
        const rows = yield* sql`
          select chat_id, topic, message_id from tributary.bot_message where kind = ${kind} and subject = ${subject}`
        return (yield* Effect.orDie(decodeMessages(rows))).map(({ message_id, ...place }) => ({
          ...placeOf(place),
          id: Number(message_id),
          hasPhoto: false
        }))
      })

      const all = { concurrency: "unbounded" } as const
      const reached = (shown: ReadonlyArray<Shown | undefined>): number =>
        shown.filter((one) => one !== undefined).length

      yield* Effect.forkScoped(
        outbox.deliver(post).pipe(
          Effect.catchCause((cause) => Effect.logWarning("the outbox cannot be read", Cause.squash(cause))),
          Effect.repeat(Schedule.spaced("10 seconds")),
          Effect.annotateLogs({ service: "Broadcast" })
        )
      )

      return Broadcast.of({
        recipients,
        admins,
        translatorOf: (telegramId) => Effect.map(directory.find(telegramId), (person) => speech.in(person?.locale)),
        tell,
        tellAll: Effect.fn("Broadcast.tellAll")(function* (to, view, about) {
          // A bot that was restarted does not know that it waits there already: it would come a second time.
          if (about !== undefined) {
            const chats = new Set(to.map(({ chat }) => chat))
            yield* Effect.forEach(chats, (chat) => outbox.drop(about, chat), { discard: true })
          }
          return reached(yield* Effect.forEach(to, (recipient) => tryTo(letterTo(recipient, view, about)), all))
        }),
        replaceAll: Effect.fn("Broadcast.replaceAll")(function* (to, view, about) {
          const old = new Map((yield* messagesOf(about)).map((message) => [message.chat, message]))
          yield* Effect.forEach(
            to,
            Effect.fnUntraced(function* (recipient) {
              const before = old.get(recipient.chat)
              if (before !== undefined) yield* window.remove(before.chat, before.id)
              yield* outbox.drop(about, recipient.chat)
              yield* tryTo(letterTo(recipient, view, about, about.pin))
            }),
            all
          )
        }),
        editAll: Effect.fn("Broadcast.editAll")(function* (view, about) {
          const edit = Effect.fnUntraced(function* (message: Shown & Destination) {
            const letter = letterTo(yield* recipientAt(message), view, about)
            return yield* Effect.catchTag(window.edit(message, letter.view), "TelegramError", (error) =>
              error.reason === "gone" ? tryTo(letter) : Effect.as(failed(letter, error), undefined)
            )
          })
          const edited = yield* Effect.forEach(yield* messagesOf(about), edit, all)
          // What was not even sent is replaced by what is so now.
          const waiting = yield* Effect.forEach(
            yield* outbox.chats(about),
            Effect.fnUntraced(function* (to) {
              yield* outbox.drop(about, to.chat)
              return yield* tryTo(letterTo(yield* recipientAt(to), view, about))
            }),
            all
          )
          return reached([...edited, ...waiting])
        }),
        standing: Effect.fn("Broadcast.standing")(function* (kind: string) {
          const rows = yield* sql`select distinct subject from tributary.bot_message where kind = ${kind}`
          return (yield* Effect.orDie(decodeSubjects(rows))).map(({ subject }) => subject)
        }),
        places: Effect.fn("Broadcast.places")(function* (kind: string) {
          const rows = yield* sql`select subject, chat_id, sent_at from tributary.bot_message where kind = ${kind}`
          return (yield* Effect.orDie(decodePlaces(rows))).map(
            ({ chat_id, sent_at, subject }): Place => ({ subject, chat: Number(chat_id), sentAt: sent_at })
          )
        }),
        forget: Effect.fn("Broadcast.forget")(function* ({ kind, subject }: Subject) {
          yield* sql`delete from tributary.bot_message where kind = ${kind} and subject = ${subject}`
          yield* outbox.forget({ kind, subject })
        }),
        lost: Effect.sync(() => [...lost].map(([chat, why]) => ({ chat, why }))),
        found: Effect.fn("Broadcast.found")(function* (chat: number) {
          if (lost.delete(chat)) yield* outbox.wake
        }),
        lostTopics: topics.lost,
        givenUp: outbox.givenUp,
        waiting: outbox.subjects,
        wake: outbox.wake
      })
    })
  )
}

const decodeMessages = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({ chat_id: Schema.BigInt, topic: Schema.NullOr(Schema.BigInt), message_id: Schema.BigInt })
  )
)
const decodePlaces = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ subject: Schema.String, chat_id: Schema.BigInt, sent_at: Schema.Date }))
)
const decodeSubjects = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ subject: Schema.String })))
