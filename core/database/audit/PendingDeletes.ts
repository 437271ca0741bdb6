/** Deletes that a guard withheld: the exact rows, waiting for one decision of one person. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { TableName } from "../../config/Column.ts"
import { isReason, type Reason, reason, storedReason } from "../../reason/Reason.ts"
import { ReasonError } from "../../reason/ReasonError.ts"
import { reasonSql, textSql } from "../../reason/Sql.ts"
import { takenClause, takenSql } from "../load/CascadeSql.ts"
import { addWarningsSql, differencesSql, firstKeys } from "../load/WrittenSql.ts"
import { afterTriggersOf, Cascade, cascadesOf } from "../tables/Catalog.ts"
import { keyText } from "../tables/ColumnList.ts"
import { quote, quoteTable } from "../tables/Identifier.ts"
import { decodeOwn } from "./DecodeRows.ts"
import { accountNameSql, ofAccount } from "./TargetRows.ts"

export class PendingDeleteGone extends ReasonError("PendingDeleteGone")<{
  /** Whether the id never existed; otherwise it is closed. */
  readonly never: boolean
}> {}

const Keys = Schema.Array(Schema.Record(Schema.String, Schema.NullOr(Schema.String)))

const Row = Schema.Struct({
  id: Schema.BigInt,
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.NullOr(Schema.String),
  account_name: Schema.NullOr(Schema.String),
  table_name: Schema.String,
  reason: Schema.String,
  reasons: Schema.Array(Schema.Unknown),
  total: Schema.Int,
  created_at: Schema.Date,
  sample: Keys
})

/** With reasons as data. */
type WithReasons<R> = Omit<R, "reasons"> & { readonly reasons: ReadonlyArray<Reason> }
export type PendingDelete = WithReasons<typeof Row.Type>

const withReasons = <R extends Pick<typeof Row.Type, "reason" | "reasons">>(row: R): WithReasons<R> => ({
  ...row,
  reasons:
    row.reasons.length > 1 && row.reasons.every(isReason) ? row.reasons : [storedReason(row.reasons[0], row.reason)]
})

const decodeRows = decodeOwn(Row)

const columns = `p.id, p.connector, p.entity, p.account, ${accountNameSql}, p.table_name, p.reason, p.reasons, p.total, p.created_at`
const pending = `tributary.pending_delete as p ${ofAccount("p")}`

/** The keys of the rows after `$from` up to `$until`, as text. */
const keys = (from: string, until: string) =>
  `coalesce((select jsonb_agg((select jsonb_object_agg(k.key, k.value) from jsonb_each_text(r.value) as k) order by r.n)
    from jsonb_array_elements(p.rows) with ordinality as r(value, n) where r.n > ${from} and r.n <= ${until}), '[]')`

/** Returns the open ones, oldest first, each with the keys of at most `sampleSize` rows. */
export const open = Effect.fn("PendingDeletes.open")(function* (sampleSize: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql.unsafe(
    `select ${columns}, ${keys("0", "$1")} as sample
    from ${pending} where p.status = 'open' order by p.id`,
    [sampleSize]
  )
  return (yield* decodeRows(rows)).map(withReasons)
})

const Decided = Schema.Struct({
  ...Row.fields,
  status: Schema.Literals(["applied", "dropped", "superseded"]),
  decided_at: Schema.NullOr(Schema.Date),
  decided_by: Schema.NullOr(Schema.String),
  deleted: Schema.NullOr(Schema.Int)
})
export type DecidedDelete = WithReasons<typeof Decided.Type>
const decodeDecided = decodeOwn(Decided)

/** Returns the last ones that are no longer open, the latest decision first. */
export const decided = Effect.fn("PendingDeletes.decided")(function* (sampleSize: number, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql.unsafe(
    `select ${columns}, p.status, p.decided_at, p.decided_by, p.deleted, ${keys("0", "$1")} as sample
    from ${pending} where p.status <> 'open' order by p.decided_at desc, p.id desc limit $2`,
    [sampleSize, limit]
  )
  return (yield* decodeDecided(rows)).map(withReasons)
})

const Place = Schema.Struct({
  table_name: Schema.String,
  key_columns: Schema.Array(Schema.String),
  exists: Schema.optionalKey(Schema.Boolean),
  /** Whether AFTER triggers may put deleted rows back. */
  undoable: Schema.optionalKey(Schema.Boolean),
  cascades: Schema.optionalKey(Schema.Array(Cascade))
})
const decodePlaces = decodeOwn(Place)

