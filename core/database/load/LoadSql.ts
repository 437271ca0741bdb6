/**
 * The text of the one statement that loads a run. It folds duplicates, compares with the table, judges the deletes,
 * writes only differences, and completes the audit row, all in the snapshot and transaction of one statement.
 *
 * The audit row is the fence. It was inserted as `running` together with taking the lock; the next owner of the lock
 * marks it failed first. A statement whose audit row is no longer running finds `run` empty and writes nothing. So does
 * a repeated statement whose first attempt loaded and lost its answer: `loads` counts the statements of a run.
 *
 * Parameters: $1 run id · $2 the facts of the read as JSON · $3 rejected records as JSON · then one text array per key
 * column (keys of rejected records, whose rows stay) · one per `within` column (the parents that were read) · then,
 * unless staged, one per bound column. They are text arrays because PostgreSQL unpacks them about one and a half times
 * as fast as `json_to_recordset` (DECISIONS).
 */

import { deletes, hasTombstones, removes, tombstonesDelete } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { reasonSql, textSql } from "../../reason/Sql.ts"
import { columnsNamed, list, names, same } from "../tables/ColumnList.ts"
import { sqlType } from "../tables/ColumnSql.ts"
import { literal, quote, quoteTable } from "../tables/Identifier.ts"
import { cascades, takenSql } from "./CascadeSql.ts"
import { cursorClauses, emptiedSql, staysSql } from "./CursorSql.ts"
import {
  diffClauses,
  factsClause,
  folds,
  held,
  isMissing,
  keylessSql,
  type LoadVariant,
  slidSql
} from "./DiffSql.ts"
import { equalKeysSql } from "./EqualKeysSql.ts"
import { keptSql } from "./FieldSql.ts"
import { followedByDiff, followedSql, follows } from "./FollowSql.ts"
import { goneNow, missedClause, rememberClauses, waitingClause, waitingSql } from "./MissedSql.ts"
import { pendingClauses } from "./PendingSql.ts"
import { roundedClauses, roundedSql } from "./RoundedSql.ts"
import { fieldsClause } from "./SourceFields.ts"
import { contradictedSql, tombstoneRows, tombstonesSql } from "./TombstoneSql.ts"
import { lackedSql, returned, type Writes, writtenClauses, writtenSql } from "./WrittenSql.ts"

const after = (clause: string): string => ` and (select count(*) from ${clause}) >= 0`

/** The time at which the run's caller gives up. */
const until = "started_at + ($2::json ->> 'deadline')::bigint * interval '1 ms'"

const timeout = `set_config('lock_timeout', greatest(1, least(
    extract(epoch from ${until} - clock_timestamp()) * 1000,
    nullif(extract(epoch from current_setting('lock_timeout')::interval) * 1000, 0)))::bigint::text, true) is not null`

/** Of the audit row `l`, what is known of a load. */
export const outcomeColumns = `l.status, l.fetched, l.inserted, l.updated, l.unchanged, l.deleted, l.rejected, l.warnings, l.reasons,
    l.notes, l.note_reasons as "noteReasons"`

