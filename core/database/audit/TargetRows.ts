/** Targets as rows of a statement, for what the daemon's tables say of each. */
import type { SqlClient } from "effect/sql"
import { type RunTarget, targetColumns, targetId } from "../../config/RunTarget.ts"

/**
 * For a `from` clause: one row `w` per target, with its names, its table, its scope, and whether a job selects it.
 */
export const targetRows = (
  sql: SqlClient.SqlClient,
  targets: ReadonlyArray<RunTarget>,
  isScheduled: (target: RunTarget) => boolean = () => false
) => {
  const rows = targets.map((target) => ({
    id: targetId(target),
    ...targetColumns(target),
    ...target.entity.table,
    scope: target.entity.scope,
    scheduled: isScheduled(target)
  }))
  return sql`json_to_recordset(${JSON.stringify(rows)}::json)
      as w(id text, connector text, entity text, account text, schema text, name text, scope jsonb, scheduled boolean)`
}

/**
 * The condition under which a row of the audit, or of pending deletes, belongs to the target `w`. It is the form that the
 * indexes of `sync_log` have.
 */
export const belongsSql = (row: string): string =>
  `${row}.connector = w.connector and ${row}.entity = w.entity and coalesce(${row}.account, '') = coalesce(w.account, '')`

/** A join for the name of the account that a row belongs to; an account that was removed has none any more. */
export const ofAccount = (row: string): string => `left join tributary.account as a on a.id::text = ${row}.account`
export const accountNameSql = "a.owner || '/' || a.name as account_name"
