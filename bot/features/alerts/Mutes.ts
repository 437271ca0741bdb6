/** The chats that receive no new alerts, until when, and who muted them. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"

export interface Mute {
  readonly chat: number
  /** The kind of alert; an empty text means all kinds. */
  readonly kind: string
  readonly until: Date
  /** `null`: it was not recorded. */
  readonly actor: string | null
}

const decodeMutes = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({
      chat_id: Schema.BigInt,
      kind: Schema.String,
      until: Schema.Date,
      actor: Schema.NullOr(Schema.String)
    })
  )
)

/** Reads the mutes that have not expired. */
export const active = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  const rows = yield* sql`
    select chat_id, kind, until, actor from tributary.bot_mute where until > ${now}::timestamptz order by until`
  return (yield* Effect.orDie(decodeMutes(rows))).map(
    ({ chat_id, ...mute }): Mute => ({ chat: Number(chat_id), ...mute })
  )
})

export const set = Effect.fn("Mutes.set")(function* (
  chat: number,
  kind: string,
  until: DateTime.DateTime,
  actor: string
) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  yield* sql`
    with gone as (delete from tributary.bot_mute where until <= ${now}::timestamptz
      and (chat_id, kind) <> (${BigInt(chat)}, ${kind}))
    insert into tributary.bot_mute as m (chat_id, kind, until, actor)
    values (${BigInt(chat)}, ${kind}, ${DateTime.formatIso(until)}::timestamptz, ${actor})
    on conflict (chat_id, kind) do update set until = excluded.until, actor = excluded.actor`
})

export const clear = Effect.fn("Mutes.clear")(function* (chat: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`delete from tributary.bot_mute where chat_id = ${BigInt(chat)}`
})

/** Returns the chats that receive no alerts of a kind. */
export const mutedChats = (mutes: ReadonlyArray<Mute>, kind: string): ReadonlySet<number> =>
  new Set(mutes.flatMap((mute) => (mute.kind === "" || mute.kind === kind ? [mute.chat] : [])))

export const spans = ["hour", "tomorrow", "week"] as const
export type Span = (typeof spans)[number]

export const untilOf = (span: Span, now: DateTime.Utc, timezone: string): DateTime.DateTime => {
  if (span === "hour") return DateTime.add(now, { hours: 1 })
  if (span === "week") return DateTime.add(now, { days: 7 })
  const tomorrow = DateTime.add(DateTime.setZoneNamedUnsafe(now, timezone), { days: 1 })
  return DateTime.setParts(DateTime.startOf(tomorrow, "day"), { hour: 9 })
}