const regclassText = "format('%I.%I', split_part(table_name, '.', 1), substr(table_name, strpos(table_name, '.') + 1))"

const tableOf = (id: string): TableName => {
  const dot = id.indexOf(".")
  return { schema: id.slice(0, dot), name: id.slice(dot + 1) }
}

const Page = Schema.Struct({
  ...Row.fields,
  key_columns: Schema.Array(Schema.String),
  page: Keys,
  current: Schema.Array(Schema.NullOr(Schema.Record(Schema.String, Schema.NullOr(Schema.String))))
})
export type PendingDeletePage = WithReasons<typeof Page.Type>
const decodePages = decodeOwn(Page)

/** Returns one pending delete, open or not, with a page of its rows and their current state, `null` if gone. */
export const page = Effect.fn("PendingDeletes.page")(function* (id: bigint, offset: number, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const [place] = yield* decodePlaces(
    yield* sql`
      select table_name, key_columns, to_regclass(${sql.literal(regclassText)}) is not null as exists
      from tributary.pending_delete where id = ${id}`
  )
  if (place === undefined) return undefined
  const table = quoteTable(tableOf(place.table_name))
  const sameKey = place.key_columns.map((name) => `t.${quote(name)} = g.${quote(name)}`).join(" and ")
  const asText = `(select json_object_agg(k.key, k.value order by k.n) from (select row_to_json(t) as whole) as o,
      json_each_text(o.whole) with ordinality as k(key, value, n) where t.${quote(place.key_columns[0] ?? "")} is not null)`
  const current = place.exists
    ? `(select json_agg(${asText} order by r.n)
      from jsonb_array_elements(p.rows) with ordinality as r(value, n)
      cross join lateral jsonb_populate_record(null::${table}, r.value) as g
      left join ${table} as t on ${sameKey}
      where r.n > $2 and r.n <= $2 + $3)`
    : `(select json_agg(null::json) from jsonb_array_elements(p.rows) with ordinality as r(value, n) where r.n > $2 and r.n <= $2 + $3)`
  const rows = yield* sql.unsafe(
    `select ${columns}, p.key_columns, '[]'::jsonb as sample, ${keys("$2", "$2 + $3")} as page,
      coalesce(${current}, '[]') as current
    from ${pending} where p.id = $1`,
    [id, offset, limit]
  )
  return (yield* decodePages(rows)).map(withReasons)[0]
})

const Decision = Schema.Struct({
  deleted: Schema.Int,
  total: Schema.Int,
  /** The number of rows still there, because a trigger or a policy of the table keeps them. */
  kept: Schema.Int
})
const decodeDecision = decodeOwn(Decision)
const AuditedDecision = Schema.Struct({ ...Decision.fields, audit: Schema.BigInt })
const decodeAuditedDecisions = decodeOwn(AuditedDecision)
const decodeKept = decodeOwn(Schema.Struct({ kept: Schema.Int }))

const Closed = Schema.Struct({
  status: Schema.Literals(["open", "applied", "dropped", "superseded"]),
  decided_at: Schema.NullOr(Schema.Date),
  decided_by: Schema.NullOr(Schema.String)
})
const decodeClosed = decodeOwn(Closed)

/** Fails with why there is nothing to decide: it never existed, somebody decided, or a later run replaced it. */
const missing = Effect.fnUntraced(function* (id: bigint) {
  const sql = yield* SqlClient.SqlClient
  const [found] = yield* decodeClosed(
    yield* sql`select status, decided_at, decided_by from tributary.pending_delete where id = ${id}`
  )
  return yield* new PendingDeleteGone({
    never: found === undefined,
    reason: found === undefined ? reason("deletes.never", { id: String(id) }) : whyClosed(String(id), found)
  })
})

const whyClosed = (id: string, { decided_at, decided_by: who, status }: typeof Closed.Type): Reason => {
  if (status === "superseded" || decided_at === null) return reason("deletes.replaced", { id })
  const at = decided_at.toISOString()
  return who === null
    ? reason("deletes.decided", { id, status, at })
    : reason("deletes.decidedBy", { id, status, who, at })
}

