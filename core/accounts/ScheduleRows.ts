/** The rows of `tributary.schedule`. A change by somebody and its line in `tributary.account_event` are one statement. */
import { DateTime, Duration, Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { AccountRef } from "../config/Account.ts"
import { durationText } from "../config/schema/Scalars.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { json } from "../database/tables/StorableText.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { isReason, type Reason, reason } from "../reason/Reason.ts"
import { AccountStatus } from "./AccountRows.ts"
import type { Cadence } from "./Cadence.ts"

export interface AccountSchedule {
  readonly id: string
  readonly connector: string
  readonly account: AccountRef
  /** It fires while the account is active. */
  readonly accountStatus: AccountStatus
  /** Null: all of the connector. */
  readonly entities: ReadonlyArray<string> | null
  readonly cadence: Cadence
  readonly enabled: boolean
  readonly nextFire: DateTime.Utc | null
  /** When it was switched on, or its account became active again: earlier fires promised nothing. */
  readonly since: DateTime.Utc
  readonly lastRun: DateTime.Utc | null
  readonly lastSuccess: DateTime.Utc | null
  /** Why the last run was no success. */
  readonly reason: Reason | null
  readonly createdAt: DateTime.Utc
  readonly createdBy: string | null
}

const time = Schema.NullOr(Schema.DateTimeUtcFromDate)
const text = Schema.NullOr(Schema.String)

const Row = Schema.Struct({
  ...{ id: Schema.String, connector: Schema.String, account: Schema.String, owner: Schema.String, name: Schema.String },
  status: AccountStatus,
  entities: Schema.NullOr(Schema.Array(Schema.String)),
  every_ms: Schema.NullOr(Schema.Finite),
  cron: text,
  timezone: Schema.String,
  enabled: Schema.Boolean,
  since: Schema.DateTimeUtcFromDate,
  ...{ next_fire: time, last_run: time, last_success: time },
  reason: Schema.Unknown,
  created_at: Schema.DateTimeUtcFromDate,
  created_by: text
})
const decodeRows = decodeOwn(Row)

const scheduleOf = ({ account, name, owner, reason: why, ...row }: typeof Row.Type): AccountSchedule => ({
  id: row.id,
  connector: row.connector,
  account: { id: account, owner, name },
  accountStatus: row.status,
  entities: row.entities,
  cadence:
    row.cron === null
      ? { _tag: "Every", every: Duration.millis(row.every_ms ?? 0) }
      : { _tag: "Cron", pattern: row.cron, timezone: row.timezone },
  enabled: row.enabled,
  nextFire: row.next_fire,
  since: row.since,
  lastRun: row.last_run,
  lastSuccess: row.last_success,
  reason: why === null ? null : isReason(why) ? why : reason("unsaid"),
  createdAt: row.created_at,
  createdBy: row.created_by
})

export const decode = (rows: unknown) => Effect.map(decodeRows(rows), (decoded) => decoded.map(scheduleOf))

/** Of a schedule `s` and its account `a`. */
export const columns = `s.id, s.connector, s.account, a.owner, a.name, a.status, s.entities,
  (extract(epoch from s.every) * 1000)::double precision as every_ms, s.cron, s.timezone, s.enabled, s.next_fire, s.last_run,
  coalesce(s.since, s.created_at) as since, s.last_success, s.reason, s.created_at, s.created_by`

const stamp = (at: DateTime.Utc | null): string | null => (at === null ? null : DateTime.formatIso(at))

/** For the audit. */
const wordsOf = ({ cadence, entities }: Pick<AccountSchedule, "cadence" | "entities">): Reason =>
  reason("schedule.is", {
    entities: entities === null ? "*" : entities.join(", "),
    when: cadence._tag === "Every" ? durationText(cadence.every) : cadence.pattern
  })

/** Which schedules are looked for; absent: whichever. */
export interface ScheduleFilter {
  readonly id?: string | undefined
  readonly connector?: string | undefined
  readonly account?: string | undefined
}

export const list = Effect.fn("ScheduleRows.list")(function* (filter: ScheduleFilter = {}) {
  const sql = yield* SqlClient.SqlClient
  const [id, connector, account] = [filter.id ?? null, filter.connector ?? null, filter.account ?? null]
  const rows = yield* sql`
    select ${sql.literal(columns)} from tributary.schedule as s join tributary.account as a on a.id = s.account
    where (${id}::uuid is null or s.id = ${id}::uuid) and (${connector}::text is null or s.connector = ${connector})
      and (${account}::uuid is null or s.account = ${account}::uuid)
    order by s.connector, a.owner, a.name, s.created_at, s.id`
  return yield* decode(rows)
})

export interface Change {
  readonly event: "schedule added" | "schedule switched on" | "schedule switched off" | "schedule removed"
  readonly initiator: Initiator
  readonly at: DateTime.Utc
}

/** Runs a statement that returns one schedule, with its line in the audit. */
const audited = Effect.fnUntraced(function* (
  changed: ReturnType<SqlClient.SqlClient["literal"]> | ReturnType<SqlClient.SqlClient>,
  words: Reason,
  { at, event, initiator }: Change
) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    with changed as (${changed} returning *), audited as (
      insert into tributary.account_event (account, connector, owner, name, event, reason, trigger, actor, at)
      select a.id, a.connector, a.owner, a.name, ${event}, ${json(words)}::jsonb, ${initiator.trigger}, ${initiator.actor},
        ${stamp(at)}::timestamptz
      from changed as s join tributary.account as a on a.id = s.account
    )
    select ${sql.literal(columns)} from changed as s join tributary.account as a on a.id = s.account`
  return Option.fromUndefinedOr((yield* decode(rows))[0])
})

export interface NewSchedule extends Pick<AccountSchedule, "cadence" | "entities" | "nextFire"> {
  readonly account: string
  readonly connector: string
  readonly timezone: string
  readonly period: Duration.Duration
}

const interval = (duration: Duration.Duration): string => `${Duration.toMillis(duration)} milliseconds`

export const insert = Effect.fn("ScheduleRows.insert")(function* (added: NewSchedule, change: Change) {
  const sql = yield* SqlClient.SqlClient
  const { account, cadence, connector, entities, nextFire, period, timezone } = added
  const every = cadence._tag === "Every" ? interval(cadence.every) : null
  return yield* audited(
    sql`insert into tributary.schedule (account, connector, entities, every, cron, timezone, period, next_fire, created_at, created_by)
      select a.id, a.connector,
        case when ${entities === null} then null else array(select jsonb_array_elements_text(${json(entities ?? [])}::jsonb)) end,
        ${every}::interval, ${cadence._tag === "Cron" ? cadence.pattern : null}, ${timezone}, ${interval(period)}::interval,
        ${stamp(nextFire)}::timestamptz, ${stamp(change.at)}::timestamptz, ${change.initiator.actor}
      from tributary.account as a where a.id = ${account}::uuid and a.connector = ${connector}`,
    wordsOf(added),
    change
  )
})

/** Switches one on or off; none if it is so already, or gone. */
export const turn = Effect.fn("ScheduleRows.turn")(function* (
  schedule: AccountSchedule,
  enabled: boolean,
  nextFire: DateTime.Utc | null,
  change: Change
) {
  const sql = yield* SqlClient.SqlClient
  return yield* audited(
    sql`update tributary.schedule set enabled = ${enabled}, next_fire = ${stamp(nextFire)}::timestamptz,
        since = case when ${enabled} then ${stamp(change.at)}::timestamptz else since end
      where id = ${schedule.id}::uuid and enabled <> ${enabled}`,
    wordsOf(schedule),
    change
  )
})

export const remove = Effect.fn("ScheduleRows.remove")(function* (schedule: AccountSchedule, change: Change) {
  const sql = yield* SqlClient.SqlClient
  return yield* audited(sql`delete from tributary.schedule where id = ${schedule.id}::uuid`, wordsOf(schedule), change)
})
