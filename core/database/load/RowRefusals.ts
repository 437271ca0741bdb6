/**
 * Finds the rows that PostgreSQL refuses, after it refused a whole load because of one: a number out of its column's
 * range, an index entry too long, a row too wide, a check or a trigger of the table's owner. The search writes halves
 * of the staged rows and rolls back, in one statement; the load then continues without the refused rows. A plan writes
 * nothing, so its values are only read as the types of their columns.
 */
import { Effect, Predicate, Schema } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import type { Column } from "../../config/Column.ts"
import { deletesMissing, hasTombstones, tombstonesDelete } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { isCompared, readAtColumn } from "../../config/VersionedEntity.ts"
import { Reason } from "../../reason/Reason.ts"
import { reasonSql } from "../../reason/Sql.ts"
import { codeOf } from "../connection/SqlReason.ts"
import { columnsNamed, equalColumns, list, names } from "../tables/ColumnList.ts"
import {
  comparable,
  incomingKeySql,
  keySql,
  lookupJoins,
  storedKeySql,
  updatedColumns,
  valueSql
} from "../tables/ColumnSql.ts"
import { literal, quote, quoteTable } from "../tables/Identifier.ts"
import { inScope, type LoadVariant, needsFold, type StagedRows } from "./DiffSql.ts"
import { blendingColumns, equalKeysClause, equalKeysSql, incomingKeyText } from "./EqualKeysSql.ts"
import { knownAt, latest } from "./LateSql.ts"
import { missedClause, ownerSql } from "./MissedSql.ts"
import type { ReadFacts } from "./ReadFacts.ts"
import { returningColumns } from "./WrittenSql.ts"

/** With more than this, single records are not the cause. */
export const maxRefused = 1_000

/** The maximum size of all keys that are returned whole, in bytes. */
const maxKeys = 16_000_000
/** The maximum length of any other key, in characters. */
const maxKey = 500
/** The maximum length of a message of PostgreSQL, which may quote a value. */
const maxWords = 1_000

/** Errors that a value can cause: by their class, and errors raised by a trigger of the table's owner. */
const ofValues = /^(?:22|23|54|P0001$)/

/** A policy of row security refuses a row with the code of a missing right; only the routine distinguishes them. */
const ofPolicy = ({ reason: { cause } }: SqlError.SqlError): boolean =>
  Predicate.hasProperty(cause, "routine") && cause.routine === "ExecWithCheckOptions"

export const isRefusal = (error: unknown): error is SqlError.SqlError =>
  SqlError.isSqlError(error) && (ofValues.test(codeOf(error)) || ofPolicy(error))

const RefusedRow = Schema.Struct({
  n: Schema.BigInt,
  code: Schema.String,
  message: Schema.String,
  detail: Schema.String,
  field: Schema.String,
  /** The constraint that was violated. */
  rule: Schema.String,
  key: Schema.Array(Schema.NullOr(Schema.String)),
  /** Whether the keys are too large in total, so that this one is cut. */
  long: Schema.Boolean,
  record: Schema.String,
  /** Whether its key belongs to a row of another entity, which is not the record's fault. */
  taken: Schema.Boolean
})
export type RefusedRow = typeof RefusedRow.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(RefusedRow))

/** The columns whose length or range a row exceeds; PostgreSQL does not name them. */
const exceeded = ({ columns }: Entity): string => {
  const cases = columns.flatMap(({ array, lookup, name, source, stored, type }) => {
    if (array || lookup !== undefined || source._tag === "Constant" || stored === undefined) return []
    const value = `s.${quote(name)}`
    const length = /^(?:character varying|character)\((\d+)\)$/.exec(stored)?.[1]
    if (length !== undefined && type === "text") {
      return [`case when f.code = '22001' and char_length(rtrim(${value})) > ${length} then ${literal(name)} end`]
    }
    const [, precision, scale = "0"] = /^numeric\((\d+)(?:,(-?\d+))?\)$/.exec(stored) ?? []
    const range =
      stored === "smallint"
        ? `${value} not between -32768 and 32767`
        : precision !== undefined && type === "decimal"
          ? `abs(round(${value}, ${scale})) >= 10::numeric ^ ${Number(precision) - Number(scale)}`
          : undefined
    return range === undefined ? [] : [`case when f.code = '22003' and ${range} then ${literal(name)} end`]
  })
  return cases.length === 0 ? "''" : `concat_ws(', ', ${list(cases)})`
}

