/** Finds the session that holds a lock on a table: a lock timeout says only that a statement waited. */
import { Effect, Schema } from "effect"
import type { TableName } from "../../config/Column.ts"
import { reason } from "../../reason/Reason.ts"
import { onLocks } from "../connection/Locks.ts"
import { quoteTable, tableId } from "./Identifier.ts"

const Session = Schema.Struct({ pid: Schema.String, who: Schema.String })
const decodeSessions = Schema.decodeUnknownEffect(Schema.Array(Session))

const statement = `
with held as (
  select l.pid, bool_and(l.granted) as granted from pg_locks as l
  where l.locktype = 'relation' and l.relation = to_regclass($1) and l.pid <> pg_backend_pid()
    and l.database = (select oid from pg_database where datname = current_database())
  group by l.pid),
found as (
  select b.pid, 1 as nth from held as h, unnest(pg_blocking_pids(h.pid)) as b(pid)
  union all select h.pid, 2 from held as h where $2 and h.granted)
select a.pid::text, concat_ws(', ', a.usename, nullif(a.application_name, ''), a.state) as who
from found as f join pg_stat_activity as a on a.pid = f.pid
order by f.nth, a.wait_event_type is not distinct from 'Lock', a.xact_start limit 1`

/**
 * Returns the session that makes others wait for the table. `past`: a wait has just timed out, so the session that
 * still holds a lock is returned or, if there is none, the fact that one did.
 */
export const findBlocker = Effect.fn("Blockers.findBlocker")(function* (table: TableName, past: boolean) {
  // The pool's connections are shared, so a query there might wait behind the statement that waits.
  const ask = yield* onLocks
  const [session] = yield* decodeSessions(yield* ask(statement, [quoteTable(table), past]))
  if (session !== undefined) return reason("lock.held", { table: tableId(table), ...session })
  return past ? reason("lock.ended", { table: tableId(table) }) : undefined
}, Effect.scoped)
