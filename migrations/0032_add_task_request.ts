import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Tasks that sync: what was asked for, so that another process can begin again. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`alter table tributary.task add column request jsonb`
  yield* sql`create index task_account on tributary.task (account, created_at desc) where account is not null`
})