/**
 * Finds a row that lacks a column no field fills: not the record's fault, and every new row would be refused too. For a
 * NOT NULL domain PostgreSQL names no column, and the record is at fault.
 */
export const findUnfilled = <R extends Pick<RefusedRow, "code" | "field">>(
  entity: Entity,
  rows: ReadonlyArray<R>
): R | undefined =>
  rows.find(({ code, field }) => code === "23502" && field !== "" && entity.columns.every(({ name }) => name !== field))

const arrayOf = (values: ReadonlyArray<string>): string =>
  values.length === 0 ? "'{}'::text[]" : `array[${values.map(literal).join(",")}]::text[]`

const keysGiven = (columns: ReadonlyArray<Column>, values: ReadonlyArray<ReadonlyArray<string>>): string =>
  `(select ${list(columns.map((column) => `${keySql(column, `b.${quote(column.name)}`)} as ${quote(column.name)}`))}
    from unnest(${list(values.map(arrayOf))}) as b(${names(columns)}))`

const staged = (columns: ReadonlyArray<Column>, rows: string, where: string): string =>
  `(select ${list(columns.map((column) => `${valueSql(column)} as ${quote(column.name)}`))}
    from (select * from (${rows}) as r${where}) as s ${lookupJoins(columns)})`

/** Deletes first what a whole read would delete: it may hold a value that another row is about to take. */
const removal = (
  entity: Entity,
  facts: ReadFacts,
  rows: string,
  within: string,
  misses: string | undefined,
  skipped: ReadonlyArray<string>
): string => {
  const keys = columnsNamed(entity, entity.key)
  const gone = departing(entity, facts, rows, within)
  if (!deletesMissing(entity) || !facts.complete || facts.unreadableKeys > 0) return gone
  const missed = misses === undefined ? "" : `with ${missedClause(entity, misses, ownerSql(entity))} `
  const isDue =
    misses === undefined ? "" : ` and exists (select from missed as m where ${equalColumns(keys, "m", "t")})`
  const parents = columnsNamed(entity, skipped)
  const stays =
    parents.length === 0
      ? ""
      : ` and not exists (select from ${keysGiven(parents, facts.skipped ?? [])} as p where ${equalColumns(parents, "p", "t")})`
  const marked = hasTombstones(entity) ? ` and not exists (${tombstoneOf(entity, facts)})` : ""
  return `${gone}; ${missed}delete from ${quoteTable(entity.table)} as t where true${isDue}${inScope(entity, "t")}${within.replaceAll("c.", "t.")}
    and not exists (select from (${rows}) as s ${lookupJoins(keys)} where ${keys.map((key) => `${incomingKeySql(key)} = ${storedKeySql(key, "t")}`).join(" and ")})
    and not exists (select from ${keysGiven(keys, facts.protectedKeys)} as k where ${equalColumns(keys, "k", "t")})${stays}${marked}`
}

const tombstoneOf = (entity: Entity, { tombstones = [] }: ReadFacts): string => {
  const keys = columnsNamed(entity, entity.key)
  return `select from ${keysGiven(keys, tombstones.slice(0, keys.length))} as g where ${equalColumns(keys, "g", "t")}`
}

