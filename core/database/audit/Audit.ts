/** Queries of the audit: the last runs, pages of them, and one run in detail. */

import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { entityId } from "../../config/Entity.ts"
import { type QualifiedName, type RunTarget, targetIdOf } from "../../config/RunTarget.ts"
import { LastRequest } from "../../observe/LastRequest.ts"
import { type Reason, storedReason, storedReasonList } from "../../reason/Reason.ts"
import { decodeOwn } from "./DecodeRows.ts"
import { rowCounts } from "./RowCounts.ts"
import { accountNameSql, belongsSql, ofAccount, targetRows } from "./TargetRows.ts"

export const AuditedStatus = Schema.Literals(["running", "ok", "warning", "failed", "skipped"])

const Run = Schema.Struct({
  id: Schema.BigInt,
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.NullOr(Schema.String),
  account_name: Schema.NullOr(Schema.String),
  trigger: Schema.String,
  actor: Schema.NullOr(Schema.String),
  status: AuditedStatus,
  started_at: Schema.Date,
  finished_at: Schema.NullOr(Schema.Date),
  ...rowCounts,
  requests: Schema.Int,
  bytes: Schema.BigInt,
  warnings: Schema.Array(Schema.String),
  reasons: Schema.Array(Schema.Unknown),
  notes: Schema.Array(Schema.String),
  note_reasons: Schema.Array(Schema.Unknown),
  error: Schema.NullOr(Schema.String),
  error_reason: Schema.Unknown
})

/** A row of the audit, with its warnings and its error also as data. */
type WithReasons<R> = Omit<R, "account_name" | "reasons" | "note_reasons" | "error_reason"> & {
  readonly accountName: string | null
  readonly reasons: ReadonlyArray<Reason>
  readonly noteReasons: ReadonlyArray<Reason>
  readonly errorReason: Reason | null
}
export type AuditedRun = WithReasons<typeof Run.Type>

const withReasons = <R extends typeof Run.Type>({ account_name, error_reason, note_reasons, ...row }: R) => ({
  ...row,
  accountName: account_name,
  reasons: storedReasonList(row.reasons, row.warnings),
  noteReasons: storedReasonList(note_reasons, row.notes),
  errorReason: row.error === null ? null : storedReason(error_reason, row.error)
})

const decode = decodeOwn(Run)
const decodeRuns = (rows: unknown) => Effect.map(decode(rows), (decoded) => decoded.map(withReasons))

const runColumns = Object.keys(Run.fields)
  .map((name) => (name === "account_name" ? accountNameSql : `l.${name}`))
  .join(", ")

/** A run with its last requests; there are none if the run went well. */
const LoggedRun = Schema.Struct({ ...Run.fields, last_requests: Schema.Array(LastRequest) })
export type LoggedRun = typeof LoggedRun.Type
const decodeNames = decodeOwn(Schema.Struct({ connector: Schema.String, name: Schema.String }))
const decodeLogged = decodeOwn(LoggedRun)

/** The entities and exports that have runs, whether they are declared or not. */
export const auditedNames = Effect.fn("Audit.auditedNames")(function* () {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeNames(yield* sql`select distinct connector, entity as name from tributary.sync_log`)
})

/** Returns the last runs of the given entities and exports, newest first. */
export const lastRuns = Effect.fn("Audit.lastRuns")(function* (entities: ReadonlyArray<QualifiedName>, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql.unsafe(
    `select ${runColumns}, l.last_requests from tributary.sync_log as l ${ofAccount("l")}
    where l.connector || '.' || l.entity in (select json_array_elements_text($1::json)) order by l.id desc limit $2`,
    [JSON.stringify(entities.map(entityId)), limit]
  )
  return (yield* decodeLogged(rows)).map(withReasons)
})

export interface RunFilter {
  /** Only runs with a smaller id than this, the last one of the previous page. */
  readonly before?: bigint | undefined
  readonly connector?: string | undefined
  readonly entity?: string | undefined
  /** The ids of accounts; runs without an account are of none of them. */
  readonly accounts?: ReadonlyArray<string> | undefined
  readonly status?: typeof AuditedStatus.Type | undefined
}

/** Returns a page of the whole audit, newest first. */
export const runsPage = Effect.fn("Audit.runsPage")(function* (filter: RunFilter, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const { accounts, before, connector, entity, status } = filter
  const wanted = sql.and([
    ...(before === undefined ? [] : [sql`l.id < ${before}`]),
    ...(connector === undefined ? [] : [sql`l.connector = ${connector}`]),
    ...(entity === undefined ? [] : [sql`l.entity = ${entity}`]),
    ...(accounts === undefined ? [] : [sql`coalesce(l.account, '') = any (${[...accounts]}::text[])`]),
    ...(status === undefined ? [] : [sql`l.status = ${status}`])
  ])
  const rows = yield* sql`
    select ${sql.literal(runColumns)} from tributary.sync_log as l ${sql.literal(ofAccount("l"))}
    where ${wanted} order by l.id desc limit ${limit}`
  return yield* decodeRuns(rows)
})

/**
 * Selects runs that say something about the state of an entity. A skipped run did nothing, a refused plan says
 * nothing about the data, which is as fresh as before, and a failure of records that an event led to is the event's.
 */
export const isInformativeSql =
  "status <> 'skipped' and coalesce(error_reason ->> 'code', '') not in ('plan.rows', 'plan.table') and trigger <> 'event'"

/** Returns, by target id, the last run of each target that did anything; it may be in progress. */
export const latest = Effect.fn("Audit.latest")(function* (targets: ReadonlyArray<RunTarget>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${sql.literal(runColumns)} from ${targetRows(sql, targets)}
    cross join lateral (select l.* from tributary.sync_log as l
      where ${sql.literal(belongsSql("l"))} and ${sql.literal(isInformativeSql)} order by l.id desc limit 1) as l
    ${sql.literal(ofAccount("l"))}`
  return new Map((yield* decodeRuns(rows)).map((run) => [targetIdOf(run), run]))
})

const Reject = Schema.Struct({
  position: Schema.Int,
  key: Schema.NullOr(Schema.Record(Schema.String, Schema.String)),
  field: Schema.NullOr(Schema.String),
  reason: Schema.String,
  /** `reason` as data; null in rows from before reasons existed. */
  why: Schema.Unknown,
  value: Schema.NullOr(Schema.String),
  record: Schema.NullOr(Schema.String)
})
export type AuditedReject = Omit<typeof Reject.Type, "why"> & { readonly why: Reason }
const Detail = Schema.Struct({ ...LoggedRun.fields, rejects: Schema.Array(Reject) })
export type AuditedRunDetail = Omit<WithReasons<typeof Detail.Type>, "rejects"> & {
  readonly rejects: ReadonlyArray<AuditedReject>
}
const decodeDetails = decodeOwn(Detail)

/** One run with the first of its rejected records and its last requests; `undefined` if the id does not exist. */
export const runDetail = Effect.fn("Audit.runDetail")(function* (id: bigint, rejects: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${sql.literal(runColumns)}, l.last_requests, coalesce((select jsonb_agg(to_jsonb(r) order by r.position) from (
      select position, key, field, reason, why, value, record from tributary.sync_reject
      where run_id = l.id order by position limit ${rejects}) as r), '[]') as rejects
    from tributary.sync_log as l ${sql.literal(ofAccount("l"))} where l.id = ${id}`
  const [run] = (yield* decodeDetails(rows)).map(withReasons)
  return run === undefined
    ? undefined
    : { ...run, rejects: run.rejects.map((one) => ({ ...one, why: storedReason(one.why, one.reason) })) }
})
