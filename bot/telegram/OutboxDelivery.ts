/** Sends the due messages of the outbox, in their order within a chat, and gives up those that have waited too long. */
import { Clock, Duration, Effect, Semaphore } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import * as Rows from "./OutboxRows.ts"
import type { TelegramError } from "./Telegram.ts"

const { isoTime } = Rows

export type Deliver = (message: Rows.OutgoingMessage) => Effect.Effect<unknown, TelegramError | SqlError.SqlError>

type InTurn = (chat: number) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Runs the effects of a chat one after the other. */
export const makeTurns = (): InTurn => {
  const turns = new Map<number, Semaphore.Semaphore>()
  return (chat) => (effect) => {
    const turn = turns.get(chat) ?? Semaphore.makeUnsafe(1)
    turns.set(chat, turn)
    return turn.withPermit(effect)
  }
}

/** Deletes the text of a message that is given up. */
const givenUp = (sql: SqlClient.SqlClient, now: number) =>
  sql`given_up_at = ${isoTime(now)}::timestamptz, text = '', keyboard = '[]'`

/** Sends the due messages once. Returns when the next one is due. */
export const makeRound = Effect.fnUntraced(function* (inTurn: InTurn) {
  const sql = yield* SqlClient.SqlClient
  const giveUp = yield* makeGiveUp
  const deliverChat = yield* makeDeliverChat(inTurn)
  return Effect.fnUntraced(function* (send: Deliver, now: number) {
    yield* giveUp(now)
    const rows = yield* Effect.orDie(
      Rows.decodeRows(
        yield* sql`
          select id, chat_id, topic, kind, subject, pin, text, keyboard::text, tries, earlier_id, anew
          from tributary.bot_outbox where due_at <= ${isoTime(now)}::timestamptz and given_up_at is null order by id limit 200`
      )
    )
    const chats = Map.groupBy(rows, ({ chat_id }) => chat_id)
    yield* Effect.forEach(chats.values(), (own) => deliverChat(own, send), { concurrency: 8, discard: true })
    const [next] = yield* Effect.orDie(
      Rows.decodeNext(yield* sql`select min(due_at) as due_at from tributary.bot_outbox where given_up_at is null`)
    )
    return next?.due_at?.getTime() ?? Number.POSITIVE_INFINITY
  })
})

const makeGiveUp = Effect.map(SqlClient.SqlClient, (sql) => {
  return Effect.fnUntraced(function* (now: number) {
    const rows = yield* sql`
      with forgotten as (
        delete from tributary.bot_outbox where given_up_at <= ${isoTime(now - Duration.toMillis(Rows.rememberedFor))}::timestamptz
      )
      update tributary.bot_outbox set ${givenUp(sql, now)}
      where given_up_at is null and made_at <= case
        when earlier_id is null or anew then ${isoTime(now - Duration.toMillis(Rows.messageLifetime))}::timestamptz
        else ${isoTime(now - Duration.toMillis(Rows.rememberedFor))}::timestamptz end
      returning chat_id, topic, kind, subject`
    for (const { chat_id, kind, subject } of yield* Effect.orDie(Rows.decodeLost(rows))) {
      yield* Effect.annotateLogs(Effect.logError("a message was not delivered in time and is given up"), {
        chat: Number(chat_id),
        about: `${kind ?? "message"} ${subject ?? ""}`.trim()
      })
    }
  })
})

const makeDeliverChat = Effect.fnUntraced(function* (inTurn: InTurn) {
  const sql = yield* SqlClient.SqlClient

  /** All messages of a chat wait as long as its first one. */
  const postpone = (chat: number, until: number) => sql`
    update tributary.bot_outbox set due_at = greatest(due_at, ${isoTime(until)}::timestamptz), tries = tries + 1
    where chat_id = ${BigInt(chat)}`

  return Effect.fnUntraced(function* (rows: ReadonlyArray<typeof Rows.Row.Type>, send: Deliver) {
    for (const row of rows) {
      const message = Rows.messageOf(row)
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
      if (!Rows.isRetryable(failed)) {
        yield* Effect.logWarning("a message that waited cannot be sent", failed.message)
        yield* sql`update tributary.bot_outbox set ${givenUp(sql, yield* Clock.currentTimeMillis)} where id = ${row.id}`
        continue
      }
      const now = yield* Clock.currentTimeMillis
      return yield* postpone(message.chat, now + Duration.toMillis(Rows.pauseAfter(failed, row.tries + 1)))
    }
  })
})