/** Deletes exactly the named rows and closes the question in one statement; the audit gets its own row. */
export const apply = Effect.fn("PendingDeletes.apply")(function* (id: bigint, actor: string | null, trigger: string) {
  const sql = yield* SqlClient.SqlClient
  const [place] = yield* decodePlaces(
    yield* sql`
      select table_name, key_columns, ${sql.literal(cascadesOf(`to_regclass(${regclassText})::oid`))} as cascades,
        ${sql.literal(afterTriggersOf(`to_regclass(${regclassText})::oid`))} <> '[]' as undoable
      from tributary.pending_delete where id = ${id} and status = 'open'`
  )
  if (place === undefined) return yield* missing(id)
  const table = quoteTable(tableOf(place.table_name))
  const sameKey = place.key_columns.map((name) => `t.${quote(name)} = r.${quote(name)}`).join(" and ")
  const key = place.key_columns.map((name) => `t.${quote(name)}`).join(", ")
  const { cascades = [] } = place
  const of = place.key_columns.map((name) => ({
    held: (alias: string) => `${alias}.${quote(name)}`,
    of: (alias: string) => `${alias}.${quote(name)}`
  }))
  const taken = cascades.length === 0 ? "" : `${takenClause(cascades, of, { gone: "there as d where true" })},\n`
  const warningsSql = (made: typeof reasonSql) => (cascades.length === 0 ? "'[]'::jsonb" : takenSql(made))
  const statement = sql.unsafe(
    `with pending as materialized (
  select * from tributary.pending_delete where id = $1 and status = 'open' for update),
there as materialized (
  select ${key} from pending as p, jsonb_populate_recordset(null::${table}, p.rows) as r join ${table} as t on ${sameKey}),
${taken}deleted as (
  delete from ${table} as t using there as r where ${sameKey} returning ${key}),
kept as materialized ${firstKeys(
      keyText(place.key_columns, (name) => `t.${quote(name)}`),
      `from there as t where not exists (select from deleted as r where ${sameKey})`
    )},
decided as (
  update tributary.pending_delete as d set status = 'applied', decided_at = now(), decided_by = $2,
    deleted = (select count(*) from deleted)
  from pending as p where d.id = p.id returning d.deleted, d.total),
audit as (
  insert into tributary.sync_log (connector, entity, account, trigger, actor, status, finished_at, deleted, warnings, reasons,
    notes, note_reasons)
  select p.connector, p.entity, p.account, $3, $2, case when k.n > 0 then 'warning' else 'ok' end, now(), d.deleted,
    ${differencesSql("load.undeleted", "k", textSql)}, ${differencesSql("load.undeleted", "k", reasonSql)},
    ${warningsSql(textSql)}, ${warningsSql(reasonSql)}
  from pending as p, decided as d, kept as k${taken === "" ? "" : ", taken as a"} returning id)
select d.deleted, d.total, k.n::integer as kept, a.id as audit from decided as d, kept as k, audit as a`,
    [id, actor, trigger]
  )
  const decide = Effect.map(Effect.flatMap(statement, decodeAuditedDecisions), ([first]) => first)
  const readBack = Effect.fnUntraced(function* (first: typeof AuditedDecision.Type) {
    const warningsSql = (made: typeof reasonSql) => differencesSql("load.returned", "g", made, `(g.n - ${first.kept})`)
    const back = `from tributary.pending_delete as p, jsonb_populate_recordset(null::${table}, p.rows) as r
      join ${table} as t on ${sameKey} where p.id = $2`
    const [read] = yield* decodeKept(
      yield* sql.unsafe(
        `with returned as materialized ${firstKeys(
          keyText(place.key_columns, (name) => `t.${quote(name)}`),
          back
        )},
reported as materialized (select ${warningsSql(textSql)} as warnings, ${warningsSql(reasonSql)} as reasons from returned as g),
noted as (${addWarningsSql})
select n::integer as kept from returned`,
        [first.audit, id]
      )
    )
    return { ...first, ...read }
  })
  const decided = yield* place.undoable === true
    ? sql.withTransaction(
        Effect.gen(function* () {
          // Deferred triggers would fire at the commit, after the read.
          yield* sql`set constraints all immediate`
          const first = yield* decide
          return first === undefined ? undefined : yield* readBack(first)
        })
      )
    : decide
  if (decided === undefined) return yield* missing(id)
  const { deleted, kept, total } = decided
  return { deleted, kept, total }
})

/** Keeps the rows; the next whole read asks again if they are still missing. */
export const drop = Effect.fn("PendingDeletes.drop")(function* (id: bigint, actor: string | null) {
  const sql = yield* SqlClient.SqlClient
  const [decided] = yield* decodeDecision(
    yield* sql`
      update tributary.pending_delete set status = 'dropped', decided_at = now(), decided_by = ${actor}, deleted = 0
      where id = ${id} and status = 'open' returning deleted, total, 0 as kept`
  )
  if (decided === undefined) return yield* missing(id)
  return decided
})
