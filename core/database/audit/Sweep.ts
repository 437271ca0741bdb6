/**
 * Clears away the leftovers of killed processes: marks their runs `failed: interrupted` and drops their staging tables.
 * A run is dead if it is `running` and nobody holds its lock; taking the lock for a moment proves that.
 */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { isWriteRefused } from "../connection/Writable.ts"
import { quote } from "../tables/Identifier.ts"
import { interruptedSql, lockKey } from "./Runs.ts"

/** One statement for both, because a staging table is left over exactly when its run is. Returns the tables to drop. */
const statement = `
with interrupted as (
  update tributary.sync_log as l set ${interruptedSql}, finished_at = now()
  where l.status = 'running' and pg_try_advisory_xact_lock(${lockKey("l")})
  returning l.id
)
select c.relname as name from pg_class as c
where c.relnamespace = to_regnamespace('tributary') and c.relkind = 'r' and c.relname like 'staging\\_%' and not exists (
  select from tributary.sync_log as l
  where l.status = 'running' and 'staging_' || l.id = c.relname and l.id not in (select id from interrupted))`

export const sweep = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const left = yield* sql.unsafe<{ name: string }>(statement)
  yield* Effect.forEach(left, ({ name }) => sql.unsafe(`drop table if exists tributary.${quote(name)}`), {
    discard: true
  })
}).pipe(
  // Commands that only read also work on a read-only database.
  Effect.catchIf(isWriteRefused, () => Effect.logDebug("the database takes no writes: nothing is swept")),
  Effect.withSpan("Sweep.sweep")
)
