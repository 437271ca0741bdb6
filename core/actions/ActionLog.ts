/** Reads the log of actions, which has a row for each thing that was ever to be sent. */
import { type DateTime, Effect, Predicate, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import type { Json } from "../plugin/Action.ts"
import { type Reason, storedReason } from "../reason/Reason.ts"
import { fromText } from "./LogJson.ts"

export const EntryStatus = Schema.Literals(["sending", "done", "failed", "unknown"])
export type EntryStatus = typeof EntryStatus.Type

const Row = Schema.Struct({
  id: Schema.BigInt,
  action: Schema.String,
  key: Schema.String,
  what: Schema.String,
  status: EntryStatus,
  trigger: Schema.String,
  actor: Schema.NullOr(Schema.String),
  request: Schema.String,
  response: Schema.NullOr(Schema.String),
  error: Schema.NullOr(Schema.String),
  detail: Schema.NullOr(Schema.String),
  /** Reasons as data, by the name of the text that each renders to. */
  reasons: Schema.Unknown,
  attempts: Schema.Int,
  resolved_by: Schema.NullOr(Schema.String),
  created_at: Schema.DateTimeUtcFromDate,
  finished_at: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = decodeOwn(Row)

export interface Entry {
  readonly id: number
  /** `crm.send`. */
  readonly action: string
  /** The action's id, a colon, and what identifies the same thing in another run of the action. */
  readonly key: string
  readonly what: string
  readonly whatReason: Reason
  readonly status: EntryStatus
  readonly trigger: string
  readonly actor: string | null
  readonly request: Json
  readonly response: Json | null
  /** The words of the system or the network about the last attempt. */
  readonly error: string | null
  readonly errorReason: Reason | null
  /** How the entry got its status, if the attempt alone does not say. */
  readonly detail: string | null
  readonly detailReason: Reason | null
  readonly attempts: number
  /** The person who decided on an unknown entry. */
  readonly resolvedBy: string | null
  readonly createdAt: DateTime.Utc
  /** `null` if it is not known to have ended. */
  readonly finishedAt: DateTime.Utc | null
}

/** JSON columns are read as text, because the driver would read numbers as doubles. */
const columns = Object.keys(Row.fields)
  .map((name) => (name === "request" || name === "response" ? `l.${name}::text` : `l.${name}`))
  .join(", ")

const entryOf = Effect.fnUntraced(function* ({
  created_at,
  finished_at,
  reasons,
  resolved_by,
  ...row
}: typeof Row.Type) {
  const of = (name: "error" | "detail") => {
    const text = row[name]
    return text === null ? null : reasonOf(reasons, name, text)
  }
  return {
    ...row,
    id: Number(row.id),
    whatReason: reasonOf(reasons, "what", row.what),
    errorReason: of("error"),
    detailReason: of("detail"),
    request: yield* fromText(row.request),
    response: row.response === null ? null : yield* fromText(row.response),
    resolvedBy: resolved_by,
    createdAt: created_at,
    finishedAt: finished_at
  } satisfies Entry
})

const reasonOf = (reasons: unknown, name: string, text: string): Reason =>
  storedReason(Predicate.hasProperty(reasons, name) ? reasons[name] : undefined, text)

const entriesOf = (rows: unknown) =>
  Effect.flatMap(decodeRows(rows), (decoded) => Effect.orDie(Effect.forEach(decoded, entryOf)))

export interface Filter {
  /** Only entries with a smaller id than this, the last one of the previous page. */
  readonly before?: number | undefined
  readonly action?: string | undefined
  readonly status?: EntryStatus | undefined
}

/** Returns a page of entries, newest first. */
export const page = Effect.fn("ActionLog.page")(function* ({ action, before, status }: Filter, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const wanted = sql.and([
    ...(before === undefined ? [] : [sql`l.id < ${BigInt(before)}`]),
    ...(action === undefined ? [] : [sql`l.action = ${action}`]),
    ...(status === undefined ? [] : [sql`l.status = ${status}`])
  ])
  const rows = yield* sql`
    select ${sql.literal(columns)} from tributary.action_log as l where ${wanted} order by l.id desc limit ${limit}`
  return yield* entriesOf(rows)
})

export const byId = Effect.fn("ActionLog.byId")(function* (id: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${sql.literal(columns)} from tributary.action_log as l where l.id = ${BigInt(id)}`
  return (yield* entriesOf(rows))[0]
})

export const byKey = Effect.fn("ActionLog.byKey")(function* (key: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${sql.literal(columns)} from tributary.action_log as l where l.key = ${key}`
  return (yield* entriesOf(rows))[0]
})

/** Returns the newest unknown entry of each action that has one. */
export const unknown = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select distinct on (l.action) ${sql.literal(columns)} from tributary.action_log as l
    where l.status = 'unknown' order by l.action, l.id desc`
  return yield* entriesOf(rows)
}).pipe(Effect.withSpan("ActionLog.unknown"))

/** Returns the last entry of each action, by the action's id. */
export const last = Effect.fn("ActionLog.last")(function* (actions: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select ${sql.literal(columns)} from json_array_elements_text(${JSON.stringify(actions)}::json) as w(action)
    cross join lateral (
      select * from tributary.action_log as l where l.action = w.action order by l.id desc limit 1
    ) as l`
  return new Map((yield* entriesOf(rows)).map((entry) => [entry.action, entry]))
})
