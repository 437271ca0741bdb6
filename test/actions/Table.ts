/** A vendor whose memory is a table, so that it outlives the processes that act on it. */
import { PgConnection } from "@effect/sql-pg"
import { Effect, type Redacted } from "effect"
import type { Vendor } from "./Vendor.ts"

export const tableVendor = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const connection = yield* PgConnection.make({ url })
  const query = (statement: string, parameters: ReadonlyArray<unknown>) =>
    Effect.orDie(Effect.map(connection.query(statement, parameters), ({ rows }) => rows))
  yield* query("create table if not exists vendor (key text not null)", [])
  const times = (key: string) => Effect.map(query("select 1 from vendor where key = $1", [key]), ({ length }) => length)
  const vendor: Vendor = {
    apply: (key) => Effect.asVoid(query("insert into vendor values ($1)", [key])),
    find: (key) => Effect.map(times(key), (count) => (count === 0 ? undefined : { times: count }))
  }
  return { vendor, times }
})
