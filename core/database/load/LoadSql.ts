/**
 * The text of the one statement that loads a run. It folds duplicates, compares with the table, judges the deletes,
 * writes only differences, and completes the audit row, all in the snapshot and transaction of one statement.
 *
 * The audit row is the fence. It was inserted as `running` together with taking the lock; the next owner of the lock
 * marks it failed first. A statement whose audit row is no longer running finds `run` empty and writes nothing. So does
 * a repeated statement whose first attempt loaded and lost its answer: `loads` counts the statements of a run.
 *
 * Parameters: $1 run id · $2 the facts of the read as JSON · $3 rejected records as JSON · $4 the id of the account, if
 * the entity is bound to one (`withAccountAt`) · then one text array per key
 * column (keys of rejected records, whose rows stay) · one per `within` column (the parents that were read) · one per
 * `skipped` column · then, unless staged, one per bound column. They are text arrays because PostgreSQL unpacks them about one and a half times
 * as fast as `json_to_recordset` (DECISIONS).
 */

import { deletesRows, hasTombstones } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { columnsNamed, list } from "../tables/ColumnList.ts"
import { sqlType } from "../tables/ColumnSql.ts"
import { literal, quoteTable } from "../tables/Identifier.ts"
import { auditClauses } from "./AuditSql.ts"
import { changeClauses } from "./ChangeSql.ts"
import { cursorClauses } from "./CursorSql.ts"
import { diffClauses, factsClause, isMissing, type LoadVariant } from "./DiffSql.ts"
import { followedByDiff, follows } from "./FollowSql.ts"
import { type LoadForm, loadForm } from "./LoadForm.ts"
import { unmatchedClauses } from "./LookupSql.ts"
import { goneNow, missedClause, rememberClauses, waitingClause } from "./MissedSql.ts"
import { pendingClauses } from "./PendingSql.ts"
import { roundedClauses } from "./RoundedSql.ts"
import { fieldsClause } from "./SourceFields.ts"
import { replacedClauses } from "./VersionsSql.ts"
import { writtenClauses } from "./WrittenSql.ts"

export const loadStatement = (entity: Entity, variant: LoadVariant): string => {
  const form = loadForm(entity, variant)
  const { act, asks, misses } = form
  const table = quoteTable(entity.table)
  const gone = list(columnsNamed(entity, entity.key).map((key, index) => `${literal(key.name)}, _old_${index}`))
  const clauses = [
    factsClause,
    runClause(variant),
    ...(misses === undefined ? [] : [missedClause(entity, misses, "run")]),
    ...diffClauses(entity, variant, "exists (select from run)", table, goneNow(entity, misses)),
    ...unmatchedClauses(entity),
    ...(misses === undefined ? [] : [waitingClause(entity)]),
    ...(asks ? [actClause(entity)] : []),
    ...replacedClauses(form),
    ...changeClauses(form),
    ...(follows(entity) ? [followedByDiff(entity)] : []),
    ...roundedClauses(entity),
    ...writtenClauses(entity, form),
    rejectsClause(act),
    ...(deletesRows(entity) ? pendingClauses(entity, gone, act) : []),
    ...(misses === undefined ? [] : rememberClauses(entity, misses, gone)),
    ...(variant.fields === true ? [fieldsClause(act)] : []),
    ...(variant.cursor === undefined ? [] : cursorClauses(entity, variant.cursor, variant.absent)),
    ...auditClauses(form)
  ]
  return `with ${clauses.join(",\n")}\n${asks ? askedAnswer(entity) : "select * from audit"}`
}

/** The time at which the run's caller gives up. */
const until = "started_at + ($2::json ->> 'deadline')::bigint * interval '1 ms'"

const timeout = `set_config('lock_timeout', greatest(1, least(
    extract(epoch from ${until} - clock_timestamp()) * 1000,
    nullif(extract(epoch from current_setting('lock_timeout')::interval) * 1000, 0)))::bigint::text, true) is not null`

/** Waiting for a lock ends with the run: connections are shared, so nobody can cancel the statement. */
const runClause = ({ staging }: LoadVariant): string =>
  `run as materialized (select id, connector, entity, account, inserted, updated, unchanged, loads, warnings, reasons, ${until} as until
  from tributary.sync_log where id = $1 and status = 'running' and loads = ($2::json ->> 'loads')::integer and ${timeout}${
    staging === undefined ? "" : ` and (select count(*) from ${staging.table} where _n > 0) = (select rows from facts)`
  } for update)`

/** The run, if nothing would be deleted or the guard withholds it: then there is nothing to ask. */
const actClause = (entity: Entity): string =>
  `act as materialized (select run.* from run, counts as c, verdict as v where c.${hasTombstones(entity) ? "missing" : "gone"} = 0 or v.held is not null)`

const rejectsClause = (act: LoadForm["act"]): string => `rejects as (
  insert into tributary.sync_reject (run_id, position, key, field, reason, why, value, record)
  select run.id, r.position, r.key, r.field, r.reason, r.why, r.value, r.record
  from ${act} as run, json_to_recordset($3::json) as r(position integer, key jsonb, field text, reason text, why jsonb, value text,
    record text))`

/** The outcome, or the keys of the rows that would be deleted. */
const askedAnswer = (entity: Entity): string => {
  const key = columnsNamed(entity, entity.key).map((column, index) => `_old_${index}::${sqlType(column)}::text`)
  return `select to_json(a) as outcome, null::json as gone from audit as a
union all
select null, (select json_agg(json_build_array(${list(key)})) from diff where ${isMissing(entity, "diff")})
from run where not exists (select from act)`
}
