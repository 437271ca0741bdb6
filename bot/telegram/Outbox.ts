/**
 * Messages that Telegram has not accepted yet: they are sent as soon as it does, in order within a chat. A newer
 * message about a subject replaces an older one. A message that could not be delivered within a day (an edit: within a
 * week), or that Telegram refuses for good, is given up: this is logged, and its destination is known for a week.
 */
import { Clock, Context, Duration, Effect, Layer, Semaphore } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { type Destination, placeOf } from "./Destination.ts"
import { type Deliver, makeRound, makeTurns } from "./OutboxDelivery.ts"
import { decodeLost, isoTime, type OutgoingMessage, pauseAfter } from "./OutboxRows.ts"
import type { TelegramError } from "./Telegram.ts"

export { type EarlierMessage, isRetryable, type OutgoingMessage } from "./OutboxRows.ts"

type Answer<A> = Effect.Effect<A, SqlError.SqlError>
type About = NonNullable<OutgoingMessage["about"]>

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
      const inTurn = makeTurns()
      const deliverDue = yield* makeRound(inTurn)
      /** When the next message is due; 0: not known yet. */
      let due = 0

      const round = Effect.fnUntraced(function* (send: Deliver) {
        const now = yield* Clock.currentTimeMillis
        if (now >= due) due = yield* deliverDue(send, now)
      }, turn.withPermit)

      return Outbox.of({
        ...makeQueries(sql),
        inTurn,
        enqueue: Effect.fn("Outbox.enqueue")(function* (message: OutgoingMessage, error: TelegramError) {
          const next = yield* insertWaiting(sql, message, error)
          due = Math.min(due, next)
        }),
        giveUpNow: Effect.fn("Outbox.giveUpNow")(function* (message: OutgoingMessage) {
          yield* insertGivenUp(sql, message)
          // The next round gives up messages that are too old.
          due = 0
        }),
        wake: Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          yield* sql`
            update tributary.bot_outbox set due_at = ${isoTime(now)}::timestamptz
            where due_at > ${isoTime(now)}::timestamptz and given_up_at is null`
          due = 0
        }),
        deliver: (send) => Effect.forever(Effect.andThen(round(send), Effect.sleep("1 second")))
      })
    })
  )
}

/** Returns when the message is due. */
const insertWaiting = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  message: OutgoingMessage,
  error: TelegramError
) {
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
      ${isoTime(now)}::timestamptz, ${isoTime(next)}::timestamptz, 0, ${earlierId}, ${anew})`
  return next
})

const insertGivenUp = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { about, chat, pin, topic }: OutgoingMessage
) {
  const now = isoTime(yield* Clock.currentTimeMillis)
  const [kind, subject] = [about?.kind ?? null, about?.subject ?? null]
  yield* sql`
    insert into tributary.bot_outbox
      (chat_id, topic, kind, subject, pin, text, keyboard, made_at, due_at, tries, given_up_at)
    values (${BigInt(chat)}, ${topic ?? null}, ${kind}, ${subject}, ${pin}, '', '[]', ${now}::timestamptz,
      ${now}::timestamptz, 0, ${now}::timestamptz)`
})

const makeQueries = (sql: SqlClient.SqlClient) => ({
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
  })
})
