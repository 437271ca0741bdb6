/** The stored state of jobs: whether each is paused, and its last fire. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { dueTime } from "./DueClock.ts"
import { type JobFire, JobRunStatus, storedReasons } from "./JobRun.ts"

/** Pauses a job; its fires are recorded as skipped. */
export const pause = Effect.fn("JobStates.pause")(function* (job: string, actor: string | null) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  yield* sql`
    insert into tributary.job_state as s (job, paused_at, paused_by) values (${job}, ${now}::timestamptz, ${actor})
    on conflict (job) do update set paused_at = excluded.paused_at, paused_by = excluded.paused_by
    where s.paused_at is null`
})

/** Resumes a job; fires during the pause are not made up for. */
export const resume = Effect.fn("JobStates.resume")(function* (job: string) {
  const sql = yield* SqlClient.SqlClient
  // A time ahead of the database's would skip fires that are yet to come.
  const now = DateTime.formatIso(yield* dueTime)
  yield* sql`
    with resumed as (
      update tributary.job_state set paused_at = null, paused_by = null
      where job = ${job} and paused_at is not null returning job
    )
    update tributary.job_schedule as s set since = greatest(s.since, ${now}::timestamptz)
    from resumed as r where s.job = r.job`
})

const Stored = Schema.Struct({
  job: Schema.String,
  paused: Schema.Boolean,
  scheduled_at: Schema.NullOr(Schema.DateTimeUtcFromDate),
  started_at: Schema.NullOr(Schema.DateTimeUtcFromDate),
  finished_at: Schema.NullOr(Schema.DateTimeUtcFromDate),
  status: Schema.NullOr(JobRunStatus),
  detail: Schema.NullOr(Schema.String),
  reasons: Schema.NullOr(Schema.Array(Schema.Unknown))
})
const decodeStored = decodeOwn(Stored)

const fireOf = ({
  detail,
  finished_at,
  reasons,
  scheduled_at,
  started_at,
  status
}: typeof Stored.Type): JobFire | null =>
  scheduled_at === null || status === null
    ? null
    : {
        scheduledAt: scheduled_at,
        startedAt: started_at,
        finishedAt: finished_at,
        status,
        detail,
        reasons: storedReasons(detail, reasons ?? [])
      }

/** Returns the states by the name of the job. */
export const read = Effect.fn("JobStates.read")(function* (jobs: ReadonlyArray<JobDeclaration>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select w.job, coalesce(s.paused_at is not null, false) as paused,
      r.scheduled_at, r.started_at, r.finished_at, r.status, r.detail, r.reasons
    from json_array_elements_text(${JSON.stringify(jobs.map(({ name }) => name))}::json) as w(job)
    left join tributary.job_state as s on s.job = w.job
    left join lateral (
      select * from tributary.job_run as r where r.job = w.job order by r.scheduled_at desc, r.id desc limit 1
    ) as r on true`
  return new Map((yield* decodeStored(rows)).map((row) => [row.job, { paused: row.paused, lastFire: fireOf(row) }]))
})
