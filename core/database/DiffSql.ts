/**
 * What the statement of a load and that of a plan have in common: the rows with their types and without duplicates,
 * their difference from what the table holds, and the verdict on the deletes.
 */
import type { Column, Entity } from "../config/Entity.ts"
import { reasonSql, textSql } from "../reason/Sql.ts"
import { cascades, heldCascades, takenClause } from "./CascadeSql.ts"
import { columnsNamed, list, names, same } from "./ColumnList.ts"
import {
  boundColumns,
  boundType,
  comparable,
  declaredSql,
  exactName,
  keyHeld,
  keySql,
  lookupJoins,
  roundedColumns,
  valueSql
} from "./ColumnSql.ts"
import { blending, cameText, equalKeysClause } from "./EqualKeysSql.ts"
import { keepsClause, keptValue, percent } from "./FieldSql.ts"
import { literal, quote, quoteTable, tableId } from "./Identifier.ts"

export interface LoadVariant {
  /** Duplicates of a key are possible, so they must be sorted out; otherwise the rows are known to be distinct. */
  readonly fold: boolean
  /** For a child of an entity that does not mirror: deletes stay inside the parents that were read. */
  readonly within: ReadonlyArray<string>
  /** The read came in several pages, between which rows move: what would be deleted is answered, and nothing is written. */
  readonly confirm: boolean
  /** Rows go only when the run before missed them too: the declaration that what was missed is kept for. */
  readonly misses?: string | undefined
  /** Columns whose field was in no record of a whole read: many values at once are not overwritten with nothing. */
  readonly absent: ReadonlyArray<string>
  /** Where the rows were staged; absent: they are bound to the statement. */
  readonly staging?: Staged
  /** The read goes on: what it has brought is loaded, and its run is not over. */
  readonly checkpoint?: boolean
  /** What is known of the source's fields has changed, and is kept. */
  readonly fields?: boolean
  /** Of an incremental read. */
  readonly cursor?: CursorVariant | undefined
}

export interface Staged {
  /** Quoted and qualified. */
  readonly table: string
  /** Selects the rows of it with their types, `_n` counting them in the order they were read. */
  readonly rows: string
  /** One of them as JSON, as it was staged, where the table is `w`. */
  readonly record: string
}

/** What a cursor is kept with, and the type its values are stored as: the cursor column's, or text as the source gave it. */
export interface CursorVariant {
  readonly declaration: string
  readonly type: string
}

export const arrays = (columns: ReadonlyArray<Column>, from: number): string =>
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
  complete boolean, keys_lost integer, rows integer, before integer, fetched integer, rejected integer, requests integer, bytes bigint,
  warnings jsonb, reasons jsonb, last_requests jsonb, notes jsonb, note_reasons jsonb, since boolean, cursors json,
  missed integer, vanished jsonb, past_rejected boolean))`

/** Whether rows of one key are to be sorted out: there may be some, or keys that differ may be one in the table. */
export const folds = (entity: Entity, { fold }: Pick<LoadVariant, "fold">): boolean =>
  fold || blending(entity).length > 0

/**
 * The common middle of load and plan, after `facts`: `kept`, `incoming` (typed, folded rows) and `diff` (only rows that are new,
 * changed or gone; an unchanged table leaves it empty). `runExists` gates the comparison; `goes` says which rows of `diff as d`
 * would be deleted.
 */
export const diffClauses = (
  entity: Entity,
  variant: LoadVariant,
  runExists: string,
  current = quoteTable(entity.table),
  goes = "d._kind = 'gone'"
): ReadonlyArray<string> => {
  const keys = columnsNamed(entity, entity.key)
  const within = columnsNamed(entity, variant.within)
  const columns = entity.columns
  const compared = columns.filter((column) => !entity.key.includes(column.name))
  const rows = variant.staging === undefined ? boundRows(entity, 4 + keys.length + within.length) : variant.staging.rows
  const blended = blending(entity)
  const typed = list([
    ...columns.map((column) => `${valueSql(column)} as ${quote(column.name)}`),
    ...(blended.length === 0 ? [] : [`${cameText(entity)} as _came`])
  ])
  const exact = roundedColumns(entity).map((column, at) => `, ${declaredSql(column)} as ${exactName(at)}`)
  const source = `select ${typed}${exact.join("")}, s._n from (${rows}) as s\n${lookupJoins(columns)}`
  const dedupe = folds(entity, variant)
  const came = blended.length === 0 ? `(${source})` : "came"
  const incoming = dedupe
    ? `select distinct on (${names(keys)}) * from ${came} as f order by ${names(keys)}, _n desc`
    : source
  const firstKey = quote(entity.key[0])
  const absent = columnsNamed(entity, variant.absent)
  const differs =
    compared.length === 0 || entity.mode === "append"
      ? "false"
      : `(${list(compared.map((column) => comparable(column, "t")))}) is distinct from (${list(compared.map((column) => keptValue(absent, column, firstKey)))})`
  const join = deletes(entity) ? "full join" : "left join"
  const lacking = keyless(entity, "c")
  const there = `(select * from ${current} as c where true${inScope(entity, "c")}${lacking === "" ? "" : ` and not (${lacking})`}${
    within.length === 0 ? "" : ` and exists (select from parents as p where ${same(within, "p", "c")})`
  })`
  return [
    `kept as materialized (${boundList(keys, 4)})`,
    ...(within.length === 0 ? [] : [`parents as materialized (${boundList(within, 4 + keys.length)})`]),
    ...(lacking === ""
      ? []
      : [
          `keyless as materialized (select count(*) as n from ${current} as c where (${lacking})${inScope(entity, "c")})`
        ]),
    ...(blended.length === 0 ? [] : [`came as materialized (${source})`, equalKeysClause(entity)]),
    `incoming as ${dedupe ? "" : "not "}materialized (${incoming})`,
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
  select ${list(columns.map((column) => `${keptValue(absent, column, firstKey)} as ${quote(column.name)}`))}, ${list(keys.map((key, index) => `t.${quote(key.name)} as _old_${index}`))}${exact.map((_, at) => `, i.${exactName(at)}`).join("")},
    case when t.${firstKey} is null then 'new' when i._n is null then 'gone' else 'changed' end as _kind
  from (incoming as i ${join} ${there} as t on ${same(keys, "i", "t")})${absent.length === 0 ? "" : " cross join keeps as k"}
  where ${runExists} and case
    when t.${firstKey} is null then true
    when i._n is null then ${deletes(entity) ? goneAllowed(keys) : "false"}
    else ${differs} end)`,
    `counts as materialized (
  select count(*) filter (where _kind = 'new') as new, count(*) filter (where _kind = 'changed') as changed,
    count(*) filter (where _kind = 'gone') as gone,
    ${dedupe ? "(select count(*) from incoming)" : "(select rows from facts)"} as rows
  from diff)`,
    ...takenClauses(entity, goes),
    `verdict as materialized (
  select case
      when c.gone = 0 then null
${guardCases(entity)}
    end as held, c.rows - c.new + c.gone as total
  from counts as c, facts as f${cascades(entity) ? ", taken as a" : ""})`
  ]
}

