/**
 * The common part of the load and the plan statement: the typed rows without duplicates, and their difference from the
 * table.
 */
import type { Column } from "../../config/Column.ts"
import { deletesMissing, hasTombstones } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { isCompared } from "../../config/VersionedEntity.ts"
import { columnsNamed, equalColumns, list, names } from "../tables/ColumnList.ts"
import {
  boundColumns,
  boundType,
  comparable,
  declaredSql,
  exactName,
  keySql,
  lookupJoins,
  roundedColumns,
  updatedColumns,
  valueSql
} from "../tables/ColumnSql.ts"
import { quote, quoteTable } from "../tables/Identifier.ts"
import { firstList } from "./AccountParameter.ts"
import { takenByDiff } from "./CascadeSql.ts"
import type { CursorVariant } from "./CursorVariant.ts"
import { blendingColumns, equalKeysClause, incomingKeyText } from "./EqualKeysSql.ts"
import { keepsClause, keptValue } from "./FieldSql.ts"
import { absentSql, goneClause, goneParameters } from "./GoneSql.ts"
import { verdictClause } from "./GuardSql.ts"
import { keyless } from "./KeylessSql.ts"
import { diffOf, isLate, latest } from "./LateSql.ts"
import { looksUp, soughtValues } from "./LookupSql.ts"
import {
  departedClause,
  departuresSql,
  hasDeparted,
  outlivedSql,
  tombstoneParameters,
  tombstonesClause
} from "./TombstoneSql.ts"

export interface LoadVariant {
  /** Whether duplicate keys are possible and must be removed; otherwise the rows are known to be distinct. */
  readonly fold: boolean
  /** For a child of an entity that does not mirror: deletes stay within the parents that were read. */
  readonly within: ReadonlyArray<string>
  /** The columns of the key that name the parents that were skipped, whose rows stay; absent if none was. */
  readonly skipped?: ReadonlyArray<string>
  /** Whether the read had several pages, between which rows move: then deletes are returned and nothing is written. */
  readonly confirm: boolean
  /** The declaration for which missed rows are remembered; only rows that the previous run missed too are deleted. */
  readonly misses?: string | undefined
  /** Columns whose field was in no record of a whole read; many values at once are not overwritten with null. */
  readonly absent: ReadonlyArray<string>
  /** Columns that keep what the table has, whatever came. */
  readonly withheld?: ReadonlyArray<string>
  /** The staged rows; absent if the rows are bound to the statement. */
  readonly staging?: StagedRows
  /** Whether the read continues: its rows so far are loaded, and its run is not over. */
  readonly checkpoint?: boolean
  /** Whether there are keys of which the source has no record any more (`ReadFacts.gone`). */
  readonly gone?: boolean
  /** Whether the known fields of the source have changed and have to be stored. */
  readonly fields?: boolean
  /** Present for an incremental read. */
  readonly cursor?: CursorVariant | undefined
}

export interface StagedRows {
  /** Quoted and qualified. */
  readonly table: string
  /** Selects its rows with their types; `_n` numbers them in the order of the read. */
  readonly rows: string
  /** One of them as JSON, as it was staged; the table is `w`. */
  readonly record: string
}

export const arraysSql = (columns: ReadonlyArray<Column>, from: number): string =>
  list(columns.map((_, index) => `$${from + index}::text[]`))
const boundList = (columns: ReadonlyArray<Column>, from: number): string =>
  `select ${list(columns.map((column) => `${keySql(column, `b.${quote(column.name)}`)} as ${quote(column.name)}`))}
  from unnest(${arraysSql(columns, from)}) as b(${names(columns)})`

/** The bound rows with their types; `_n` numbers them in the order of the read. */
const boundRows = (entity: Entity, firstParameter: number): string => {
  const bound = boundColumns(entity)
  const typed = bound.map((column) => `b.${quote(column.name)}::${boundType(column)} as ${quote(column.name)}`)
  return `select ${list(typed)}, b._n from unnest(${arraysSql(bound, firstParameter)}) with ordinality as b(${names(bound)}, _n)`
}

/** The condition for the entity's own rows: those with the scope's constants. */
export const inScope = (entity: Entity, alias: string): string =>
  Object.keys(entity.scope)
    .map((name) => {
      const column = entity.columns.find((candidate) => candidate.name === name)
      // `=` can use an index, unlike `is not distinct from`, which null needs.
      const equals = entity.scope[name] === null ? "is not distinct from" : "="
      return column === undefined ? "" : ` and ${alias}.${quote(name)} ${equals} ${valueSql(column)}`
    })
    .join("")

/** Whether the row of `diff` is missing from the source, which says nothing of it. */
export const isMissing = (entity: Entity, alias: string): string =>
  `${alias}._kind = 'gone'${hasTombstones(entity) ? ` and not ${alias}._tombstone` : ""}`

