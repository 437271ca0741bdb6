/**
 * The life of job runs in the database. The insert of a fire decides which daemon gets it. A run holds its own lock
 * while it lives, so that the run of a killed process is detected and marked `failed: interrupted`.
 */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { onLocks } from "../database/connection/Locks.ts"
import { tryLock } from "../database/connection/NamedLock.ts"
import { json, toStorable } from "../database/tables/StorableText.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { Reason } from "../reason/Reason.ts"
import { reasonSql, textSql } from "../reason/Sql.ts"
import { detailOf, type JobRunStatus } from "./JobRun.ts"

export interface Fire extends Initiator {
  readonly job: string
  readonly scheduledAt: DateTime.Utc
}

/** The outcome of a fire that does not run. */
export interface SettledFire extends Fire {
  readonly status: "missed" | "skipped"
  readonly why: Reason
}

const runLock = (id: string) => `hashtextextended('tributary job_run ' || ${id}, 0)`

const insert = `
insert into tributary.job_run (job, scheduled_at, trigger, actor, status, detail, reasons, finished_at)
select w.job, w.scheduled_at, w.trigger, w.actor, w.status, w.detail, coalesce(w.reasons, '[]'), w.finished_at
from json_to_recordset($1::json) as w(job text, scheduled_at timestamptz, trigger text, actor text, status text,
  detail text, reasons jsonb, finished_at timestamptz)
-- In one order everywhere: daemons that record the same fires wait for each other at most once.
order by w.job, w.scheduled_at
on conflict (job, scheduled_at) where trigger = 'schedule' do nothing`

const claimStatement = `
with claimed as (${insert} returning id)
select id, pg_try_advisory_lock(${runLock("id")}) from claimed`

const interrupted = `status = 'failed', detail = ${textSql("run.interrupted", {})},
    reasons = jsonb_build_array(${reasonSql("run.interrupted", {})})`

/** A run that is still `running` was interrupted before anything could record it. */
const releaseStatement = `
with interrupted as (
  update tributary.job_run set ${interrupted}, finished_at = $2::timestamptz
  where id = $1::bigint and status = 'running' returning 1
), counted as materialized (
  select count(*) from interrupted
)
select pg_advisory_unlock(${runLock("$1::bigint")}) from counted`

const rowOf = ({ actor, job, scheduledAt, trigger }: Fire) => ({
  job,
  trigger,
  actor,
  scheduled_at: DateTime.formatIso(scheduledAt)
})

const decodeIds = decodeOwn(Schema.Struct({ id: Schema.BigInt }))

/** Starts a run, which ends with the scope; `undefined` if another daemon has this fire. */
export const claim = Effect.fn("JobRuns.claim")(function* (fire: Fire) {
  const ask = yield* onLocks
  return yield* Effect.acquireRelease(
    ask(claimStatement, [JSON.stringify([{ ...rowOf(fire), status: "running" }])]).pipe(
      Effect.flatMap(decodeIds),
      Effect.map(([row]) => row?.id)
    ),
    (id) =>
      id === undefined
        ? Effect.void
        : Effect.flatMap(DateTime.now, (now) =>
            Effect.ignore(ask(releaseStatement, [String(id), DateTime.formatIso(now)]))
          )
  )
})

/** Takes the job's turn, if no other run of it has it, until the scope closes. */
export const tryTurn = (job: string) => tryLock(`job ${job}`)

/** Whether an earlier run of the job is already waiting for its turn. */
export const isQueued = Effect.fn("JobRuns.isQueued")(function* (job: string, before: bigint) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select id from tributary.job_run
    where job = ${job} and status = 'running' and started_at is null and id < ${before} limit 1`
  return rows.length > 0
})

export const begin = Effect.fn("JobRuns.begin")(function* (id: bigint, at: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`update tributary.job_run set started_at = ${DateTime.formatIso(at)}::timestamptz where id = ${id}`
})

export const finish = Effect.fn("JobRuns.finish")(function* (
  id: bigint,
  at: DateTime.Utc,
  outcome: { readonly status: JobRunStatus; readonly detail: string; readonly reasons: ReadonlyArray<Reason> }
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    update tributary.job_run
    set status = ${outcome.status}, detail = ${toStorable(outcome.detail)}, reasons = ${json(outcome.reasons)}::jsonb,
      finished_at = ${DateTime.formatIso(at)}::timestamptz
    where id = ${id} and status = 'running'`
})

/** Records fires that do not run; those already recorded stay as they are. */
export const settle = Effect.fn("JobRuns.settle")(function* (fires: ReadonlyArray<SettledFire>) {
  if (fires.length === 0) return
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(insert, [
    json(fires.map((fire) => ({ ...rowOf(fire), status: fire.status, ...detailOf([fire.why]) })))
  ])
})

/** Marks the runs of killed processes. The locks' own connection is not used: it could take its own locks again. */
export const sweep = Effect.fn("JobRuns.sweep")(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(
    `update tributary.job_run as r set ${interrupted}, finished_at = $1::timestamptz
    where r.status = 'running' and pg_try_advisory_xact_lock(${runLock("r.id")})`,
    [DateTime.formatIso(yield* DateTime.now)]
  )
})
