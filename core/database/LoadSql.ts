/**
 * The text of the one statement that loads a run: it folds duplicates, compares with what the table holds, judges the
 * deletes, writes only what differs, and completes the audit row, all in the snapshot and transaction of one statement.
 *
 * The audit row is the fence. It was inserted as `running` together with taking the lock; whoever takes the lock next
 * marks it failed first. A statement whose audit row is no longer running finds `run` empty and writes nothing.
 *
 * Parameters: $1 run id · $2 the facts of the read as JSON · $3 rejected records as JSON · then one text array per key
 * column (keys of rejected records, whose rows stay) · one per `within` column (the parents that were read) · then,
 * unless staged, one per bound column.
 * Text arrays because PostgreSQL unpacks them about one and a half times as fast as `json_to_recordset` (DECISIONS).
 */

import type { Column, Entity } from "../config/Entity.ts"
import { reasonSql, textSql } from "../reason/Sql.ts"
import { boundColumns, boundType, comparable, keySql, lookupJoins, sqlType, valueSql } from "./ColumnSql.ts"
import { keepsClause, keptSql, keptValue, percent } from "./FieldSql.ts"
import { literal, quote, quoteTable } from "./Identifier.ts"

export interface LoadVariant {
  /** Duplicates of a key are possible, so they must be sorted out; otherwise the rows are known to be distinct. */
  readonly fold: boolean
  /** For a child of an entity that does not mirror: deletes stay inside the parents that were read. */
  readonly within: ReadonlyArray<string>
  /** The read came in several pages, between which rows move: what would be deleted is answered, and nothing is written. */
  readonly confirm: boolean
  /** Columns whose field was in no record of a whole read: many values at once are not overwritten with nothing. */
  readonly absent: ReadonlyArray<string>
  /** The unlogged table the rows were staged in; absent: they are bound to the statement. */
  readonly staging?: string
  /** Of an incremental read. */
  readonly cursor?: CursorVariant | undefined
}

/** What a cursor is kept with, and the type its values are stored as: the cursor column's, or text as the source gave it. */
export interface CursorVariant {
  readonly declaration: string
  readonly type: string
}

export const columnsNamed = (entity: Entity, wanted: ReadonlyArray<string>): ReadonlyArray<Column> =>
  wanted.flatMap((name) => entity.columns.filter((column) => column.name === name))

export const list = (items: ReadonlyArray<string>): string => items.join(", ")

export const names = (columns: ReadonlyArray<Column>, prefix = ""): string =>
  list(columns.map((column) => prefix + quote(column.name)))

export const same = (columns: ReadonlyArray<Column>, left: string, right: string): string =>
  columns.map((column) => `${left}.${quote(column.name)} = ${right}.${quote(column.name)}`).join(" and ")

const arrays = (columns: ReadonlyArray<Column>, from: number): string =>
  list(columns.map((_, index) => `$${from + index}::text[]`))

const boundList = (columns: ReadonlyArray<Column>, from: number): string =>
  `select ${list(columns.map((column) => `${keySql(column, `b.${quote(column.name)}`)} as ${quote(column.name)}`))}
  from unnest(${arrays(columns, from)}) as b(${names(columns)})`

/** The bound rows with their types, `_n` counting them in the order they were read. */
export const boundRows = (entity: Entity, firstParameter: number): string => {
  const bound = boundColumns(entity)
  const typed = bound.map((column) => `b.${quote(column.name)}::${boundType(column)} as ${quote(column.name)}`)
  return `select ${list(typed)}, b._n from unnest(${arrays(bound, firstParameter)}) with ordinality as b(${names(bound)}, _n)`
}

/** What of a table is the entity's: the rows within the scope's constants. */
export const inScope = (entity: Entity, alias: string): string =>
  Object.keys(entity.scope)
    .map((name) => {
      const column = entity.columns.find((candidate) => candidate.name === name)
      return column === undefined ? "" : ` and ${alias}.${quote(name)} is not distinct from ${valueSql(column)}`
    })
    .join("")

export const deletes = (entity: Entity): boolean => entity.mode === "mirror" || entity.mode === "replace"

export const factsClause = `facts as materialized (select * from json_to_record($2::json) as f(
  complete boolean, keys_lost integer, rows integer, fetched integer, rejected integer, requests integer, bytes bigint,
  warnings jsonb, reasons jsonb, since boolean, cursors json))`

