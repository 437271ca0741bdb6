/** Queries the state of the declared jobs, and of the connections to the database, for judging whether they are well. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import type { Schedule } from "../config/Schedule.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import type { Reason } from "../reason/Reason.ts"
import { allowance, type FireHistory } from "./Freshness.ts"
import { JobRunStatus, storedReasons } from "./JobRun.ts"
import { keyOf } from "./ScheduleStore.ts"

export interface WatchedJob extends FireHistory {
  /** The last fire that was not skipped. */
  readonly last: {
    readonly status: JobRunStatus
    readonly scheduledAt: DateTime.Utc
    readonly reasons: ReadonlyArray<Reason>
  } | null
}

const Time = Schema.NullOr(Schema.DateTimeUtcFromDate)

const decodeJobs = decodeOwn(
  Schema.Struct({
    job: Schema.String,
    paused: Schema.Boolean,
    since: Time,
    recorded: Schema.NullOr(Schema.Array(Schema.DateTimeUtcFromDate)),
    fired: Time,
    status: Schema.NullOr(JobRunStatus),
    scheduled_at: Time,
    detail: Schema.NullOr(Schema.String),
    reasons: Schema.NullOr(Schema.Array(Schema.Unknown))
  })
)

/** The number of newest recorded fires that are compared with the schedule. */
const maxRecorded = 50

/**
 * Returns the first fire after `since` that is not recorded. Usually nothing is recorded after `since`; a daemon with a
 * slow clock may have set it back. `recorded` has the newest first.
 */
const unrecorded = (schedule: Schedule, since: DateTime.Utc, recorded: ReadonlyArray<DateTime.Utc>) => {
  const known = new Set(recorded.map(DateTime.toEpochMillis))
  const oldest = recorded.length < maxRecorded ? undefined : recorded.at(-1)
  let fire = schedule.next(oldest ?? since)
  while (fire !== null && known.has(DateTime.toEpochMillis(fire))) fire = schedule.next(fire)
  return fire
}

/** Returns the state of the jobs by name; `now` is the time by which fires are due. */
export const jobs = Effect.fn("HealthQueries.jobs")(function* (
  declared: ReadonlyArray<JobDeclaration>,
  now: DateTime.Utc
) {
  const sql = yield* SqlClient.SqlClient
  const schedules = new Map(declared.map(({ name, schedule }) => [name, schedule]))
  const wanted = declared.map((job) => ({
    ...keyOf(job),
    until: DateTime.formatIso(DateTime.subtractDuration(now, allowance(job)))
  }))
  const rows = yield* sql`
    select w.job, s.paused_at is not null as paused, d.since,
      (select array_agg(r.scheduled_at) from (
        select r.scheduled_at from tributary.job_run as r
        where r.job = w.job and r.trigger = 'schedule' and r.scheduled_at > d.since
        order by r.scheduled_at desc limit ${maxRecorded}
      ) as r) as recorded,
      (select r.scheduled_at from tributary.job_run as r
        where r.job = w.job and r.trigger = 'schedule' and r.status <> 'skipped' and r.scheduled_at <= w.until
        order by r.scheduled_at desc limit 1) as fired,
      last.status, last.scheduled_at, last.detail, last.reasons
    from json_to_recordset(${JSON.stringify(wanted)}::json) as w(job text, pattern text, timezone text, until timestamptz)
    left join tributary.job_state as s on s.job = w.job
    left join tributary.job_schedule as d
      on (d.job, d.pattern, d.timezone) = (w.job, w.pattern, w.timezone)
    left join lateral (
      select r.status, r.scheduled_at, r.detail, r.reasons from tributary.job_run as r
      where r.job = w.job and r.status <> 'skipped' order by r.scheduled_at desc, r.id desc limit 1
    ) as last on true`
  const entries = (yield* decodeJobs(rows)).map(
    ({ detail, fired, job, paused, reasons, recorded, scheduled_at, since, status }): readonly [string, WatchedJob] => {
      const last =
        status === null || scheduled_at === null
          ? null
          : { status, scheduledAt: scheduled_at, reasons: storedReasons(detail, reasons ?? []) }
      const schedule = schedules.get(job)
      const stored = since === null || schedule === undefined ? null : unrecorded(schedule, since, recorded ?? [])
      return [job, { paused, stored, fired, last }]
    }
  )
  return new Map(entries)
})

const decodeConnections = decodeOwn(Schema.Struct({ active: Schema.Int, idle: Schema.Int, in_transaction: Schema.Int }))

/** Counts the connections of this daemon's role by state, including those of other daemons on the database. */
export const connections = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select count(*) filter (where state = 'active')::integer as active,
      count(*) filter (where state = 'idle')::integer as idle,
      count(*) filter (where state like 'idle in transaction%')::integer as in_transaction
    from pg_stat_activity
    where datname = current_database() and usename = current_user
      and application_name = current_setting('application_name')`
  return (yield* decodeConnections(rows))[0]
})
