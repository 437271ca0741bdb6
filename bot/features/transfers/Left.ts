/** What the last evenings left where it was: the log knows only what was sent, so this is kept beside it. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"

const subject = "transfers"

/** About a month. */
const evenings = 30

export const Left = Schema.Struct({
  skipped: Schema.Array(Schema.Struct({ restaurant: Schema.String, why: Schema.String })),
  unmatched: Schema.Array(
    Schema.Struct({
      restaurant: Schema.String,
      products: Schema.Array(Schema.Struct({ product: Schema.String, why: Schema.String }))
    })
  )
})
export type Left = typeof Left.Type

/** By day. */
const State = Schema.fromJsonString(Schema.Record(Schema.String, Left))
const decode = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ state: State })))
const encode = Schema.encodeEffect(State)

export const read = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select state::text as state from tributary.bot_told where subject = ${subject}`
  const [row] = yield* Effect.orDie(decode(rows))
  return row?.state ?? {}
})

/** A later run of the same evening stands in place of the one before. */
export const remember = Effect.fn("Left.remember")(function* (day: string, { skipped, unmatched }: Left) {
  const sql = yield* SqlClient.SqlClient
  const days = Object.entries({ ...(yield* read), [day]: { skipped, unmatched } })
  const kept = days.toSorted(([one], [other]) => other.localeCompare(one)).slice(0, evenings)
  const text = yield* Effect.orDie(encode(Object.fromEntries(kept)))
  yield* sql`
    insert into tributary.bot_told (subject, state) values (${subject}, ${text}::jsonb)
    on conflict (subject) do update set state = excluded.state`
})
