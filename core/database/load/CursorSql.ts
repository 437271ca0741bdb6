/** The cursor clauses of an incremental read's load statement, after `facts` and `run`. */

import { hasTombstones } from "../../config/DeletePolicy.ts"
import { type Entity, entityId } from "../../config/Entity.ts"
import { noReasons, type reasonSql, reasonsWhen } from "../../reason/Sql.ts"
import { literal, quoteTable } from "../tables/Identifier.ts"
import type { CursorVariant } from "./CursorVariant.ts"
import { inScope } from "./DiffSql.ts"
import { keepsAny } from "./FieldSql.ts"
import { contradictedCount } from "./TombstoneSql.ts"

/**
 * Moves the cursors of the parts that arrived whole. A table found empty when only changes were read, or after a part
 * of the read was loaded, has lost the rows behind its cursors: they are deleted, whatever the run still brings, and
 * the next read is whole. So it is if values of a field that is in no record were kept: the vendor's values are not
 * known.
 */
export const cursorClauses = (
  entity: Entity,
  { declaration, mayBeEmpty = false, type }: CursorVariant,
  absent: ReadonlyArray<string>
): ReadonlyArray<string> => [
  `emptied as materialized (
  select r.known or (f.since or r.inserted + r.updated + r.unchanged > 0) and t.bare as yes, t.bare, r.known
  from facts as f, (select *, reasons @> '[{"code": "cursor.emptied"}]' as known from run) as r,
    (select ${mayBeEmpty ? "false" : `not exists (select from ${quoteTable(entity.table)} as c where true${inScope(entity, "c")})`} as bare) as t)`,
  `stays as materialized (
  select not coalesce(f.past_rejected, false) and (n.lacking > 0 or r.known${hasTombstones(entity) ? ` or ${undecided(entity)}` : ""}) as yes, r.known,
    n.lacking > 0 or r.known as lacks
  from facts as f, written as n,${hasTombstones(entity) ? " verdict as v," : ""} (select reasons @> '[{"code": "cursor.stays"}]' as known from run) as r)`,
  `moves as materialized (
  select m.* from facts as f, json_to_recordset(f.cursors) as m(part text, value text, read_at timestamp with time zone))`,
  `forgotten as (
  delete from tributary.sync_cursor as s using run, emptied as e
  where (e.yes or ${keepsAny(absent)} or exists (select from moves as m where m.part = s.part and m.value is null)
      -- Once the table holds rows again, nothing would tell that those of the other parts are missing.
      or e.bare and not exists (select from moves as m where m.part = s.part))
    and s.connector = run.connector and s.entity = run.entity and s.account = coalesce(run.account, ''))`,
  `cursors as (
  insert into tributary.sync_cursor (connector, entity, account, part, value, declaration, table_name, table_oid, read_at)
  select run.connector, run.entity, coalesce(run.account, ''), m.part, to_json(m.value::${type}) #>> '{}',
    ${literal(declaration)}, ${literal(`${entity.table.schema}.${entity.table.name}`)},
    ${literal(quoteTable(entity.table))}::regclass::oid, m.read_at
  from run, emptied as e, moves as m
  where not e.yes and not ${keepsAny(absent)} and m.value is not null and not (select yes from stays)
  on conflict (connector, entity, account, part) do update set value = excluded.value, updated_at = now(),
    declaration = excluded.declaration, table_name = excluded.table_name, table_oid = excluded.table_oid,
    read_at = excluded.read_at)`
]

/** Reports once that the table was emptied meanwhile, as a JSON array of what `made` builds. */
export const emptiedSql = (cursor: CursorVariant | undefined, made: typeof reasonSql): string =>
  cursor === undefined
    ? noReasons
    : `(select ${reasonsWhen("e.yes and not e.known", made("cursor.emptied", {}))} from emptied as e)`

/** Reports once that cursors stay because of rows that were not written. */
export const staysSql = (entity: Entity, cursor: CursorVariant | undefined, made: typeof reasonSql): string =>
  cursor === undefined
    ? noReasons
    : `(select ${reasonsWhen("s.yes and not s.known", staysReason(entity, made))} from stays as s)`

/** Whether tombstones of this read did nothing, so that they have to be requested again. */
const undecided = (entity: Entity): string => `v.held is not null or ${contradictedCount(entity)} > 0`

const staysReason = (entity: Entity, made: typeof reasonSql): string => {
  const id = { entity: literal(entityId(entity)) }
  const lacks = made("cursor.stays", id)
  return hasTombstones(entity) ? `case when s.lacks then ${lacks} else ${made("cursor.undecided", id)} end` : lacks
}
