import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // Chosen by the author: a second submission under the same token is the same write-off.
  yield* sql`alter table tributary.iiko_writeoff add column token text`
  yield* sql`
    create unique index iiko_writeoff_token on tributary.iiko_writeoff (connector, author, token) where token is not null`
})
