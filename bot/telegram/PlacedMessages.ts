/** Remembers which message of which chat shows a subject, so that it can be edited or replaced. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { SentMessage } from "../window/View.ts"
import { placeOf } from "./Destination.ts"

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

export const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  const remember = Effect.fn("PlacedMessages.remember")(function* (
    { kind, subject }: Subject,
    { chat, id }: Pick<SentMessage, "chat" | "id">,
    topic: number | null
  ) {
    const now = DateTime.formatIso(yield* DateTime.now)
    yield* sql`
      insert into tributary.bot_message as m (kind, subject, chat_id, topic, message_id, sent_at)
      values (${kind}, ${subject}, ${BigInt(chat)}, ${topic}, ${BigInt(id)}, ${now}::timestamptz)
      on conflict (kind, subject, chat_id) do update
      set message_id = excluded.message_id, sent_at = excluded.sent_at, topic = excluded.topic`
  })

  const messagesOf = Effect.fn("PlacedMessages.of")(function* ({ kind, subject }: Subject) {
    const rows = yield* sql`
      select chat_id, topic, message_id from tributary.bot_message where kind = ${kind} and subject = ${subject}`
    return (yield* Effect.orDie(decodeMessages(rows))).map(({ message_id, ...place }) => ({
      ...placeOf(place),
      id: Number(message_id)
    }))
  })

  const subjects = Effect.fn("PlacedMessages.subjects")(function* (kind: string) {
    const rows = yield* sql`select distinct subject from tributary.bot_message where kind = ${kind}`
    return (yield* Effect.orDie(decodeSubjects(rows))).map(({ subject }) => subject)
  })

  const places = Effect.fn("PlacedMessages.places")(function* (kind: string) {
    const rows = yield* sql`select subject, chat_id, sent_at from tributary.bot_message where kind = ${kind}`
    return (yield* Effect.orDie(decodePlaces(rows))).map(
      ({ chat_id, sent_at, subject }): Place => ({ subject, chat: Number(chat_id), sentAt: sent_at })
    )
  })

  const forget = Effect.fn("PlacedMessages.forget")(function* ({ kind, subject }: Subject) {
    yield* sql`delete from tributary.bot_message where kind = ${kind} and subject = ${subject}`
  })

  return { remember, of: messagesOf, subjects, places, forget }
})

const decodeMessages = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({ chat_id: Schema.BigInt, topic: Schema.NullOr(Schema.BigInt), message_id: Schema.BigInt })
  )
)
const decodePlaces = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ subject: Schema.String, chat_id: Schema.BigInt, sent_at: Schema.Date }))
)
const decodeSubjects = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ subject: Schema.String })))
