/**
 * Groups that became supergroups: Telegram refuses their old id and names the new one. Requests for the old id use the
 * new one from then on, also after a restart, though the configuration still names the old one.
 */
import { Context, Effect, FiberSet, Layer, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Transformer } from "grammy"
import { Telegram } from "./Telegram.ts"

export class MigratedGroups extends Context.Service<
  MigratedGroups,
  {
    /** Returns the current id of a chat. */
    readonly current: (chat: number) => number
    readonly note: (from: number, to: number) => Effect.Effect<void, SqlError.SqlError>
  }
>()("tributary/bot/telegram/MigratedGroups") {
  static readonly layer = Layer.effect(
    MigratedGroups,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const { bot } = yield* Telegram
      const promise = yield* FiberSet.runtimePromise(yield* FiberSet.make<unknown, unknown>())<never>()
      const moves = new Map<number, number>()

      const read = Effect.gen(function* () {
        const rows = yield* sql`select chat_id, to_chat_id from tributary.bot_moved`
        for (const { chat_id, to_chat_id } of yield* Effect.orDie(decodeRows(rows))) {
          moves.set(Number(chat_id), Number(to_chat_id))
        }
      })
      // If this read fails, Telegram's refusal teaches the new id again.
      yield* Effect.catch(read, (error) => Effect.logWarning("moved groups are not known", error.message))

      const current = (chat: number): number => {
        const to = moves.get(chat)
        return to === undefined ? chat : current(to)
      }

      const note = Effect.fn("MigratedGroups.note")(function* (from: number, to: number) {
        if (from === to || current(to) === from || moves.get(from) === to) return
        moves.set(from, to)
        const [old, now] = [BigInt(from), BigInt(to)]
        yield* Effect.annotateLogs(Effect.logInfo("a group has become a supergroup"), {
          service: "MigratedGroups",
          from,
          to
        })
        yield* sql.withTransaction(
          Effect.all([
            sql`
              insert into tributary.bot_moved as m (chat_id, to_chat_id) values (${old}, ${now})
              on conflict (chat_id) do update set to_chat_id = excluded.to_chat_id`,
            // The ids of messages belong to the old group; in the new one they identify other messages.
            sql`
              update tributary.bot_message as m set chat_id = ${now}, message_id = 0 where chat_id = ${old} and not exists (
                select from tributary.bot_message as o
                where o.chat_id = ${now} and o.kind = m.kind and o.subject = m.subject)`,
            sql`
              update tributary.bot_mute as m set chat_id = ${now} where chat_id = ${old} and not exists (
                select from tributary.bot_mute as o where o.chat_id = ${now} and o.kind = m.kind)`,
            sql`update tributary.bot_outbox set chat_id = ${now}, earlier_id = null where chat_id = ${old}`
          ])
        )
      })

      const follow: Transformer = async (call, method, payload, signal) => {
        const named = chatIn(payload)
        if (named === undefined) return await call(method, payload, signal)
        const asked = current(named)
        const answer = await call(method, asked === named ? payload : { ...payload, chat_id: asked }, signal)
        const to = answer.ok ? undefined : answer.parameters?.migrate_to_chat_id
        if (to === undefined || to === asked) return answer
        await promise(
          Effect.catch(note(asked, to), (error) => Effect.logWarning("a move could not be stored", error.message))
        )
        return await call(method, { ...payload, chat_id: to }, signal)
      }
      // Installed last, so that it runs first: each id has limits of its own.
      bot.api.config.use(follow)
      return MigratedGroups.of({ current, note })
    })
  )
}

const chatIn = (payload: unknown): number | undefined =>
  typeof payload === "object" && payload !== null && "chat_id" in payload && typeof payload.chat_id === "number"
    ? payload.chat_id
    : undefined

const decodeRows = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ chat_id: Schema.BigInt, to_chat_id: Schema.BigInt }))
)
