/**
 * The last clause of a load: the run's audit row, with its counts and with the warnings that only the statement knows.
 * A run that continues gets its progress, any other its outcome.
 */
import { hasTombstones } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { reasonSql, reasonsWhen, textSql } from "../../reason/Sql.ts"
import { literal } from "../tables/Identifier.ts"
import { cascades, takenSql } from "./CascadeSql.ts"
import { emptiedSql, staysSql } from "./CursorSql.ts"
import { needsFold } from "./DiffSql.ts"
import { equalKeysSql } from "./EqualKeysSql.ts"
import { keptSql } from "./FieldSql.ts"
import { followedSql, follows } from "./FollowSql.ts"
import { goneSql } from "./GoneSql.ts"
import { heldSql } from "./GuardSql.ts"
import { keylessSql } from "./KeylessSql.ts"
import { lateSql } from "./LateSql.ts"
import type { LoadForm } from "./LoadForm.ts"
import { unmatchedSql } from "./LookupSql.ts"
import { slidSql, waitingSql } from "./MissedSql.ts"
import { roundedSql } from "./RoundedSql.ts"
import { contradictedSql, tombstoneRows, tombstonesSql } from "./TombstoneSql.ts"
import { lackedSql, writtenSql } from "./WrittenSql.ts"

/** Of the audit row `l`, what is known of a load. */
export const outcomeColumns = `l.status, l.fetched, l.inserted, l.updated, l.unchanged, l.deleted, l.rejected, l.warnings, l.reasons,
    l.notes, l.note_reasons as "noteReasons"`

export const auditClauses = (form: LoadForm): ReadonlyArray<string> =>
  form.variant.checkpoint === true ? [progressClause(form)] : [outcomeClause(form), endClause(form)]

const outcomeClause = (form: LoadForm): string => {
  const { entity, misses } = form
  return `outcome as (
  select n.*, c.rows - c.new - c.changed as unchanged, v.held, f.fetched, f.rejected, f.requests, f.bytes, f.last_requests,
    f.notes${notes(form, textSql)} as notes,
    f.note_reasons${notes(form, reasonSql)} as note_reasons,
    r.warnings || f.warnings || ${warnings(form, textSql)} as warnings, r.reasons || f.reasons || ${warnings(form, reasonSql)} as reasons
  from counts as c, verdict as v, facts as f, run as r, written as n${misses === undefined ? "" : ", waiting as w"}${cascades(entity) ? ", taken as a" : ""})`
}

/** Of the statement itself, as a JSON array of what `made` builds. */
const warnings = (form: LoadForm, made: typeof reasonSql): string => {
  const { entity, misses, variant } = form
  return [
    `case when v.held is null then '[]'::jsonb else jsonb_build_array(${heldSql(entity, made)}) end${taken(form, made, true)}`,
    keptSql(entity, variant.absent, made),
    keylessSql(entity, made),
    equalKeysSql(entity, made),
    ...(hasTombstones(entity) ? [contradictedSql(entity, made)] : []),
    slidSql(entity, made),
    roundedSql(entity, made),
    writtenSql(entity, form, made),
    ...(needsFold(entity, variant) ? [foldedSql(form, made)] : []),
    emptiedSql(variant.cursor, made),
    staysSql(entity, variant.cursor, made),
    ...(misses === undefined ? [] : [waitingSql(made)])
  ].join(" || ")
}

const notes = (form: LoadForm, made: typeof reasonSql): string => {
  const { entity, variant } = form
  const followed = follows(entity) ? ` || ${followedSql(made)}` : ""
  const late = entity.versions === undefined ? "" : ` || ${lateSql(entity, made)}`
  const gone = variant.gone === true ? ` || ${goneSql(true, made)}` : ""
  const unmatched = ` || ${unmatchedSql(entity, made)}`
  return `${taken(form, made, false)}${followed}${late}${gone}${unmatched}${unled(entity, made)}${hasTombstones(entity) ? ` || ${buried(entity, made)}` : ""}`
}

/** The rows of a period that were new or changed: what leads to them did not. */
const unled = ({ ledBy }: Entity, made: typeof reasonSql): string => {
  if (ledBy === undefined) return ""
  const rows = "(r.inserted + r.updated + n.inserted + n.updated)"
  return ` || ${reasonsWhen(`${rows} > 0`, made("read.unled", { count: rows, entity: literal(ledBy) }))}`
}

/** Triggers of the owner may keep rows that the source says are gone. */
const buried = (entity: Entity, made: typeof reasonSql): string => {
  const written = entity.deletedWhen?.mark === undefined ? "n.deleted" : "n.updated"
  return tombstonesSql(entity, made, `least(${tombstoneRows(entity)}, ${written})`)
}

/** Reports affected rows: as a warning if the deletes are withheld, as a note if they are declared. */
const taken = ({ entity }: LoadForm, made: typeof reasonSql, isHeld: boolean): string =>
  cascades(entity)
    ? ` || case when v.held is ${isHeld ? "not " : ""}null then ${takenSql(made, isHeld ? "v.held" : "null")} else '[]'::jsonb end`
    : ""

const foldedSql = ({ entity, variant }: LoadForm, made: typeof reasonSql): string => {
  const absent = variant.gone === true ? " + c.absent" : ""
  const folded = `(f.before + f.rows - r.inserted - r.updated - r.unchanged - ${lackedSql("r")} - c.rows${hasTombstones(entity) ? " + c.marked" : ""}${absent} - coalesce(f.again, 0))`
  return reasonsWhen(`${folded} > 0`, made("run.folded", { count: folded }))
}

const endClause = ({ act, entity }: LoadForm): string => `audit as (
  update tributary.sync_log as l set
    status = case when o.warnings = '[]'::jsonb then 'ok' else 'warning' end,
    finished_at = tributary.ended_in_time(run.until, o.inserted), loads = run.loads + 1,
    fetched = o.fetched, inserted = run.inserted + o.inserted, updated = run.updated + o.updated,
    unchanged = run.unchanged + o.unchanged, deleted = o.deleted,
    rejected = o.rejected, requests = o.requests, bytes = o.bytes, warnings = o.warnings, reasons = o.reasons,
    last_requests = o.last_requests, notes = o.notes, note_reasons = o.note_reasons
  from ${act} as run, outcome as o where l.id = run.id
  returning ${outcomeColumns}${entity.undoable === true ? ", o.lacking::integer, o.kept::integer, o.held is not null as held" : ""})`

/** Updates the audit row of a run that continues: its progress, and the warnings that only this statement knows. */
const progressClause = (form: LoadForm): string => {
  const { entity, variant } = form
  const more = (made: typeof reasonSql) =>
    [
      roundedSql(entity, made),
      writtenSql(entity, form, made),
      emptiedSql(variant.cursor, made),
      staysSql(entity, variant.cursor, made)
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
