/**
 * What the database keeps from running by itself: paused jobs, and what would be read for accounts that are paused or invalid.
 * `restingJobs` in `core/config/OffConnectors.ts` is about the files.
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { AccountStatus } from "../accounts/AccountRows.ts"
import { accountName } from "../config/Account.ts"
import { entityId } from "../config/Entity.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { combineReasons, isReason, type Reason, reason } from "../reason/Reason.ts"
import { type DeclaredJobs, jobsOf } from "./Freshness.ts"
import * as JobStates from "./JobStates.ts"
import { someOf } from "./NameList.ts"

/** Something that rests: `jobs`, or accounts of the connector of that name. */
export interface Resting {
  readonly part: string
  readonly reason: Reason
}

const Row = Schema.Struct({
  ...{ connector: Schema.String, owner: Schema.String, name: Schema.String },
  status: AccountStatus,
  reason: Schema.Unknown,
  schedules: Schema.Int
})
const decode = decodeOwn(Row)

const accounts = Effect.fnUntraced(function* (declared: DeclaredJobs) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select a.connector, a.owner, a.name, a.status, a.reason,
      (select count(*)::integer from tributary.schedule as s where s.account = a.id and s.enabled) as schedules
    from tributary.account as a where a.status <> 'active'
    order by a.connector, a.status, a.owner, a.name`
  const jobs = yield* jobsOf(declared)
  const readBy = (connector: string) =>
    new Set(
      declared.entities
        .filter((one) => one.connector === connector && one.perAccount === true)
        .flatMap((one) => (jobs.get(entityId(one)) ?? []).map(({ name }) => name))
    )
  const known = new Set(declared.entities.map(({ connector }) => connector))
  const resting = (yield* decode(rows)).filter(({ connector }) => known.has(connector))
  const groups = Map.groupBy(resting, ({ connector, status }) => `${connector} ${status}`)
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map(({ connector }) => ({ part: connector, reason: reasonOf(group, [...readBy(connector)]) }))
  )
})

const reasonOf = (group: ReadonlyArray<typeof Row.Type>, jobs: ReadonlyArray<string>): Reason => {
  const schedules = group.reduce((sum, one) => sum + one.schedules, 0)
  const effects = [
    ...(schedules === 0 ? [] : [reason("rest.schedules", { count: schedules })]),
    ...(jobs.length === 0 ? [] : [reason("rest.leftOut", { jobs: jobs.join(", ") })])
  ]
  const what = effects.length === 0 ? reason("rest.unread") : combineReasons(effects)
  const [first] = group
  const named = { accounts: someOf(group.map(accountName)), what }
  if (first?.status !== "invalid") return reason("rest.paused", named)
  return reason("rest.invalid", { ...named, why: isReason(first.reason) ? first.reason : reason("unsaid") })
}

const pausedJobs = Effect.fnUntraced(function* ({ jobs }: DeclaredJobs) {
  const states = yield* JobStates.read(jobs)
  return jobs.flatMap(({ enabled, name: job }) =>
    enabled && states.get(job)?.paused === true ? [{ part: "jobs", reason: reason("rest.jobPaused", { job }) }] : []
  )
})

export const read = Effect.fn("Resting.read")(function* (declared: DeclaredJobs) {
  const [jobs, ofAccounts] = yield* Effect.all([pausedJobs(declared), accounts(declared)], { concurrency: "unbounded" })
  return [...jobs, ...ofAccounts] satisfies ReadonlyArray<Resting>
})
