/**
 * Messages that Telegram has not accepted yet: they are sent as soon as it does, in order within a chat. A newer
 * message about a subject replaces an older one. A message that could not be delivered within a day (an edit: within a
 * week), or that Telegram refuses for good, is given up: this is logged, and its destination is known for a week.
 */
import { Clock, Context, DateTime, Duration, Effect, Layer, Schema, Semaphore } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { InlineKeyboard } from "grammy"
import type { View } from "../window/View.ts"
import { type Destination, placeOf } from "./Destination.ts"
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

type Answer<A> = Effect.Effect<A, SqlError.SqlError>
type About = NonNullable<OutgoingMessage["about"]>
type Deliver = (message: OutgoingMessage) => Effect.Effect<unknown, TelegramError | SqlError.SqlError>

export class Outbox extends Context.Service<
  Outbox,
  {
    readonly enqueue: (message: OutgoingMessage, error: TelegramError) => Answer<void>
    /** Gives up a message that Telegram will never accept. */
    readonly giveUpNow: (message: OutgoingMessage) => Answer<void>
    /** Deletes the waiting messages of a chat, or of all chats. */
    readonly drop: (about: About, chat?: number) => Answer<void>
    /** Waiting messages no longer belong to the subject, but are still sent. */
    readonly forget: (about: About) => Answer<void>
    /** The destinations where messages about the subject wait. */
    readonly chats: (about: About) => Answer<ReadonlyArray<Destination>>
    /** The subjects of a kind that have waiting messages. */
    readonly subjects: (kind: string) => Answer<ReadonlySet<string>>
    /** Reports that Telegram accepts messages again. */
    readonly wake: Answer<void>
    /** Runs an effect while no waiting message of the chat is being sent. */
    readonly inTurn: (chat: number) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** Sends due messages forever. */
    readonly deliver: (send: Deliver) => Effect.Effect<never, SqlError.SqlError>
  }
