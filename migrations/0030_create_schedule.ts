import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The schedules of accounts. Every fire up to `next_fire` has run or was passed over. */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create table tributary.schedule (
      id uuid primary key default gen_random_uuid(),
      account uuid not null references tributary.account (id) on delete cascade,
      connector text not null,
      -- Null: all entities of the connector.
      entities text[] check (cardinality(entities) > 0),
      every interval check (every > interval '0'),
      cron text,
      timezone text not null,
      -- About how far apart two fires are: of what is due at the same time, the most overdue in relation to it is first.
      period interval not null check (period > interval '0'),
      enabled boolean not null default true,
      next_fire timestamptz,
      last_run timestamptz,
      last_success timestamptz,
      -- Why the last run was no success, as a reason.
      reason jsonb,
      created_at timestamptz not null,
      created_by text,
      check ((every is null) <> (cron is null))
    )`
  yield* sql`create index schedule_due on tributary.schedule (connector, next_fire) where enabled`
  yield* sql`create index schedule_account on tributary.schedule (account)`
})
