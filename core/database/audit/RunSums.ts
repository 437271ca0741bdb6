/** How the runs of an entity ended since a time, and what they changed. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "./DecodeRows.ts"

const Sums = Schema.Struct({
  completed: Schema.Int,
  failed: Schema.Int,
  inserted: Schema.Int,
  updated: Schema.Int,
  last_success: Schema.NullOr(Schema.Date)
})
const decode = decodeOwn(Sums)

export interface SumFilter {
  readonly connector: string
  readonly entity: string
  /** The ids of accounts. */
  readonly accounts: ReadonlyArray<string>
}

export const runSums = Effect.fn("RunSums.runSums")(function* (
  { accounts, connector, entity }: SumFilter,
  since: DateTime.Utc
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select count(*) filter (where l.status in ('ok', 'warning'))::integer as completed,
      count(*) filter (where l.status = 'failed')::integer as failed,
      coalesce(sum(l.inserted), 0)::integer as inserted, coalesce(sum(l.updated), 0)::integer as updated,
      max(l.finished_at) filter (where l.status in ('ok', 'warning')) as last_success
    from tributary.sync_log as l
    where l.connector = ${connector} and l.entity = ${entity} and l.started_at >= ${DateTime.formatIso(since)}::timestamptz
      and coalesce(l.account, '') = any (${[...accounts]}::text[])`
  const [sums] = yield* decode(rows)
  return sums ?? { completed: 0, failed: 0, inserted: 0, updated: 0, last_success: null }
})