/**
 * The common middle of load and plan, after `facts`: `kept`, `incoming` (typed, folded rows) and `diff` (only rows that are new,
 * changed or gone; an unchanged table leaves it empty). `runExists` gates the comparison.
 */
export const diffClauses = (
  entity: Entity,
  variant: LoadVariant,
  runExists: string,
  current = quoteTable(entity.table)
): ReadonlyArray<string> => {
  const keys = columnsNamed(entity, entity.key)
  const within = columnsNamed(entity, variant.within)
  const columns = entity.columns
  const compared = columns.filter((column) => !entity.key.includes(column.name))
  const rows =
    variant.staging === undefined
      ? boundRows(entity, 4 + keys.length + within.length)
      : `select * from ${variant.staging}`
  const typed = list(columns.map((column) => `${valueSql(column)} as ${quote(column.name)}`))
  const source = `select ${typed}, s._n from (${rows}) as s\n${lookupJoins(columns)}`
  const incoming = variant.fold
    ? `select distinct on (${names(keys)}) * from (${source}) as f order by ${names(keys)}, _n desc`
    : source
  const firstKey = quote(entity.key[0])
  const absent = columnsNamed(entity, variant.absent)
  const differs =
    compared.length === 0 || entity.mode === "append"
      ? "false"
      : `(${list(compared.map((column) => comparable(column, "t")))}) is distinct from (${list(compared.map((column) => keptValue(absent, column, firstKey)))})`
  const join = deletes(entity) ? "full join" : "left join"
  const there = `(select * from ${current} as c where true${inScope(entity, "c")}${
    within.length === 0 ? "" : ` and exists (select from parents as p where ${same(within, "p", "c")})`
  })`
  return [
    `kept as materialized (${boundList(keys, 4)})`,
    ...(within.length === 0 ? [] : [`parents as materialized (${boundList(within, 4 + keys.length)})`]),
    `incoming as ${variant.fold ? "" : "not "}materialized (${incoming})`,
    ...(absent.length === 0
      ? []
      : [
          keepsClause(
            entity.guard,
            absent,
            `from incoming as i join ${there} as t on ${same(keys, "i", "t")} where ${runExists}`
          )
        ]),
    `diff as materialized (
  select ${list(columns.map((column) => `${keptValue(absent, column, firstKey)} as ${quote(column.name)}`))}, ${list(keys.map((key, index) => `t.${quote(key.name)} as _old_${index}`))},
    case when t.${firstKey} is null then 'new' when i._n is null then 'gone' else 'changed' end as _kind
  from (incoming as i ${join} ${there} as t on ${same(keys, "i", "t")})${absent.length === 0 ? "" : " cross join keeps as k"}
  where ${runExists} and case
    when t.${firstKey} is null then true
    when i._n is null then ${deletes(entity) ? goneAllowed(keys) : "false"}
    else ${differs} end)`,
    `counts as materialized (
  select count(*) filter (where _kind = 'new') as new, count(*) filter (where _kind = 'changed') as changed,
    count(*) filter (where _kind = 'gone') as gone,
    ${variant.fold ? "(select count(*) from incoming)" : "(select rows from facts)"} as rows
  from diff)`,
    `verdict as materialized (
  select case
      when c.gone = 0 then null
${guardCases(entity)}
    end as held, c.rows - c.new + c.gone as total
  from counts as c, facts as f)`
  ]
}

/** Only a whole read tells what is gone, and only if every key in it could be read. */
const goneAllowed = (keys: ReadonlyArray<Column>): string =>
  `(select complete and keys_lost = 0 from facts) and not exists (select from kept where ${same(keys, "kept", "t")})`

/** A `replace` swaps a whole scope by design, so no share of it is too much. */
const guardCases = ({ guard, mode }: Entity): string =>
  [
    ...(guard.empty === "refuse" ? ["when f.fetched = 0 then 'empty'"] : []),
    `when f.fetched > 0 and f.rejected::float8 / f.fetched > ${guard.maxReject} then 'rejects'`,
    ...(mode === "mirror"
      ? [
          `when c.gone > ${guard.floor} and c.gone::float8 / (c.rows - c.new + c.gone) > ${guard.maxDelete} then 'share'`
        ]
      : [])
  ]
    .map((line) => `      ${line}`)
    .join("\n")