>()("tributary/bot/telegram/Outbox") {
  static readonly layer = Layer.effect(
    Outbox,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const turn = yield* Semaphore.make(1)
      const turns = new Map<number, Semaphore.Semaphore>()
      /** When the next message is due; 0: not known yet. */
      let due = 0

      const inTurn: Outbox["Service"]["inTurn"] = (chat) => (effect) => {
        const own = turns.get(chat) ?? Semaphore.makeUnsafe(1)
        turns.set(chat, own)
        return own.withPermit(effect)
      }

      const at = (millis: number) => DateTime.formatIso(DateTime.makeUnsafe(millis))

      const enqueue = Effect.fn("Outbox.enqueue")(function* (message: OutgoingMessage, error: TelegramError) {
        const { about, chat, earlier, pin, topic = null, view } = message
        const [earlierId, anew] = [earlier === undefined ? null : BigInt(earlier.id), earlier?.anew ?? false]
        const now = yield* Clock.currentTimeMillis
        const next = now + Duration.toMillis(pauseAfter(error, 0))
        const keyboard = JSON.stringify(view.keyboard?.inline_keyboard ?? [])
        const [kind, subject] = [about?.kind ?? null, about?.subject ?? null]
        yield* sql`
          with older as (
            delete from tributary.bot_outbox
            where chat_id = ${BigInt(chat)} and kind = ${kind} and subject = ${subject} and given_up_at is null
          )
          insert into tributary.bot_outbox
            (chat_id, topic, kind, subject, pin, text, keyboard, made_at, due_at, tries, earlier_id, anew)
          values (${BigInt(chat)}, ${topic}, ${kind}, ${subject}, ${pin}, ${view.text}, ${keyboard}::jsonb,
            ${at(now)}::timestamptz, ${at(next)}::timestamptz, 0, ${earlierId}, ${anew})`
        due = Math.min(due, next)
      })

      const giveUpNow = Effect.fn("Outbox.giveUpNow")(function* ({ about, chat, pin, topic }: OutgoingMessage) {
        const now = at(yield* Clock.currentTimeMillis)
        const [kind, subject] = [about?.kind ?? null, about?.subject ?? null]
        yield* sql`
          insert into tributary.bot_outbox
            (chat_id, topic, kind, subject, pin, text, keyboard, made_at, due_at, tries, given_up_at)
          values (${BigInt(chat)}, ${topic ?? null}, ${kind}, ${subject}, ${pin}, '', '[]', ${now}::timestamptz,
            ${now}::timestamptz, 0, ${now}::timestamptz)`
        // The next round gives up messages that are too old.
        due = 0
      })

      /** Deletes the text of a message that is given up. */
      const givenUp = (now: number) => sql`given_up_at = ${at(now)}::timestamptz, text = '', keyboard = '[]'`

      const giveUp = Effect.fnUntraced(function* (now: number) {
        const rows = yield* sql`
          with forgotten as (
            delete from tributary.bot_outbox where given_up_at <= ${at(now - Duration.toMillis(known))}::timestamptz
          )
          update tributary.bot_outbox set ${givenUp(now)}
          where given_up_at is null and made_at <= case
            when earlier_id is null or anew then ${at(now - Duration.toMillis(lifetime))}::timestamptz
            else ${at(now - Duration.toMillis(known))}::timestamptz end
          returning chat_id, topic, kind, subject`
        for (const { chat_id, kind, subject } of yield* Effect.orDie(decodeLost(rows))) {
          yield* Effect.annotateLogs(Effect.logError("a message was not delivered in time and is given up"), {
            chat: Number(chat_id),
            about: `${kind ?? "message"} ${subject ?? ""}`.trim()
          })
        }
      })

      /** All messages of a chat wait as long as its first one. */
      const postpone = (chat: number, until: number) => sql`
        update tributary.bot_outbox set due_at = greatest(due_at, ${at(until)}::timestamptz), tries = tries + 1
        where chat_id = ${BigInt(chat)}`

      const deliverChat = Effect.fnUntraced(function* (rows: ReadonlyArray<typeof Row.Type>, send: Deliver) {
        for (const row of rows) {
          const message = messageOf(row)
          const sent = send(message).pipe(
            Effect.andThen(sql`delete from tributary.bot_outbox where id = ${row.id}`),
            // A message that was sent but not deleted here would be sent twice.
            Effect.uninterruptible,
            Effect.as(undefined),
            Effect.catchTag("TelegramError", Effect.succeed)
          )
          // A newer message may have replaced it since it was read.
          const waits = sql`select from tributary.bot_outbox where id = ${row.id} and given_up_at is null`
          const failed = yield* inTurn(message.chat)(
            Effect.flatMap(waits, ({ length }) => (length === 0 ? Effect.undefined : sent))
          )
          if (failed === undefined) continue
          if (!isLater(failed)) {
            yield* Effect.logWarning("a message that waited cannot be sent", failed.message)
            yield* sql`update tributary.bot_outbox set ${givenUp(yield* Clock.currentTimeMillis)} where id = ${row.id}`
            continue
          }
          const now = yield* Clock.currentTimeMillis
          return yield* postpone(message.chat, now + Duration.toMillis(pauseAfter(failed, row.tries + 1)))
        }
      })

      const round = Effect.fnUntraced(function* (send: Deliver) {
        const now = yield* Clock.currentTimeMillis
        if (now < due) return
        yield* giveUp(now)
        const rows = yield* Effect.orDie(
          decodeRows(
            yield* sql`
            select id, chat_id, topic, kind, subject, pin, text, keyboard::text, tries, earlier_id, anew
            from tributary.bot_outbox where due_at <= ${at(now)}::timestamptz and given_up_at is null order by id limit 200`
          )
        )
        const chats = Map.groupBy(rows, ({ chat_id }) => chat_id)
        yield* Effect.forEach(chats.values(), (own) => deliverChat(own, send), { concurrency: 8, discard: true })
        const [next] = yield* Effect.orDie(
          decodeNext(yield* sql`select min(due_at) as due_at from tributary.bot_outbox where given_up_at is null`)
        )
        due = next?.due_at?.getTime() ?? Number.POSITIVE_INFINITY
      }, turn.withPermit)

      return Outbox.of({
        inTurn,
        enqueue,
        giveUpNow,
        drop: Effect.fn("Outbox.drop")(function* ({ kind, subject }: About, chat?: number) {
          const inChat = chat === undefined ? sql`` : sql` and chat_id = ${BigInt(chat)}`
          yield* sql`
            delete from tributary.bot_outbox
            where kind = ${kind} and subject = ${subject} and given_up_at is null${inChat}`
        }),
        forget: Effect.fn("Outbox.forget")(function* ({ kind, subject }: About) {
          yield* sql`
            update tributary.bot_outbox set kind = null, subject = null
            where kind = ${kind} and subject = ${subject} and given_up_at is null`
        }),
        chats: Effect.fn("Outbox.chats")(function* ({ kind, subject }: About) {
          const rows = yield* sql`
            select chat_id, topic, kind, subject from tributary.bot_outbox
            where kind = ${kind} and subject = ${subject} and given_up_at is null`
          return (yield* Effect.orDie(decodeLost(rows))).map(placeOf)
        }),
        subjects: Effect.fn("Outbox.subjects")(function* (kind: string) {
          const rows = yield* sql`
            select chat_id, topic, kind, subject from tributary.bot_outbox where kind = ${kind} and given_up_at is null`
          return new Set((yield* Effect.orDie(decodeLost(rows))).flatMap(({ subject }) => subject ?? []))
        }),
        wake: Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          yield* sql`
            update tributary.bot_outbox set due_at = ${at(now)}::timestamptz
            where due_at > ${at(now)}::timestamptz and given_up_at is null`
          due = 0
        }),
        deliver: (send) => Effect.forever(Effect.andThen(round(send), Effect.sleep("1 second")))
      })
    })
  )
}

/** Whether a later attempt may succeed. */
export const isLater = ({ reason }: Pick<TelegramError, "reason">): boolean =>
  reason !== "refused" && reason !== "gone" && reason !== "unchanged"

const lifetime = Duration.hours(24)

/** How long the table remembers messages that were given up, and how long an edit waits. */
const known = Duration.days(7)

const pauses = { first: Duration.seconds(5), longest: Duration.minutes(10) }

const pauseAfter = ({ retryAfter }: Pick<TelegramError, "retryAfter">, tries: number): Duration.Duration =>
  retryAfter ?? Duration.min(pauses.longest, Duration.times(pauses.first, 2 ** Math.min(tries, 10)))

const Button = Schema.Struct({ text: Schema.String, callback_data: Schema.String })
const Row = Schema.Struct({
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
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
const decodeNext = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ due_at: Schema.NullOr(Schema.Date) })))
const decodeLost = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({
      chat_id: Schema.BigInt,
      topic: Schema.NullOr(Schema.BigInt),
      kind: Schema.NullOr(Schema.String),
      subject: Schema.NullOr(Schema.String)
    })
  )
)

const messageOf = ({
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
