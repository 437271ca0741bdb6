/** Queries the state of the declared jobs and entities, for judging whether they are well. */
import { DateTime, Duration, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { entityId } from "../config/Entity.ts"
import type { JobDeclaration } from "../config/Job.ts"
import { telling } from "../database/audit/Audit.ts"
import { type Reason, stored } from "../reason/Reason.ts"
import { dueTime } from "./DueClock.ts"
import {
  allowance,
  type DeclaredJobs,
  type EntityHistory,
  type FireHistory,
  type Freshness,
  freshnessOf,
  jobsOf
} from "./Freshness.ts"
import { JobRunStatus, toldBefore } from "./JobRun.ts"
import { decodeOwn } from "./Rows.ts"
import { keyOf } from "./ScheduleStore.ts"

export interface WatchedJob extends FireHistory {
  /** The last fire that was not skipped. */
  readonly last: {
    readonly status: JobRunStatus
    readonly scheduledAt: DateTime.Utc
    readonly reasons: ReadonlyArray<Reason>
  } | null
}

export interface WatchedEntity extends Freshness, EntityHistory {
  /** The number of rows whose delete waits for a decision. */
  readonly pending: number
  /** The reason of the latest pending delete. */
  readonly reason: Reason | null
  /** The reason of the last run's failure, if it failed. */
  readonly failure: Reason | null
  /** Undeclared fields that are new in its source and still news, and declared columns that vanished from it. */
  readonly appeared: ReadonlyArray<string>
  readonly vanished: ReadonlyArray<string>
}

const Time = Schema.NullOr(Schema.DateTimeUtcFromDate)

const decodeJobs = decodeOwn(
  Schema.Struct({
    job: Schema.String,
    paused: Schema.Boolean,
    since: Time,
    fired: Time,
    status: Schema.NullOr(JobRunStatus),
    scheduled_at: Time,
    detail: Schema.NullOr(Schema.String),
    reasons: Schema.NullOr(Schema.Array(Schema.Unknown))
  })
)

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
  const standings = (yield* decodeJobs(rows)).map(
    ({ detail, fired, job, paused, reasons, scheduled_at, since, status }): readonly [string, WatchedJob] => {
      const last =
        status === null || scheduled_at === null
          ? null
          : { status, scheduledAt: scheduled_at, reasons: toldBefore(detail, reasons ?? []) }
      const stored = since === null ? null : (schedules.get(job)?.next(since) ?? null)
      return [job, { paused, stored, fired, last }]
    }
  )
  return new Map(standings)
})

const Since = Schema.NullOr(Schema.Record(Schema.String, Schema.DateTimeUtcFromString))

const decodeEntities = decodeOwn(
  Schema.Struct({
    id: Schema.String,
    fresh_at: Time,
    first_by_job: Time,
    pending: Schema.Int,
    reason: Schema.NullOr(Schema.String),
    reasons: Schema.NullOr(Schema.Array(Schema.Unknown)),
    error: Schema.NullOr(Schema.String),
    error_reason: Schema.Unknown,
    appeared: Since,
    vanished: Since
  })
)

/** Returns the jobs by name and the entities by id, at the time by which fires are due. */
export const read = Effect.fn("HealthQueries.read")(function* (declared: DeclaredJobs) {
  const sql = yield* SqlClient.SqlClient
  const now = yield* dueTime
  const selecting = yield* jobsOf(declared)
  const wanted = declared.entities.map((entity) => {
    const id = entityId(entity)
    return { id, connector: entity.connector, entity: entity.name, selected: selecting.has(id) }
  })
  // Audit rows of decisions about deletes have no configuration hash: they refreshed nothing.
  const asked = sql`
    select w.id,
      (select l.finished_at from tributary.sync_log as l where l.connector = w.connector and l.entity = w.entity
        and l.status in ('ok', 'warning') and l.config_hash is not null order by l.id desc limit 1) as fresh_at,
      case when w.selected then (select l.started_at from tributary.sync_log as l
        where l.connector = w.connector and l.entity = w.entity and l.trigger = 'job' order by l.id limit 1)
      end as first_by_job,
      p.pending, p.reason, p.reasons, last.error, last.error_reason, d.appeared, d.vanished
    from json_to_recordset(${JSON.stringify(wanted)}::json)
      as w(id text, connector text, entity text, selected boolean)
    cross join lateral (
      select coalesce(sum(p.total), 0)::integer as pending, (array_agg(p.reason order by p.id desc))[1] as reason,
        (array_agg(p.reasons order by p.id desc))[1] as reasons
      from tributary.pending_delete as p
      where p.connector = w.connector and p.entity = w.entity and p.status = 'open'
    ) as p
    left join lateral (
      select l.error, l.error_reason from (select * from tributary.sync_log as l
        where l.connector = w.connector and l.entity = w.entity and l.status <> 'running' and ${sql.literal(telling)}
        order by l.id desc limit 1) as l where l.status = 'failed'
    ) as last on true
    left join tributary.source_fields as d on d.connector = w.connector and d.entity = w.entity and d.account = ''`
  const [standing, rows] = yield* Effect.all([jobs(declared.jobs, now), asked], { concurrency: 2 })
  const entities = (yield* decodeEntities(rows)).map(
    ({
      appeared,
      error,
      error_reason,
      first_by_job: firstByJob,
      fresh_at: freshAt,
      id,
      pending,
      reason,
      reasons,
      vanished
    }): readonly [string, WatchedEntity] => {
      const refreshed = { freshAt, firstByJob }
      const fresh = freshnessOf(selecting.get(id) ?? [], (job) => standing.get(job), refreshed, now)
      const why = reason === null ? null : stored(reasons?.[0], reason)
      const failure = error === null ? null : stored(error_reason, error)
      const news = Object.entries(appeared ?? {}).flatMap(([name, since]) => (isNews(since, now) ? [name] : []))
      const fields = { appeared: news, vanished: Object.keys(vanished ?? {}) }
      return [id, { ...fresh, ...refreshed, pending, reason: why, failure, ...fields }]
    }
  )
  return { now, jobs: standing, entities: new Map(entities) }
})

/** The time for which an undeclared field is news; afterwards it counts as known. */
const newsFor = Duration.days(7)

const isNews = (since: DateTime.Utc, now: DateTime.Utc): boolean =>
  DateTime.isGreaterThan(DateTime.addDuration(since, newsFor), now)

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