/** Only a whole read tells what is gone, and only if every key in it could be read. */
const goneAllowed = (keys: ReadonlyArray<Column>): string =>
  `(select complete and keys_lost = 0 from facts) and not exists (select from kept where ${same(keys, "kept", "t")})`

/** What goes with the rows that are gone. Of a table that refers to itself, as its rows will refer. */
const takenClauses = (entity: Entity, goes: string): ReadonlyArray<string> => {
  const key = columnsNamed(entity, entity.key).map((column, at) => ({
    held: (alias: string) => keyHeld(column, alias),
    of: (alias: string) => `${alias}._old_${at}`
  }))
  const value = (name: string) => (columnsNamed(entity, [name]).length === 0 ? undefined : `n.${quote(name)}`)
  const rows = { gone: `diff as d where ${goes}`, changed: "diff as n where n._kind = 'changed'", value }
  return cascades(entity) ? [takenClause(entity.cascades ?? [], key, rows)] : []
}

/** A `replace` swaps a whole scope by design, so no share of it is too much. */
const guardCases = (entity: Entity): string => {
  const { guard, mode } = entity
  return [
    ...(guard.empty === "refuse" ? ["when f.fetched = 0 then 'empty'"] : []),
    `when f.fetched > 0 and f.rejected::float8 / f.fetched > ${guard.maxReject} then 'rejects'`,
    ...(mode === "mirror"
      ? [
          `when c.gone > ${guard.floor} and c.gone::float8 / (c.rows - c.new + c.gone) > ${guard.maxDelete} then 'share'`
        ]
      : []),
    ...(cascades(entity) && guard.cascade === "refuse"
      ? ["when a.removed + a.changed > 0 then 'cascade'", "when a.unseen is not null then 'unseen'"]
      : [])
  ]
    .map((line) => `      ${line}`)
    .join("\n")
}

/** The verdict as `made` words it, null when nothing is held. */
export const held = (entity: Entity, made: typeof reasonSql): string => `case v.held
    when 'empty' then ${made("guard.empty", { count: "c.gone" })}
    when 'rejects' then ${made("guard.rejects", { rejected: "f.rejected", fetched: "f.fetched", limit: percent(entity.guard.maxReject), count: "c.gone" })}
    when 'share' then ${made("guard.share", { gone: "c.gone", rows: "v.total", limit: percent(entity.guard.maxDelete) })}${cascades(entity) ? heldCascades(made) : ""}
  end`
export const heldText = (entity: Entity): string => held(entity, textSql)
export const heldReason = (entity: Entity): string => held(entity, reasonSql)

/** A row of the table `alias` that has no key: nobody can say which record it is. Empty where there can be none. */
const keyless = (entity: Entity, alias: string): string =>
  columnsNamed(entity, entity.key)
    .flatMap(({ name, nullable }) => (nullable === true ? [`${alias}.${quote(name)} is null`] : []))
    .join(" or ")

/** Rows that were left alone for that, as a JSON array of what `made` makes. */
export const keylessSql = (entity: Entity, made: typeof reasonSql): string => {
  const table = quoteTable(entity.table)
  const lacking = keyless(entity, "t")
  if (lacking === "") return "'[]'::jsonb"
  const readStats = {
    count: "k.n",
    table: literal(tableId(entity.table)),
    key: literal(entity.key.join(", ")),
    statement: literal(`select * from ${table} as t where ${lacking}`)
  }
  return `(select case when k.n > 0 then jsonb_build_array(${made("load.keyless", readStats)}) else '[]'::jsonb end from keyless as k)`
}

/** What the second read found, as a JSON array: the rows that the first one missed and that are not gone. */
export const slidSql = (made: typeof reasonSql): string =>
  `case when f.missed > c.gone then jsonb_build_array(${made("confirm.slid", { count: "(f.missed - c.gone)" })}) else '[]'::jsonb end`