/** The verdict as `made` words it, null when nothing is held. */
const held = (entity: Entity, made: typeof reasonSql): string => `case v.held
    when 'empty' then ${made("guard.empty", { count: "c.gone" })}
    when 'rejects' then ${made("guard.rejects", { rejected: "f.rejected", fetched: "f.fetched", limit: percent(entity.guard.maxReject), count: "c.gone" })}
    when 'share' then ${made("guard.share", { gone: "c.gone", rows: "v.total", limit: percent(entity.guard.maxDelete) })}
  end`
export const heldText = (entity: Entity): string => held(entity, textSql)
export const heldReason = (entity: Entity): string => held(entity, reasonSql)

const after = (clause: string): string => ` and (select count(*) from ${clause}) >= 0`

/** When whoever waits for the run gives it up. */
const until = "started_at + ($2::json ->> 'deadline')::bigint * interval '1 ms'"

const patience = `set_config('lock_timeout', greatest(1, least(
    extract(epoch from ${until} - clock_timestamp()) * 1000,
    nullif(extract(epoch from current_setting('lock_timeout')::interval) * 1000, 0)))::bigint::text, true) is not null`

export const loadStatement = (entity: Entity, variant: LoadVariant): string => {
  const keys = columnsNamed(entity, entity.key)
  const columns = entity.columns
  const updated = columns.filter((column) => !entity.key.includes(column.name))
  const table = quoteTable(entity.table)
  const updates = updated.length > 0 && entity.mode !== "append"
  const gone = list(keys.map((key, index) => `${literal(key.name)}, _old_${index}`))
  const asks = variant.confirm && deletes(entity)
  const act = asks ? "act" : "run"
  const mayWrite = asks ? " and exists (select from act)" : ""
  /** What the statement itself has to say, as an array. */
  const more = (made: typeof reasonSql) =>
    [
      `case when v.held is null then '[]'::jsonb else jsonb_build_array(${held(entity, made)}) end`,
      keptSql(entity, variant.absent, made),
      ...(variant.fold
        ? [
            `case when f.rows > c.rows then jsonb_build_array(${made("run.folded", { count: "(f.rows - c.rows)" })}) else '[]'::jsonb end`
          ]
        : [])
    ].join(" || ")
  const clauses = [
    factsClause,
    // Waiting for somebody's lock ends with the run: connections are shared, so that nobody can cancel the statement.
    `run as materialized (select id, connector, entity, account, ${until} as until
  from tributary.sync_log where id = $1 and status = 'running' and ${patience}${
    variant.staging === undefined ? "" : ` and (select count(*) from ${variant.staging}) = (select rows from facts)`
  } for update)`,
    ...diffClauses(entity, variant, "exists (select from run)"),
    ...(asks
      ? [
          `act as materialized (select run.* from run, counts as c, verdict as v where c.gone = 0 or v.held is not null)`
        ]
      : [
          `removed as (
  delete from ${table} as t using diff as d, verdict as v
  where d._kind = 'gone' and v.held is null and ${keys.map((key, index) => `t.${quote(key.name)} = d._old_${index}`).join(" and ")} returning 1)`
        ]),
    // Each waits for the one before, so that a value of the owner's unique index is free when another row takes it.
    ...(updates
      ? [
          `updated as (
  update ${table} as t set ${list(updated.map((column) => `${quote(column.name)} = d.${quote(column.name)}`))}, _changed_at = now()
  from diff as d where d._kind = 'changed' and ${same(keys, "t", "d")}${mayWrite}${asks ? "" : after("removed")} returning 1)`
        ]
      : []),
    // Plain statements: `on conflict` costs a quarter more, and the lock already keeps other runs of this entity out.
    `inserted as (insert into ${table} (${names(columns)}) select ${names(columns)} from diff
  where _kind = 'new'${mayWrite}${updates ? after("updated") : asks ? "" : after("removed")} returning 1)`,
    `rejects as (
  insert into tributary.sync_reject (run_id, position, key, field, reason, value, record)
  select run.id, r.position, r.key, r.field, r.reason, r.value, r.record
  from ${act} as run, json_to_recordset($3::json) as r(position integer, key jsonb, field text, reason text, value text,
    record text))`,
    ...(deletes(entity) ? pendingClauses(entity, gone, act) : []),
    ...(variant.cursor === undefined ? [] : cursorClauses(entity, variant.cursor)),
    `outcome as (
  select c.*, v.held, f.fetched, f.rejected, f.requests, f.bytes,
    f.warnings || ${more(textSql)} as warnings, f.reasons || ${more(reasonSql)} as reasons
  from counts as c, verdict as v, facts as f)`,
    `audit as (
  update tributary.sync_log as l set
    status = case when o.warnings = '[]'::jsonb then 'ok' else 'warning' end,
    finished_at = tributary.ended_in_time(run.until, (select count(*) from inserted)),
    fetched = o.fetched, inserted = o.new, updated = o.changed, unchanged = o.rows - o.new - o.changed,
    deleted = case when o.held is null then o.gone else 0 end,
    rejected = o.rejected, requests = o.requests, bytes = o.bytes, warnings = o.warnings, reasons = o.reasons
  from ${act} as run, outcome as o where l.id = run.id
  returning l.status, l.fetched, l.inserted, l.updated, l.unchanged, l.deleted, l.rejected, l.warnings, l.reasons)`
  ]
  const answer = asks
    ? `select to_json(a) as outcome, null::json as gone from audit as a
union all
select null, (select json_agg(json_build_array(${list(keys.map((key, index) => `_old_${index}::${sqlType(key)}::text`))})) from diff where _kind = 'gone')
from run where not exists (select from act)`
    : "select * from audit"
  return `with ${clauses.join(",\n")}\n${answer}`
}