/** Deletes what the source says is gone. */
const departing = (entity: Entity, facts: ReadFacts, rows: string, within: string): string => {
  if (!tombstonesDelete(entity)) return "select 1"
  const keys = columnsNamed(entity, entity.key)
  return `delete from ${quoteTable(entity.table)} as t where exists (${tombstoneOf(entity, facts)})${inScope(entity, "t")}${within.replaceAll("c.", "t.")}
    and not exists (select from (${rows}) as s ${lookupJoins(keys)} where ${keys.map((key) => `${incomingKeySql(key)} = ${storedKeySql(key, "t")}`).join(" and ")})
    and not exists (select from ${keysGiven(keys, facts.protectedKeys)} as k where ${equalColumns(keys, "k", "t")})`
}

/**
 * The writing part of a load, for a range of rows. It returns what a load returns: a row that the role could not see
 * again is refused only if columns of it are asked for.
 */
const writing = (entity: Entity, rows: string, within: string, absent: ReadonlyArray<string>): string => {
  const target = quoteTable(entity.table)
  const keys = columnsNamed(entity, entity.key)
  const others = updatedColumns(entity).filter(({ name }) => !absent.includes(name))
  const updates = others.some(isCompared) && entity.mode !== "append"
  const known = `select from ${target} as c where ${equalColumns(keys, "i", "c")}${inScope(entity, "c")}${within}`
  const isNewer =
    entity.versions === undefined ? "" : ` and coalesce(i.${quote(readAtColumn)} >= ${knownAt("c")}, true)`
  const compared = others.filter(isCompared)
  return `with incoming as materialized ${staged(entity.columns, rows, " where _n between $1 and $2")}${
    updates
      ? `, updated as (update ${target} as c set ${list(others.map(({ name }) => `${quote(name)} = i.${quote(name)}`))}
    from incoming as i where ${equalColumns(keys, "i", "c")}${inScope(entity, "c")}${within}
      and (${list(compared.map((column) => comparable(column, "c")))}) is distinct from (${names(compared, "i.")})${isNewer} returning 1)`
      : ""
  }
  insert into ${target} (${names(entity.columns)}) select ${names(entity.columns)} from incoming as i
  where not exists (${known})${updates ? " and (select count(*) from updated) >= 0" : ""} returning ${returningColumns(entity, "")}`
}

const ArrangeResult = Schema.Struct({ dropped: Schema.Int, alike: Schema.Array(Reason) })
export type ArrangeResult = typeof ArrangeResult.Type
const decodeArrangeResults = Schema.decodeUnknownEffect(Schema.Array(ArrangeResult))

/**
 * Prepares the staged rows for the search: keeps the last row of each key, as a load does. Returns the number of
 * dropped rows, and warnings about equal keys.
 */
export const prepareStaged = Effect.fn("RowRefusals.prepareStaged")(function* (
  entity: Entity,
  { rows, table }: StagedRows,
  duplicates: boolean
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(`create index on ${table} (_n)`)
  yield* sql.unsafe(`analyze ${table}`)
  const none: ArrangeResult = { dropped: 0, alike: [] }
  if (!needsFold(entity, { fold: duplicates })) return none
  const keys = columnsNamed(entity, entity.key)
  const came = blendingColumns(entity).length === 0 ? "''" : incomingKeyText(entity)
  const read = entity.versions === undefined ? "" : `, s.${quote(readAtColumn)}`
  const isReplaced = `_n in (select _n from (
      select _n, row_number() over (partition by ${names(keys)} order by ${latest(entity)}) as nth from came) as r
      where nth > 1)`
  // What is replaced may be a version; a negative number takes it out of the search.
  const drop =
    entity.versions === undefined
      ? `delete from ${table} where ${isReplaced}`
      : `update ${table} set _n = -_n where ${isReplaced}`
  const [arranged] = yield* decodeArrangeResults(
    yield* sql.unsafe(`with came as materialized (
      select ${list(keys.map((key) => `${incomingKeySql(key)} as ${quote(key.name)}`))}, ${came} as _came, s._n${read}
      from (${rows}) as s ${lookupJoins(keys)}),
    dropped as (${drop} returning 1),
    ${equalKeysClause(entity)}
    select (select count(*) from dropped)::integer as dropped, ${equalKeysSql(entity, reasonSql)} as alike`)
  )
  return arranged ?? none
})