export const factsClause = `facts as materialized (select * from json_to_record($2::json) as f(
  complete boolean, keys_lost integer, rows integer, before integer, again integer, fetched integer, rejected integer, requests integer, bytes bigint,
  warnings jsonb, reasons jsonb, last_requests jsonb, notes jsonb, note_reasons jsonb, since boolean, cursors json,
  missed integer, vanished jsonb, past_rejected boolean, tombstones integer, ordered boolean))`

/** Whether duplicate keys have to be removed: there may be some, or different keys may be equal in the table. */
export const needsFold = (entity: Entity, { fold }: Pick<LoadVariant, "fold">): boolean =>
  fold || blendingColumns(entity).length > 0

/**
 * The common middle of load and plan, after `facts`: `kept`, `incoming` (typed, folded rows) and `diff` (only new,
 * changed or missing rows; empty for an unchanged table), then the verdict of the guard. `runExists` gates the comparison; `goes` selects the rows of
 * `diff as d` that would be deleted.
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
  const skipped = columnsNamed(entity, variant.skipped ?? [])
  const absent = columnsNamed(entity, variant.absent)
  const lacking = keyless(entity, "c")
  const [there, first] = [ownRows(entity, current, within), firstList(entity)]
  return [
    `kept as materialized (${boundList(keys, first)})`,
    ...(within.length === 0 ? [] : [`parents as materialized (${boundList(within, first + keys.length)})`]),
    ...(skipped.length === 0
      ? []
      : [`skipped as materialized (${boundList(skipped, first + keys.length + within.length)})`]),
    ...(lacking === ""
      ? []
      : [
          `keyless as materialized (select count(*) as n from ${current} as c where (${lacking})${inScope(entity, "c")})`
        ]),
    ...incomingClauses(entity, variant),
    ...(absent.length === 0
      ? []
      : [
          keepsClause(
            entity.guard,
            absent,
            `from incoming as i join ${there} as t on ${equalColumns(keys, "i", "t")} where ${runExists}`
          )
        ]),
    ...diffOf(entity, diffClause(entity, variant, there, runExists)),
    countsClause(entity, variant),
    ...takenByDiff(entity, goes),
    verdictClause(entity, skipped.length === 0 ? there : `(select * from ${there} as t where ${isRead(skipped)})`)
  ]
}

/** Whether the rows that another of the same key replaces are kept as versions. What keys are equal to is the table's business. */
export const keepsReplaced = (entity: Entity, variant: Pick<LoadVariant, "fold">): boolean =>
  entity.versions !== undefined && variant.fold && blendingColumns(entity).length === 0

/** The rows of the table that the entity fills; of a child, those of the parents that were read. */
export const ownRows = (entity: Entity, current: string, within: ReadonlyArray<Column>): string => {
  const lacking = keyless(entity, "c")
  return `(select * from ${current} as c where true${inScope(entity, "c")}${lacking === "" ? "" : ` and not (${lacking})`}${
    within.length === 0 ? "" : ` and exists (select from parents as p where ${equalColumns(within, "p", "c")})`
  })`
}

/** Whether the row `t` is of none of the parents that were skipped. */
const isRead = (skipped: ReadonlyArray<Column>): string =>
  `not exists (select from skipped as p where ${equalColumns(skipped, "p", "t")})`

/** The original values of columns that hold them only roughly. */
const exactValues = (entity: Entity, value: (column: Column, at: number) => string): string =>
  roundedColumns(entity)
    .map((column, at) => `, ${value(column, at)}`)
    .join("")

/** `incoming`, and the tombstones of the source, which take rows out of it. */
const incomingClauses = (entity: Entity, variant: LoadVariant): ReadonlyArray<string> => {
  const { columns, key } = entity
  const [dedupe, tombs] = [needsFold(entity, variant), hasTombstones(entity)]
  const blends = blendingColumns(entity).length > 0
  const isNamed = blends || keepsReplaced(entity, variant)
  const firstTombstone = firstList(entity) + key.length + variant.within.length + (variant.skipped ?? []).length
  const firstGone = firstTombstone + tombstoneParameters(entity)
  const firstRow = firstGone + goneParameters(entity, variant.gone)
  const typed = list([
    ...columns.map((column) => `${valueSql(column)} as ${quote(column.name)}`),
    ...(blends ? [`${incomingKeyText(entity)} as _came`] : [])
  ])
  const exact = exactValues(entity, (column, at) => `${declaredSql(column)} as ${exactName(at)}`)
  const source = `select ${typed}${exact}${soughtValues(entity)}, s._n from (${variant.staging?.rows ?? boundRows(entity, firstRow)}) as s\n${lookupJoins(columns)}`
  const keyNames = names(columnsNamed(entity, key))
  const last = dedupe
    ? `select distinct on (${keyNames}) * from ${isNamed ? "came" : `(${source})`} as f${entity.versions === undefined ? "" : " where _n > 0"} order by ${keyNames}, ${latest(entity)}`
    : source
  return [
    ...(isNamed ? [`came as materialized (${source})`] : []),
    ...(blends ? [equalKeysClause(entity)] : []),
    ...(tombs ? [tombstonesClause(entity, firstTombstone)] : []),
    ...(variant.gone === true ? [goneClause(entity, firstGone)] : []),
    `incoming as ${dedupe || tombs || looksUp(entity) ? "" : "not "}materialized (${tombs ? outlivedSql(entity, last) : last})`,
    ...(tombs ? [departedClause(entity)] : [])
  ]
}

