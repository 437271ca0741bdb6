/** What is stored of jobs: when each fires next, whether it is paused, and its last fire. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { JobDeclaration } from "../config/Job.ts"
import { type JobFire, JobRunStatus, toldBefore } from "./JobRun.ts"
import { decodeOwn } from "./Rows.ts"

const Plan = Schema.Struct({
  next_fire: Schema.NullOr(Schema.DateTimeUtcFromDate),
  paused: Schema.Boolean,
  paused_by: Schema.NullOr(Schema.String)
})
const decodePlans = decodeOwn(Plan)

export interface Plan {
  /** In the past: it is due. */
  readonly nextFire: DateTime.Utc | null
  readonly paused: boolean
  readonly pausedBy: string | null
}

/**
 * The stored next fire. One that is due stays until it is settled, however long the daemon was away; one to come is
 * worked out again, so that an edited schedule and a corrected clock count at once.
 */
export const plan = Effect.fn("JobStates.plan")(function* (job: JobDeclaration, now: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const next = job.schedule.next(now)
  const rows = yield* sql`
    insert into tributary.job_state as s (job, next_fire)
    values (${job.name}, ${next === null ? null : DateTime.formatIso(next)}::timestamptz)
    on conflict (job) do update set next_fire =
      case when s.next_fire <= ${DateTime.formatIso(now)}::timestamptz then s.next_fire else excluded.next_fire end
    returning next_fire, paused_at is not null as paused, paused_by`
  const [row] = yield* decodePlans(rows)
  return {
    nextFire: row?.next_fire ?? null,
    paused: row?.paused ?? false,
    pausedBy: row?.paused_by ?? null
  } satisfies Plan
})

/** Jobs that are not to fire owe nothing: enabled again, they begin anew. */
export const retireAllBut = Effect.fn("JobStates.retireAllBut")(function* (jobs: ReadonlyArray<JobDeclaration>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    update tributary.job_state set next_fire = null
    where next_fire is not null
      and job not in (select json_array_elements_text(${JSON.stringify(jobs.map(({ name }) => name))}::json))`
})

/** The same for one that is no longer declared. */
export const retire = Effect.fn("JobStates.retire")(function* (job: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`update tributary.job_state set next_fire = null where job = ${job}`
})

/** Fires of a paused job are recorded as skipped. */
export const pause = Effect.fn("JobStates.pause")(function* (job: string, actor: string | null) {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  yield* sql`
    insert into tributary.job_state as s (job, paused_at, paused_by) values (${job}, ${now}::timestamptz, ${actor})
    on conflict (job) do update set paused_at = excluded.paused_at, paused_by = excluded.paused_by
    where s.paused_at is null`
})

/** What came while it was paused is not made up for. */
export const resume = Effect.fn("JobStates.resume")(function* (job: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    update tributary.job_state set paused_at = null, paused_by = null, next_fire = null
    where job = ${job} and paused_at is not null`
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
        reasons: toldBefore(detail, reasons ?? [])
      }

/** By the name of the job. */
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