/** Drops the staged rows that another of the same key replaces. */
export const dropReplaced = Effect.fn("RowRefusals.dropReplaced")(function* ({ table }: StagedRows) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(`delete from ${table} where _n < 0`)
})

/** `removing`: with the deletes; `keeping`: without them, as if withheld. */
export type TrialMode = "removing" | "keeping" | "reading"

/** Reads every value as its column's type; a value that is not used would not be evaluated. */
const reading = (entity: Entity, rows: string): string =>
  `select count(*) from ${staged(entity.columns, rows, " where _n between $1 and $2")} as i where i::text is null`

/** Shorter than PostgreSQL's deadlock timeout: of two that wait for each other, the plan is the one that gives up. */
export const shortLockTimeout = "select set_config('lock_timeout', '300ms', true)"

/** Takes refused rows out of the staged ones; fails the run if the key of one is taken. `before`: SQL to run first. */
export const removeRefused = Effect.fn("RowRefusals.removeRefused")(function* (
  entity: Entity,
  facts: ReadFacts,
  staging: StagedRows,
  { absent, misses, skipped = [], within }: Pick<LoadVariant, "absent" | "misses" | "skipped" | "within">,
  attempt: TrialMode,
  before = ""
): Effect.fn.Return<ReadonlyArray<RefusedRow>, SqlError.SqlError | Schema.SchemaError, SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  const parents = columnsNamed(entity, within)
  const inside =
    parents.length === 0
      ? ""
      : ` and exists (select from ${keysGiven(parents, facts.parents)} as p where ${equalColumns(parents, "p", "c")})`
  const keys = columnsNamed(entity, entity.key)
  const texts = keys.map((key) => `(${incomingKeySql(key)})::text`)
  const { table } = staging
  const parameters = [
    before + (attempt === "removing" ? removal(entity, facts, staging.rows, inside, misses, skipped) : "select 1"),
    attempt === "reading" ? reading(entity, staging.rows) : writing(entity, staging.rows, inside, absent)
  ]
  if (facts.rows === 0) {
    // Joined with no rows, the function would not be called, and nothing would be deleted by way of trial.
    yield* sql.unsafe("select from tributary.refusals($1, $2, 0, 1)", parameters)
    return []
  }
  const rows = yield* sql.unsafe(
    `with found as materialized (select * from tributary.refusals($1, $2, (select coalesce(max(_n), 0) from ${table}), ${maxRefused})),
    reported as materialized (select f.*, ${exceeded(entity)} as exceeded, jsonb_build_array(${list(texts)}) as key,
      jsonb_build_array(${list(texts.map((key) => `left(${key}, ${maxKey})`))}) as shown,
      sum(${texts.map((key) => `coalesce(octet_length(${key}), 0)`).join(" + ")}) over (order by f.n) > ${maxKeys} as long,
      left((${staging.record})::text, 4000) as record, f.code = '23505' and exists (
        select from ${quoteTable(entity.table)} as c where ${keys.map((key) => `${incomingKeySql(key)} = ${storedKeySql(key, "c")}`).join(" and ")}
          and not (true${inScope(entity, "c")}${inside})) as taken
      from found as f join (${staging.rows}) as s on s._n = f.n join ${table} as w on w._n = f.n ${lookupJoins(keys)}),
    gone as (delete from ${table} as s using reported where s._n = reported.n and not exists (select from reported where taken))
    select n, code, left(message, ${maxWords}) as message, left(detail, ${maxWords}) as detail,
      coalesce(nullif(field, ''), exceeded) as field, rule, case when long then shown else key end as key, long, record, taken from reported order by reported.n`,
    parameters
  )
  return yield* decodeRows(rows)
})