export const loadStatement = (entity: Entity, variant: LoadVariant): string => {
  const keys = columnsNamed(entity, entity.key)
  const columns = entity.columns
  const updated = columns.filter((column) => !entity.key.includes(column.name))
  const table = quoteTable(entity.table)
  const tombs = hasTombstones(entity)
  const updates = updated.length > 0 && entity.mode !== "append"
  const gone = list(keys.map((key, index) => `${literal(key.name)}, _old_${index}`))
  const asks = variant.confirm && deletes(entity)
  const act = asks ? "act" : "run"
  const misses = deletes(entity) ? variant.misses : undefined
  // What the source says is gone needs no question.
  const removing = asks ? tombstonesDelete(entity) : true
  const writes: Writes = { removes: removing, updates, waiting: misses === undefined ? "0" : "waiting.n" }
  const mayWrite = asks ? " and exists (select from act)" : ""
  const folded = `(f.before + f.rows - r.inserted - r.updated - r.unchanged - ${lackedSql("r")} - c.rows${tombs ? " + c.marked" : ""})`
  /** The warnings of the statement itself, as an array. */
  const more = (made: typeof reasonSql) =>
    [
      `case when v.held is null then '[]'::jsonb else jsonb_build_array(${held(entity, made)}) end${taken(made, true)}`,
      keptSql(entity, variant.absent, made),
      keylessSql(entity, made),
      equalKeysSql(entity, made),
      ...(tombs ? [contradictedSql(entity, made)] : []),
      slidSql(made),
      roundedSql(entity, made),
      writtenSql(entity, writes, made),
      ...(folds(entity, variant)
        ? [
            `case when ${folded} > 0 then jsonb_build_array(${made("run.folded", { count: folded })}) else '[]'::jsonb end`
          ]
        : []),
      emptiedSql(variant.cursor, made),
      staysSql(entity, variant.cursor, made),
      ...(misses === undefined ? [] : [waitingSql(made)])
    ].join(" || ")
  const goes = `diff as d, verdict as v
  where ${goneNow(entity, misses)} and v.held is null`
  const isTaking = cascades(entity)
  /** Reports affected rows: as a warning if the deletes are withheld, as a note if they are declared. */
  const taken = (made: typeof reasonSql, held: boolean) =>
    isTaking
      ? ` || case when v.held is ${held ? "not " : ""}null then ${takenSql(made, held ? "v.held" : "null")} else '[]'::jsonb end`
      : ""
  const followed = (made: typeof reasonSql) => (follows(entity) ? ` || ${followedSql(made)}` : "")
  const written = entity.deletedWhen?.mark === undefined ? "n.deleted" : "n.updated"
  const buried = (made: typeof reasonSql) =>
    tombs ? ` || ${tombstonesSql(entity, made, `least(${tombstoneRows(entity)}, ${written})`)}` : ""
  const clauses = [
    factsClause,
    // Waiting for a lock ends with the run: connections are shared, so nobody can cancel the statement.
    `run as materialized (select id, connector, entity, account, inserted, updated, unchanged, loads, warnings, reasons, ${until} as until
  from tributary.sync_log where id = $1 and status = 'running' and loads = ($2::json ->> 'loads')::integer and ${timeout}${
    variant.staging === undefined
      ? ""
      : ` and (select count(*) from ${variant.staging.table}) = (select rows from facts)`
  } for update)`,
    ...(misses === undefined ? [] : [missedClause(entity, misses, "run")]),
    ...diffClauses(entity, variant, "exists (select from run)", table, goneNow(entity, misses)),
    ...(misses === undefined ? [] : [waitingClause(entity)]),
    ...(asks
      ? [
          `act as materialized (select run.* from run, counts as c, verdict as v where c.${tombs ? "missing" : "gone"} = 0 or v.held is not null)`
        ]
      : []),
    ...(removing
      ? [
          ...(entity.triggered === true ? [`to_go as materialized (select d.* from ${goes})`] : []),
          `removed as (
  delete from ${table} as t using ${entity.triggered === true ? "to_go as d where true" : goes} and ${keys.map((key, index) => `t.${quote(key.name)} = d._old_${index}`).join(" and ")} ${mayWrite} returning ${returned(entity, "t.", true)})`
        ]
      : []),
    // Each waits for the one before, so that a value of the owner's unique index is free when another row takes it.
    ...(updates
      ? [
          `updated as (
  update ${table} as t set ${list(updated.map((column) => `${quote(column.name)} = d.${quote(column.name)}`))}, _changed_at = now()
  from diff as d where d._kind = 'changed' and ${same(keys, "t", "d")}${mayWrite}${removing ? after("removed") : ""} returning ${returned(entity, "t.")})`
        ]
      : []),
    // Plain statements: `on conflict` costs a quarter more, and the lock already excludes other runs of this entity.
    `inserted as (insert into ${table} (${names(columns)}) select ${names(columns)} from diff
  where _kind = 'new'${mayWrite}${updates ? after("updated") : removing ? after("removed") : ""} returning ${returned(entity, "")})`,
    ...(follows(entity) ? [followedByDiff(entity)] : []),
    ...roundedClauses(entity),
    ...writtenClauses(entity, writes),
    `rejects as (
  insert into tributary.sync_reject (run_id, position, key, field, reason, why, value, record)
  select run.id, r.position, r.key, r.field, r.reason, r.why, r.value, r.record
  from ${act} as run, json_to_recordset($3::json) as r(position integer, key jsonb, field text, reason text, why jsonb, value text,
    record text))`,
    ...(removes(entity) ? pendingClauses(entity, gone, act) : []),
    ...(misses === undefined ? [] : rememberClauses(entity, misses, gone)),
    ...(variant.fields === true ? [fieldsClause(act)] : []),
    ...(variant.cursor === undefined ? [] : cursorClauses(entity, variant.cursor, variant.absent)),
    ...(variant.checkpoint === true
      ? [checkpointClause(entity, variant, writes)]
      : [
          `outcome as (
  select n.*, c.rows - c.new - c.changed as unchanged, v.held, f.fetched, f.rejected, f.requests, f.bytes, f.last_requests,
    f.notes${taken(textSql, false)}${followed(textSql)}${buried(textSql)} as notes,
    f.note_reasons${taken(reasonSql, false)}${followed(reasonSql)}${buried(reasonSql)} as note_reasons,
    r.warnings || f.warnings || ${more(textSql)} as warnings, r.reasons || f.reasons || ${more(reasonSql)} as reasons
  from counts as c, verdict as v, facts as f, run as r, written as n${misses === undefined ? "" : ", waiting as w"}${isTaking ? ", taken as a" : ""})`,
          `audit as (
  update tributary.sync_log as l set
    status = case when o.warnings = '[]'::jsonb then 'ok' else 'warning' end,
    finished_at = tributary.ended_in_time(run.until, o.inserted), loads = run.loads + 1,
    fetched = o.fetched, inserted = run.inserted + o.inserted, updated = run.updated + o.updated,
    unchanged = run.unchanged + o.unchanged, deleted = o.deleted,
    rejected = o.rejected, requests = o.requests, bytes = o.bytes, warnings = o.warnings, reasons = o.reasons,
    last_requests = o.last_requests, notes = o.notes, note_reasons = o.note_reasons
  from ${act} as run, outcome as o where l.id = run.id
  returning ${outcomeColumns}${entity.undoable === true ? ", o.lacking::integer, o.kept::integer, o.held is not null as held" : ""})`
        ])
  ]
  const answer = asks
    ? `select to_json(a) as outcome, null::json as gone from audit as a
union all
select null, (select json_agg(json_build_array(${list(keys.map((key, index) => `_old_${index}::${sqlType(key)}::text`))})) from diff where ${isMissing(entity, "diff")})
from run where not exists (select from act)`
    : "select * from audit"
  return `with ${clauses.join(",\n")}\n${answer}`
}

/** Updates the audit row of a run that continues: its progress, and the warnings that only this statement knows. */
const checkpointClause = (entity: Entity, { cursor }: LoadVariant, writes: Writes): string => {
  const more = (made: typeof reasonSql) =>
    [
      roundedSql(entity, made),
      writtenSql(entity, writes, made),
      emptiedSql(cursor, made),
      staysSql(entity, cursor, made)
    ].join(" || ")
  return `audit as (
  update tributary.sync_log as l set loads = run.loads + 1, fetched = f.fetched, inserted = run.inserted + n.inserted,
    updated = run.updated + n.updated, unchanged = run.unchanged + c.rows - c.new - c.changed, rejected = f.rejected,
    requests = f.requests, bytes = f.bytes, warnings = run.warnings || ${more(textSql)},
    reasons = run.reasons || ${more(reasonSql)}
  from run, counts as c, facts as f, written as n
  where l.id = run.id and tributary.ended_in_time(run.until, n.inserted) is not null
  returning l.loads, n.lacking::integer, n.kept::integer, false as held)`
}
