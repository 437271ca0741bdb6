/**
 * Messages that nobody asked for, to those whom the configuration names for them. Where one belongs to a subject (an
 * alert, the stop list) it is remembered in which message it stands, so that it can be edited or replaced later.
 */
import { Context, DateTime, Effect, Layer, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Config } from "./Config.ts"
import { Directory } from "./people/Directory.ts"
import { Settings } from "./Settings.ts"
import { Speech } from "./Speech.ts"
import { Telegram, type TelegramError } from "./Telegram.ts"
import { type Shown, type View, Window } from "./Window.ts"
import type { Words } from "./Words.ts"

export type Role = keyof Config["chats"]

export interface Recipient {
  readonly chat: number
  readonly words: Words
}

export const isGroup = (chat: number): boolean => chat < 0

/** Each reads it in their own language; in a group only what a feature takes there should be offered. */
export type ViewIn = (words: Words, chat: number) => View

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
    readonly wordsOf: (telegramId: number) => Answer<Words>
    /** `undefined`: they blocked the bot, or Telegram cannot be reached; that is logged. */
    readonly tell: (to: Recipient, view: ViewIn) => Answer<Shown | undefined>
    /** To all of them at once, each remembered by the subject when there is one. */
    readonly tellAll: (to: ReadonlyArray<Recipient>, view: ViewIn, about?: Subject) => Answer<void>
    /** A new message below all others, and the one that stood for the subject goes. */
    readonly replaceAll: (
      to: ReadonlyArray<Recipient>,
      view: ViewIn,
      about: Subject & { readonly pin: boolean }
    ) => Answer<void>
    /** In every chat where the subject stands. Answers in how many. */
    readonly editAll: (view: ViewIn, about: Subject) => Answer<number>
    /** Where the subjects of a kind stand. */
    readonly standing: (kind: string) => Answer<ReadonlyArray<string>>
    /** The same with the chats, and since when. */
    readonly places: (kind: string) => Answer<ReadonlyArray<Place>>
    readonly forget: (about: Subject) => Answer<void>
  }
>()("tributary/bot/Broadcast") {
  static readonly layer = Layer.effect(
    Broadcast,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const { chats } = yield* Settings
      const { call } = yield* Telegram
      const [directory, speech, window] = [yield* Directory, yield* Speech, yield* Window]

      const recipientsOf = (people: ReadonlyArray<{ readonly telegramId: number; readonly locale: string | null }>) =>
        people.map(({ locale, telegramId }): Recipient => ({ chat: telegramId, words: speech.in(locale) }))
      const admins = Effect.map(directory.admins, (all) => recipientsOf(all.filter(({ blocked }) => !blocked)))

      const recipients = Effect.fn("Broadcast.recipients")(function* (role: Role) {
        const named = chats[role].filter((id) => id !== 0)
        if (named.length === 0) return yield* role === "alerts" ? admins : Effect.map(directory.everybody, recipientsOf)
        return yield* Effect.forEach(named, (chat) =>
          Effect.map(directory.find(chat), (person): Recipient => ({ chat, words: speech.in(person?.locale) }))
        )
      })

      const lost = (chat: number) => (error: TelegramError) =>
        Effect.logWarning("a message could not be sent", error.message).pipe(
          Effect.annotateLogs({ service: "Broadcast", chat }),
          Effect.andThen(error.reason === "blocked" && chat > 0 ? directory.setBlocked(chat, true) : Effect.void),
          Effect.as(undefined)
        )

      const tell: Broadcast["Service"]["tell"] = ({ chat, words }, view) =>
        Effect.catchTag(window.send(chat, view(words, chat)), "TelegramError", lost(chat))

      const remember = Effect.fnUntraced(function* ({ kind, subject }: Subject, { chat, id }: Shown) {
        const now = DateTime.formatIso(yield* DateTime.now)
        yield* sql`
          insert into tributary.bot_message as m (kind, subject, chat_id, message_id, sent_at)
          values (${kind}, ${subject}, ${BigInt(chat)}, ${BigInt(id)}, ${now}::timestamptz)
          on conflict (kind, subject, chat_id) do update
          set message_id = excluded.message_id, sent_at = excluded.sent_at`
      })

      const messagesOf = Effect.fnUntraced(function* ({ kind, subject }: Subject) {
        const rows = yield* sql`
          select chat_id, message_id from tributary.bot_message where kind = ${kind} and subject = ${subject}`
        return (yield* Effect.orDie(decodeMessages(rows))).map(
          ({ chat_id, message_id }): Shown => ({ chat: Number(chat_id), id: Number(message_id), hasPhoto: false })
        )
      })

      const all = { concurrency: "unbounded", discard: true } as const

      return Broadcast.of({
        recipients,
        admins,
        wordsOf: (telegramId) => Effect.map(directory.find(telegramId), (person) => speech.in(person?.locale)),
        tell,
        tellAll: (to, view, about) =>
          Effect.forEach(
            to,
            (recipient) =>
              // A bot that stops remembers what it has said, or it would say it again.
              Effect.uninterruptibleMask((restore) =>
                Effect.flatMap(restore(tell(recipient, view)), (shown) =>
                  shown === undefined || about === undefined ? Effect.void : remember(about, shown)
                )
              ),
            all
          ),
        replaceAll: Effect.fn("Broadcast.replaceAll")(function* (to, view, about) {
          const old = new Map((yield* messagesOf(about)).map((message) => [message.chat, message]))
          yield* Effect.forEach(
            to,
            Effect.fnUntraced(function* (recipient) {
              const before = old.get(recipient.chat)
              if (before !== undefined) yield* window.remove(before.chat, before.id)
              const shown = yield* tell(recipient, view)
              if (shown === undefined) return
              yield* remember(about, shown)
              if (!about.pin) return
              yield* call((api) => api.pinChatMessage(shown.chat, shown.id, { disable_notification: true })).pipe(
                Effect.catch((error) => Effect.logWarning("a message could not be pinned", error.message))
              )
            }),
            all
          )
        }),
        editAll: Effect.fn("Broadcast.editAll")(function* (view, about) {
          const messages = yield* messagesOf(about)
          yield* Effect.forEach(
            messages,
            Effect.fnUntraced(function* (message) {
              const person = yield* directory.find(message.chat)
              const words = speech.in(person?.locale)
              yield* Effect.catchTag(
                window.edit(message, view(words, message.chat)),
                "TelegramError",
                lost(message.chat)
              )
            }),
            all
          )
          return messages.length
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
        })
      })
    })
  )
}

const decodeMessages = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ chat_id: Schema.BigInt, message_id: Schema.BigInt }))
)
const decodePlaces = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ subject: Schema.String, chat_id: Schema.BigInt, sent_at: Schema.Date }))
)
const decodeSubjects = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ subject: Schema.String })))
