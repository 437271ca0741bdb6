/**
 * Trims the tables that grow for ever. Rows that still matter stay, however old: running runs, the last run and the
 * last good run of each entity, the last run of each job, and runs whose withheld deletes wait for a decision.
 */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Trim, TrimmedTable } from "../config/Job.ts"
import { telling } from "../database/Audit.ts"
import { decodeOwn } from "./Rows.ts"

const kept: Readonly<Record<TrimmedTable, string>> = {
  sync_log: `
    select max(id) from tributary.sync_log where ${telling} group by connector, entity, account
    union all
    select max(id) from tributary.sync_log where status in ('ok', 'warning') and config_hash is not null
    group by connector, entity, account
    union all
    select run_id from tributary.pending_delete where status = 'open'`,
  job_run: "select max(id) from tributary.job_run group by job"
}

/** The column with the age of a row. */
const moment: Readonly<Record<TrimmedTable, string>> = { sync_log: "started_at", job_run: "scheduled_at" }

const decodeCounts = decodeOwn(Schema.Struct({ rows: Schema.BigInt }))

/** Returns the number of deleted rows; dependent rows (`sync_reject`, decided deletes) are deleted with them. */
export const trim = Effect.fn("Trim.trim")(function* ({ maxAge, maxRows, table }: Trim) {
  const sql = yield* SqlClient.SqlClient
  const oldest = maxAge && DateTime.subtractDuration(yield* DateTime.now, maxAge)
  const counts = yield* sql.unsafe(
    `with gone as (
      delete from tributary.${table}
      where status <> 'running' and id not in (${kept[table]}) and (${moment[table]} < $1::timestamptz
        -- "offset null" would be no offset at all
        or ($2::bigint is not null and id <= (select id from tributary.${table} order by id desc offset $2 limit 1)))
      returning 1)
    select count(*) as rows from gone`,
    [oldest === undefined ? null : DateTime.formatIso(oldest), maxRows ?? null]
  )
  const [row] = yield* decodeCounts(counts)
  return Number(row?.rows ?? 0)
})
