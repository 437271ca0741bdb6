/** The stop list as it was told last: what is new is new to the people, also where the daemon was down in between. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Stopped } from "../../../connectors/iiko/stop-list/State.ts"

const subject = "stop-list"

const State = Schema.fromJsonString(Schema.Array(Stopped))
const decode = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ state: State })))
const encode = Schema.encodeEffect(State)

/** `undefined`: nothing was ever told. */
export const read = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select state::text as state from tributary.bot_told where subject = ${subject}`
  const [row] = yield* Effect.orDie(decode(rows))
  return row?.state
})

export const write = Effect.fn("Told.write")(function* (state: ReadonlyArray<Stopped>) {
  const sql = yield* SqlClient.SqlClient
  const text = yield* Effect.orDie(encode(state))
  yield* sql`
    insert into tributary.bot_told (subject, state) values (${subject}, ${text}::jsonb)
    on conflict (subject) do update set state = excluded.state`
})
