/**
 * Sessions in PostgreSQL, with the recently used ones in memory: a step needs no query before it answers, and writes
 * once afterwards if it changed anything. Only one bot runs at a time, so nobody else changes them.
 */
import { Context, DateTime, Duration, Effect, Layer, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { type Session, Session as SessionSchema } from "./ChatSession.ts"

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ key: Schema.String, value: Schema.String })))
const decodeSession = Schema.decodeUnknownOption(Schema.fromJsonString(SessionSchema))

export class Sessions extends Context.Service<
  Sessions,
  {
    /** Returns `undefined` if there is none, or if an older version stored one that this version cannot read. */
    readonly read: (key: string) => Effect.Effect<Session | undefined, SqlError.SqlError>
    readonly write: (key: string, session: Session) => Effect.Effect<void, SqlError.SqlError>
    readonly remove: (key: string) => Effect.Effect<void, SqlError.SqlError>
  }
>()("tributary/bot/session/Sessions") {
  static readonly layer = Layer.effect(
    Sessions,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      /** As text, so that a handler that mutates its session changes nothing here. */
      const stored = new Map<string, string | undefined>()

      const load = Effect.gen(function* () {
        const since = DateTime.formatIso(DateTime.subtractDuration(yield* DateTime.now, warm))
        const rows = yield* sql`
          select key, value::text from tributary.bot_session where changed_at > ${since}::timestamptz`
        for (const { key, value } of yield* Effect.orDie(decodeRows(rows))) {
          if (!stored.has(key)) stored.set(key, value)
        }
      })
      // Read once; if the database is away, the next caller tries again.
      const [loaded, forget] = yield* Effect.cachedInvalidateWithTTL(load, Duration.infinity)
      const warmed = Effect.tapError(loaded, () => forget)

      const find = Effect.fnUntraced(function* (key: string) {
        yield* warmed
        if (stored.has(key)) return stored.get(key)
        const [row] = yield* Effect.orDie(
          decodeRows(yield* sql`select key, value::text from tributary.bot_session where key = ${key}`)
        )
        stored.set(key, row?.value)
        return row?.value
      })

      return Sessions.of({
        read: Effect.fn("Sessions.read")(function* (key: string) {
          const text = yield* find(key)
          const session = text === undefined ? undefined : decodeSession(text)
          return session?._tag === "Some" ? { ...session.value, flows: { ...session.value.flows } } : undefined
        }),
        write: Effect.fn("Sessions.write")(function* (key: string, session: Session) {
          const text = JSON.stringify(session)
          if (stored.get(key) === text) return
          const now = DateTime.formatIso(yield* DateTime.now)
          yield* sql`
            insert into tributary.bot_session as s (key, value, changed_at)
            values (${key}, ${text}::jsonb, ${now}::timestamptz)
            on conflict (key) do update set value = excluded.value, changed_at = excluded.changed_at`
          stored.set(key, text)
        }),
        remove: Effect.fn("Sessions.remove")(function* (key: string) {
          stored.delete(key)
          yield* sql`delete from tributary.bot_session where key = ${key}`
        })
      })
    })
  )
}

/** A chat that was used within this time finds its session in memory immediately. */
const warm = Duration.days(30)
