/** The last notification about a subject, so that the next message can say what changed since, also after a restart. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"

export const make = <A, I>(subject: string, schema: Schema.Codec<A, I>) => {
  const State = Schema.fromJsonString(schema)
  const decode = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ state: State })))
  const encode = Schema.encodeEffect(State)

  /** Returns `undefined` if nothing was ever reported. */
  const read = Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`select state::text as state from tributary.bot_told where subject = ${subject}`
    const [row] = yield* Effect.orDie(decode(rows))
    return row?.state
  })

  const write = Effect.fn("NotificationState.write")(function* (state: A) {
    const sql = yield* SqlClient.SqlClient
    const text = yield* Effect.orDie(encode(state))
    yield* sql`
      insert into tributary.bot_told (subject, state) values (${subject}, ${text}::jsonb)
      on conflict (subject) do update set state = excluded.state`
  })

  return { read, write }
}
