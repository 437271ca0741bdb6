import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.job_run (
      id bigint generated always as identity primary key,
      job text not null,
      scheduled_at timestamptz not null,
      trigger text not null,
      actor text,
      status text not null check (status in ('running', 'ok', 'warning', 'failed', 'missed', 'skipped')),
      started_at timestamptz,
      finished_at timestamptz,
      detail text
    )`
  // The insert decides which of several daemons fires a job; people may run it as often as they like.
  yield* sql`create unique index job_run_fire on tributary.job_run (job, scheduled_at) where trigger = 'schedule'`
  yield* sql`create index job_run_last on tributary.job_run (job, scheduled_at desc, id desc)`
  yield* sql`create index job_run_running on tributary.job_run (job) where status = 'running'`
  yield* sql`
    create table tributary.job_state (
      job text primary key,
      next_fire timestamptz,
      paused_at timestamptz,
      paused_by text
    )`
  // Trimming sync_log looks for what depends on each of its rows.
  yield* sql`create index pending_delete_run on tributary.pending_delete (run_id)`
})
