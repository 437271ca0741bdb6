/** The outcome of the fires of jobs, including misfires. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "./DecodeRows.ts"

const Row = Schema.Struct({
  id: Schema.BigInt,
  job: Schema.String,
  scheduled_at: Schema.DateTimeUtcFromDate,
  started_at: Schema.NullOr(Schema.DateTimeUtcFromDate),
  finished_at: Schema.NullOr(Schema.DateTimeUtcFromDate),
  status: Schema.Literals(["running", "ok", "warning", "failed", "missed", "skipped"]),
  trigger: Schema.String,
  actor: Schema.NullOr(Schema.String),
  detail: Schema.NullOr(Schema.String),
  reasons: Schema.Array(Schema.Unknown)
})
export type LoggedJobRun = typeof Row.Type
const decodeRows = decodeOwn(Row)

/** Returns the last fires that were due since that time, oldest first. */
export const since = Effect.fn("JobLog.since")(function* (at: DateTime.Utc, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select id, job, scheduled_at, started_at, finished_at, status, trigger, actor, detail, reasons
    from tributary.job_run
    where scheduled_at >= ${DateTime.formatIso(at)}::timestamptz order by scheduled_at desc, id desc limit ${limit}`
  return (yield* decodeRows(rows)).toReversed()
})
