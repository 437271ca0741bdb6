/**
 * The queue of what is due: schedules of active accounts, the most overdue in relation to its period first, so that what fires
 * every few minutes does not wait for what fires once a week. Whoever moves the next fire has the present one.
 */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { json } from "../database/tables/StorableText.ts"
import type { Reason } from "../reason/Reason.ts"
import { type AccountSchedule, columns, decode } from "./ScheduleRows.ts"

/** A schedule whose time has come. */
export interface DueSchedule extends AccountSchedule {
  readonly nextFire: DateTime.Utc
}

const isDue = (schedule: AccountSchedule): schedule is DueSchedule => schedule.nextFire !== null

const from = `tributary.schedule as s join tributary.account as a on a.id = s.account and a.status = 'active'
  where s.enabled and s.next_fire is not null`

/** Those that fire. */
export const inForce = Effect.fn("DueSchedules.inForce")(function* (connectors: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${sql.literal(columns)} from ${sql.literal(from)}
      and s.connector in (select jsonb_array_elements_text(${json(connectors)}::jsonb))`
  return yield* decode(rows)
})

/** At most `most` of them, without those that run here. */
export const due = Effect.fn("DueSchedules.due")(function* (
  connector: string,
  now: DateTime.Utc,
  running: ReadonlyArray<string>,
  most: number
) {
  const sql = yield* SqlClient.SqlClient
  const at = DateTime.formatIso(now)
  const rows = yield* sql`
    select ${sql.literal(columns)} from ${sql.literal(from)} and s.connector = ${connector}
      and s.next_fire <= ${at}::timestamptz
      and s.id not in (select jsonb_array_elements_text(${json(running)}::jsonb)::uuid)
    order by extract(epoch from ${at}::timestamptz - s.next_fire) / extract(epoch from s.period) desc, s.next_fire, s.id
    limit ${most}`
  return (yield* decode(rows)).filter(isDue)
})

const decodeIds = decodeOwn(Schema.Struct({ id: Schema.String }))

/** Claims fires by moving them on; returns the ids of those that no other daemon has claimed. */
export const claim = Effect.fn("DueSchedules.claim")(function* (
  fires: ReadonlyArray<{ readonly schedule: DueSchedule; readonly next: DateTime.Utc | null }>,
  now: DateTime.Utc
) {
  const sql = yield* SqlClient.SqlClient
  const wanted = fires.map(({ next, schedule }) => ({
    id: schedule.id,
    due: DateTime.formatIso(schedule.nextFire),
    next: next === null ? null : DateTime.formatIso(next)
  }))
  const rows = yield* sql`
    update tributary.schedule as s set next_fire = w.next, last_run = ${DateTime.formatIso(now)}::timestamptz
    from jsonb_to_recordset(${json(wanted)}::jsonb) as w(id uuid, due timestamptz, next timestamptz)
    where s.id = w.id and s.enabled and date_trunc('milliseconds', s.next_fire) = w.due
    returning s.id`
  return new Set((yield* decodeIds(rows)).map(({ id }) => id))
})

export interface RunEnd {
  readonly success: boolean
  /** Why it failed. */
  readonly why: Reason | undefined
}

/** Stores how a run has ended. */
export const finish = Effect.fn("DueSchedules.finish")(function* (
  id: string,
  { success: isSuccess, why }: RunEnd,
  at: DateTime.Utc
) {
  const sql = yield* SqlClient.SqlClient
  const success = isSuccess ? DateTime.formatIso(at) : null
  yield* sql`
    update tributary.schedule
    set reason = ${why === undefined ? null : json(why)}::jsonb, last_success = coalesce(${success}::timestamptz, last_success)
    where id = ${id}::uuid`
})

const decodeNext = decodeOwn(Schema.Struct({ next_fire: Schema.NullOr(Schema.DateTimeUtcFromDate) }))

/** The earliest fire of these connectors, due or to come. */
export const nextFire = Effect.fn("DueSchedules.nextFire")(function* (
  connectors: ReadonlyArray<string>,
  running: ReadonlyArray<string>
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select min(s.next_fire) as next_fire from ${sql.literal(from)}
      and s.connector in (select jsonb_array_elements_text(${json(connectors)}::jsonb))
      and s.id not in (select jsonb_array_elements_text(${json(running)}::jsonb)::uuid)`
  return (yield* decodeNext(rows))[0]?.next_fire ?? null
})