/** The value to write for a row `i` where the table has `t`. */
export const writtenValue = (entity: Entity, variant: LoadVariant): ((column: Column) => string) => {
  const absent = columnsNamed(entity, variant.absent)
  return (column) =>
    variant.withheld?.includes(column.name) === true
      ? comparable(column, "t")
      : keptValue(absent, column, quote(entity.key[0]))
}

/** Compares `incoming` with the rows `there`. */
const diffClause = (entity: Entity, variant: LoadVariant, there: string, runExists: string): string => {
  const { columns, key, mode } = entity
  const absent = columnsNamed(entity, variant.absent)
  const skipped = columnsNamed(entity, variant.skipped ?? [])
  const keys = columnsNamed(entity, key)
  const tombs = hasTombstones(entity)
  const firstKey = quote(key[0])
  const compared = mode === "append" ? [] : updatedColumns(entity).filter(isCompared)
  const written = writtenValue(entity, variant)
  const values = columns.map((column) => `${written(column)} as ${quote(column.name)}`)
  const oldKeys = keys.map((column, index) => `t.${quote(column.name)} as _old_${index}`)
  const differs =
    compared.length === 0
      ? "false"
      : `(${list(compared.map((column) => comparable(column, "t")))}) is distinct from (${list(compared.map(written))})`
  const gone = [
    goneAllowed(keys),
    ...(skipped.length === 0 ? [] : [isRead(skipped)]),
    ...(tombs ? [`not ${hasDeparted(entity)}`] : [])
  ]
  const marks = [...(tombs ? ["_tombstone"] : []), ...(variant.gone === true ? ["_absent"] : [])]
  const others = [
    ...(tombs
      ? [
          departuresSql(
            entity,
            there,
            runExists,
            marks.map((name) => String(name === "_tombstone"))
          )
        ]
      : []),
    ...(variant.gone === true
      ? [
          absentSql(
            entity,
            there,
            runExists,
            marks.map((name) => String(name === "_absent"))
          )
        ]
      : [])
  ]
  const isGone = deletesMissing(entity) ? gone.join(" and ") : "false"
  return `
  select ${list(values)}, ${list(oldKeys)}${exactValues(entity, (_, at) => `i.${exactName(at)}`)},
    case when t.${firstKey} is null then 'new' when i._n is null then 'gone'${isLate(entity)} else 'changed' end as _kind${marks.map((name) => `, false as ${name}`).join("")}
  from (incoming as i ${deletesMissing(entity) ? "full join" : "left join"} ${there} as t on ${equalColumns(keys, "i", "t")})${absent.length === 0 ? "" : " cross join keeps as k"}
  where ${runExists} and case
    when t.${firstKey} is null then true
    when i._n is null then ${isGone}
    else ${differs} end${others.map((rows) => `\n  union all ${rows}`).join("")}`
}

const countsClause = (entity: Entity, variant: LoadVariant): string => {
  const dedupe = needsFold(entity, variant)
  const absent = "count(*) filter (where diff._absent)"
  const isMarked = "diff._kind = 'changed' and diff._tombstone"
  const marked = `count(*) filter (where ${isMarked})`
  const rows = hasTombstones(entity)
    ? `count(*) filter (where ${isMissing(entity, "diff")}) as missing, ${marked} as marked,
    (select count(*) from incoming) + ${marked}`
    : dedupe
      ? "(select count(*) from incoming)"
      : "(select rows from facts)"
  return `counts as materialized (
  select count(*) filter (where _kind = 'new') as new, count(*) filter (where _kind = 'changed') as changed,
    count(*) filter (where _kind = 'gone') as gone,
    ${rows}${variant.gone === true ? ` + ${absent} as rows, ${absent} as absent` : " as rows"}
  from diff)`
}

/** Only a whole read shows which rows are gone, and only if every key in it could be read. */
const goneAllowed = (keys: ReadonlyArray<Column>): string =>
  `(select complete and keys_lost = 0 from facts) and not exists (select from kept where ${equalColumns(keys, "kept", "t")})`