/** A whole read asks the question anew, and a row that was seen again is not to be deleted: both end what was pending. */
const pendingClauses = (entity: Entity, gone: string, act: "act" | "run"): ReadonlyArray<string> => [
  `superseded as (
  update tributary.pending_delete as p set status = 'superseded', decided_at = now()
  from ${act} as run, facts as f
  where p.connector = run.connector and p.entity = run.entity and p.account is not distinct from run.account
    and p.status = 'open' and (f.complete and f.keys_lost = 0 or exists (
      select from jsonb_populate_recordset(null::${quoteTable(entity.table)}, p.rows) as g
      join incoming as i on ${same(columnsNamed(entity, entity.key), "g", "i")})))`,
  `pending as (
  insert into tributary.pending_delete (run_id, connector, entity, account, table_name, key_columns, reason, reasons, rows, total)
  select run.id, run.connector, run.entity, run.account, ${literal(`${entity.table.schema}.${entity.table.name}`)},
    ${literal(JSON.stringify(entity.key))}::jsonb, ${heldText(entity)}, jsonb_build_array(${heldReason(entity)}), g.rows, c.gone
  from ${act} as run, counts as c, verdict as v, facts as f,
    (select jsonb_agg(jsonb_build_object(${gone})) as rows from diff where _kind = 'gone') as g
  where v.held is not null)`
]

/**
 * Moves the cursors of the parts that arrived whole. A table that was emptied while only what changed was read has lost
 * the rows behind its cursors: they go, and the next read is whole.
 */
const cursorClauses = (entity: Entity, { declaration, type }: CursorVariant): ReadonlyArray<string> => [
  `emptied as materialized (
  select f.since and not exists (select from ${quoteTable(entity.table)} as c where true${inScope(entity, "c")}) as yes
  from facts as f)`,
  `forgotten as (
  delete from tributary.sync_cursor as s using run, emptied as e
  where e.yes and s.connector = run.connector and s.entity = run.entity and s.account = coalesce(run.account, ''))`,
  `cursors as (
  insert into tributary.sync_cursor (connector, entity, account, part, value, declaration, table_name, table_oid, read_at)
  select run.connector, run.entity, coalesce(run.account, ''), m.part, to_json(m.value::${type}) #>> '{}',
    ${literal(declaration)}, ${literal(`${entity.table.schema}.${entity.table.name}`)},
    ${literal(quoteTable(entity.table))}::regclass::oid, m.read_at
  from run, emptied as e, facts as f,
    json_to_recordset(f.cursors) as m(part text, value text, read_at timestamp with time zone)
  where not e.yes
  on conflict (connector, entity, account, part) do update set value = excluded.value, updated_at = now(),
    declaration = excluded.declaration, table_name = excluded.table_name, table_oid = excluded.table_oid,
    read_at = excluded.read_at)`
]
