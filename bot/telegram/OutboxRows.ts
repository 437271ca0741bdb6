/** Messages that wait for Telegram, as rows of the outbox; when the next attempt is, and how long they wait at most. */
import { DateTime, Duration, Schema } from "effect"
import { InlineKeyboard } from "grammy"
import type { View } from "../window/View.ts"
import { placeOf } from "./Destination.ts"
import type { TelegramError } from "./Telegram.ts"

export interface OutgoingMessage {
  readonly chat: number
  /** The topic of a group. */
  readonly topic?: number
  readonly view: Pick<View, "text"> & { readonly keyboard?: InlineKeyboard }
  /** The subject that the message shows. */
  readonly about: { readonly kind: string; readonly subject: string } | undefined
  readonly pin: boolean
  /** The message that this one edits or, if `anew`, replaces. */
  readonly earlier?: EarlierMessage
}

export interface EarlierMessage {
  readonly id: number
  readonly anew: boolean
}

/** Returns the time as text for PostgreSQL. */
export const isoTime = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))

/** Whether a later attempt may succeed. */
export const isRetryable = ({ reason }: Pick<TelegramError, "reason">): boolean =>
  reason !== "refused" && reason !== "gone" && reason !== "unchanged"

/** How long a new message waits. */
export const messageLifetime = Duration.hours(24)

/** How long the table remembers messages that were given up, and how long an edit waits. */
export const rememberedFor = Duration.days(7)

const pauses = { first: Duration.seconds(5), longest: Duration.minutes(10) }

export const pauseAfter = ({ retryAfter }: Pick<TelegramError, "retryAfter">, tries: number): Duration.Duration =>
  retryAfter ?? Duration.min(pauses.longest, Duration.times(pauses.first, 2 ** Math.min(tries, 10)))

const Button = Schema.Struct({ text: Schema.String, callback_data: Schema.String })
export const Row = Schema.Struct({
  id: Schema.BigInt,
  chat_id: Schema.BigInt,
  topic: Schema.NullOr(Schema.BigInt),
  kind: Schema.NullOr(Schema.String),
  subject: Schema.NullOr(Schema.String),
  pin: Schema.Boolean,
  text: Schema.String,
  keyboard: Schema.fromJsonString(Schema.mutable(Schema.Array(Schema.mutable(Schema.Array(Button))))),
  tries: Schema.Int,
  earlier_id: Schema.NullOr(Schema.BigInt),
  anew: Schema.Boolean
})
export const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
export const decodeNext = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ due_at: Schema.NullOr(Schema.Date) }))
)
export const decodeLost = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({
      chat_id: Schema.BigInt,
      topic: Schema.NullOr(Schema.BigInt),
      kind: Schema.NullOr(Schema.String),
      subject: Schema.NullOr(Schema.String)
    })
  )
)

export const messageOf = ({
  anew,
  earlier_id,
  keyboard,
  kind,
  pin,
  subject,
  text,
  ...place
}: typeof Row.Type): OutgoingMessage => ({
  ...placeOf(place),
  ...(earlier_id === null ? {} : { earlier: { id: Number(earlier_id), anew } }),
  view: { text, keyboard: new InlineKeyboard(keyboard.map((row) => [...row])) },
  about: kind === null || subject === null ? undefined : { kind, subject },
  pin
})
