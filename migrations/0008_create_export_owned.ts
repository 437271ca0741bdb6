import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The keys of the rows that an export left in its system, and where: what it may take away again. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.export_owned (
      connector text not null,
      export text not null,
      place text not null,
      keys jsonb not null,
      primary key (connector, export)
    )`
})
