import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * The schedules of jobs, shared by every daemon that declares them. Fires up to `since` are dealt with, which is the
 * truth; `next_fire` says when to look again and is never later than the next fire, its jitter aside. A schedule is gone
 * when nobody of `declared_by` declares it any more. `job_state.next_fire` stays for daemons of before.
 */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.job_schedule (
      job text not null,
      pattern text not null,
      timezone text not null,
      since timestamptz not null,
      next_fire timestamptz,
      declared_by text[] not null,
      primary key (job, pattern, timezone)
    )`
  yield* sql`create index job_schedule_due on tributary.job_schedule (next_fire)`
})
