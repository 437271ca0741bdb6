import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * The last and the first run of a target are found without reading its history. The account is in the indexes as a text:
 * a comparison by `is not distinct from` uses no index. Each condition is that of a query in `EntityFacts.ts`.
 */
export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    create index sync_log_informative on tributary.sync_log (connector, entity, coalesce(account, ''), id desc)
    where status <> 'skipped' and coalesce(error_reason ->> 'code', '') not in ('plan.rows', 'plan.table')`
  yield* sql`
    create index sync_log_good on tributary.sync_log (connector, entity, coalesce(account, ''), id desc)
    where status in ('ok', 'warning') and config_hash is not null`
  yield* sql`
    create index sync_log_by_job on tributary.sync_log (connector, entity, coalesce(account, ''), id)
    where trigger = 'job'`
})
