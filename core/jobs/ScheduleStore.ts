/**
 * The schedules in the database, shared by all daemons on it. A daemon adds and removes its own declarations, under its
 * name. Due schedules are claimed with `for update skip locked`, so that each daemon takes those that no other is
 * handling.
 */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"

export interface Key {
  readonly job: string
  readonly pattern: string
  readonly timezone: string
}

export interface ScheduleStatus {
  /** The time up to which every fire has run or is recorded. */
  readonly since: DateTime.Utc
  /** The time to handle the next fire, its jitter included; `null` if there is none. */
  readonly next: DateTime.Utc | null
}

export interface Row extends Key, ScheduleStatus {}

export interface ClaimedSchedule extends Row {
  readonly paused: boolean
  readonly pausedBy: string | null
}

export const keyOf = ({ name, schedule }: JobDeclaration): Key => ({
  job: name,
  pattern: schedule.pattern,
  timezone: schedule.timezone
})

export const isSameKey = (one: Key, other: Key): boolean =>
  one.job === other.job && one.pattern === other.pattern && one.timezone === other.timezone

const columns = {
  job: Schema.String,
  pattern: Schema.String,
  timezone: Schema.String,
  since: Schema.DateTimeUtcFromDate,
  next_fire: Schema.NullOr(Schema.DateTimeUtcFromDate)
}
const decodeRows = decodeOwn(Schema.Struct(columns))
const decodeClaimed = decodeOwn(
  Schema.Struct({ ...columns, paused: Schema.Boolean, paused_by: Schema.NullOr(Schema.String) })
)

const stored = ({ job, next, pattern, since, timezone }: Row) => ({
  job,
  pattern,
  timezone,
  since: DateTime.formatIso(since),
  next_fire: next === null ? null : DateTime.formatIso(next)
})

const keys = "(job text, pattern text, timezone text)"
const rows = "(job text, pattern text, timezone text, since timestamptz, next_fire timestamptz)"

/**
 * Replaces the daemon's declarations. A schedule that nobody had declared starts with the given status. Schedules that
 * this daemon had declared for a removed job go, whatever they owed. An older schedule of an existing job stays until
 * `removeUndeclared`.
 */
const declareStatement = `
with wanted as materialized (
  select * from json_to_recordset($1::json) as w${rows}
), gone as materialized (
  select s.job, s.pattern, s.timezone from tributary.job_schedule as s
  where $2::text = any (s.declared_by) and not exists (select from wanted as w where w.job = s.job)
), removed as (
  delete from tributary.job_schedule as s using gone as g
  where (s.job, s.pattern, s.timezone) = (g.job, g.pattern, g.timezone) and s.declared_by = array[$2::text]
), left_to_others as (
  update tributary.job_schedule as s set declared_by = array_remove(s.declared_by, $2::text) from gone as g
  where (s.job, s.pattern, s.timezone) = (g.job, g.pattern, g.timezone) and s.declared_by <> array[$2::text]
), before as materialized (
  -- What a daemon of before there was this table had planned, and perhaps was not there for.
  select b.job, b.next_fire from tributary.job_state as b join wanted as w on w.job = b.job
  where b.next_fire is not null
), taken_over as (
  update tributary.job_state as s set next_fire = null from before as b where b.job = s.job
)
insert into tributary.job_schedule as s (job, pattern, timezone, since, next_fire, declared_by)
select w.job, w.pattern, w.timezone, least(w.since, b.next_fire - interval '1 second'), least(w.next_fire, b.next_fire),
  array[$2::text]
from wanted as w left join before as b on b.job = w.job
on conflict (job, pattern, timezone) do update set declared_by = array_append(s.declared_by, $2::text)
where not $2::text = any (s.declared_by)`

export const declare = Effect.fn("ScheduleStore.declare")(function* (daemon: string, wanted: ReadonlyArray<Row>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(declareStatement, [JSON.stringify(wanted.map(stored)), daemon])
})

/** Returns the schedules that the daemon declares or has declared. */
export const read = Effect.fn("ScheduleStore.read")(function* (daemon: string) {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql`
    select job, pattern, timezone, since, next_fire from tributary.job_schedule where ${daemon} = any (declared_by)`
  return (yield* decodeRows(found)).map(({ next_fire: next, ...row }): Row => ({ ...row, next }))
})

const claimStatement = `
select s.job, s.pattern, s.timezone, s.since, s.next_fire, p.paused_at is not null as paused, p.paused_by
from json_to_recordset($1::json) as w(job text, pattern text, timezone text, leaves boolean)
join tributary.job_schedule as s on (s.job, s.pattern, s.timezone) = (w.job, w.pattern, w.timezone)
left join tributary.job_state as p on p.job = s.job
where w.leaves or s.next_fire <= $2::timestamptz or s.since > $2::timestamptz
order by s.next_fire
for update of s skip locked`

/**
 * Claims schedules that no other daemon is handling, until the transaction ends: those of `due` that are due or have a
 * `since` in the future, and all of `leaving`.
 */
export const claim = Effect.fn("ScheduleStore.claim")(function* (
  due: ReadonlyArray<Key>,
  leaving: ReadonlyArray<Key>,
  now: DateTime.Utc
) {
  const sql = yield* SqlClient.SqlClient
  const wanted = [...due.map((key) => ({ ...key, leaves: false })), ...leaving.map((key) => ({ ...key, leaves: true }))]
  const found = yield* sql.unsafe(claimStatement, [JSON.stringify(wanted), DateTime.formatIso(now)])
  return (yield* decodeClaimed(found)).map(
    ({ next_fire: next, paused_by: pausedBy, ...row }): ClaimedSchedule => ({ ...row, next, pausedBy })
  )
})

/** Stores the new status of claimed schedules. */
export const advance = Effect.fn("ScheduleStore.advance")(function* (settled: ReadonlyArray<Row>) {
  if (settled.length === 0) return
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(
    `update tributary.job_schedule as s set since = w.since, next_fire = w.next_fire
    from json_to_recordset($1::json) as w${rows}
    where (s.job, s.pattern, s.timezone) = (w.job, w.pattern, w.timezone)`,
    [JSON.stringify(settled.map(stored))]
  )
})

/** Removes schedules that the daemon no longer declares and whose owed fires are handled. */
export const removeUndeclared = Effect.fn("ScheduleStore.removeUndeclared")(function* (
  daemon: string,
  left: ReadonlyArray<Key>
) {
  if (left.length === 0) return
  const sql = yield* SqlClient.SqlClient
  const those = `(s.job, s.pattern, s.timezone) in (select * from json_to_recordset($1::json) as w${keys})`
  yield* sql.unsafe(
    `with removed as (
      delete from tributary.job_schedule as s where s.declared_by = array[$2::text] and ${those}
    )
    update tributary.job_schedule as s set declared_by = array_remove(s.declared_by, $2::text)
    where s.declared_by <> array[$2::text] and ${those}`,
    [JSON.stringify(left), daemon]
  )
})
