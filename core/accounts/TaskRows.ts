/** The rows of `tributary.task`: what somebody asked for and takes time. What is secret in a task goes when it ends. */
import { DateTime, Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { json } from "../database/tables/StorableText.ts"
import type { Initiator } from "../observe/Initiator.ts"
import { isReason, type Reason, reason } from "../reason/Reason.ts"
import type { Sealed, SealedPlace } from "./Seal.ts"

/** A device authorization, or a sync that nobody waits for. */
export const TaskKind = Schema.Literals(["authorization", "sync"])
export type TaskKind = typeof TaskKind.Type

export const TaskState = Schema.Literals(["running", "done", "failed", "stopped"])
export type TaskState = typeof TaskState.Type

export interface Task {
  readonly id: string
  readonly kind: TaskKind
  /** `*`: it syncs several. */
  readonly connector: string
  /** The account that it works for or has made. */
  readonly account: string | null
  readonly owner: string | null
  readonly name: string | null
  readonly state: TaskState
  /** What was asked for, how far it is and what came of it, as its kind has them. */
  readonly request: unknown
  readonly progress: unknown
  readonly result: unknown
  /** Why it failed. */
  readonly reason: Reason | null
  readonly trigger: string
  readonly createdBy: string | null
  readonly createdAt: DateTime.Utc
  readonly finishedAt: DateTime.Utc | null
  /** Who stopped it. */
  readonly finishedBy: string | null
}

/** A task with what is secret in it, while it runs. */
export interface StoredTask extends Task {
  readonly sealed: Sealed | null
}

const text = Schema.NullOr(Schema.String)

const Row = Schema.Struct({
  ...{ id: Schema.String, kind: TaskKind, connector: Schema.String, account: text, owner: text, name: text },
  state: TaskState,
  ...{ request: Schema.Unknown, progress: Schema.Unknown, result: Schema.Unknown },
  reason: Schema.Unknown,
  trigger: Schema.String,
  created_by: text,
  created_at: Schema.DateTimeUtcFromDate,
  finished_at: Schema.NullOr(Schema.DateTimeUtcFromDate),
  finished_by: text,
  sealed: Schema.NullOr(Schema.Uint8ArrayFromHex),
  sealed_by: text
})
const decode = decodeOwn(Row)

const taskOf = ({ created_at, created_by, sealed, sealed_by, ...row }: typeof Row.Type): StoredTask => ({
  ...{ id: row.id, kind: row.kind, connector: row.connector, account: row.account, owner: row.owner, name: row.name },
  state: row.state,
  ...{ request: row.request, progress: row.progress, result: row.result },
  trigger: row.trigger,
  reason: row.reason === null ? null : isReason(row.reason) ? row.reason : reason("unsaid"),
  createdBy: created_by,
  createdAt: created_at,
  finishedAt: row.finished_at,
  finishedBy: row.finished_by,
  sealed: sealed === null || sealed_by === null ? null : { bytes: sealed, by: sealed_by }
})

/** Where what is secret in a task is sealed for. */
export const placeOf = ({ connector, id }: Pick<Task, "connector" | "id">): SealedPlace => ({
  kind: "task",
  connector,
  id
})

/** A task without what is secret in it. */
export const shown = ({ sealed: _, ...task }: StoredTask): Task => task

const columns = `id, kind, connector, account, owner, name, state, request, progress, result, reason, trigger, created_by,
  created_at, finished_at, finished_by, sealed_by, encode(sealed, 'hex') as sealed`

const hex = ({ bytes }: Sealed): string => Buffer.from(bytes).toString("hex")

export interface NewTask extends Pick<Task, "account" | "connector" | "id" | "kind" | "name" | "owner" | "progress"> {
  readonly request?: unknown
  readonly sealed?: Sealed
}

export const insert = Effect.fn("TaskRows.insert")(function* (task: NewTask, initiator: Initiator, at: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const { request, sealed } = task
  yield* sql`
    insert into tributary.task (id, kind, connector, account, owner, name, state, sealed, sealed_by, request, progress,
      trigger, created_by, created_at)
    values (${task.id}::uuid, ${task.kind}, ${task.connector}, ${task.account}::uuid, ${task.owner}, ${task.name}, 'running',
      decode(${sealed === undefined ? null : hex(sealed)}, 'hex'), ${sealed?.by ?? null},
      ${request === undefined ? null : json(request)}::jsonb, ${json(task.progress)}::jsonb, ${initiator.trigger},
      ${initiator.actor}, ${DateTime.formatIso(at)}::timestamptz)`
})

/** Which tasks are looked for; absent: whichever. */
export interface TaskFilter {
  readonly kind?: TaskKind | undefined
  readonly account?: string | undefined
  readonly connector?: string | undefined
  readonly owner?: string | undefined
  readonly state?: TaskState | undefined
}

/** The newest first. */
export const list = Effect.fn("TaskRows.list")(function* (filter: TaskFilter, most: number) {
  const sql = yield* SqlClient.SqlClient
  const { account, connector, kind, owner, state } = filter
  const wanted = sql.and([
    ...(kind === undefined ? [] : [sql`kind = ${kind}`]),
    ...(account === undefined ? [] : [sql`account = ${account}::uuid`]),
    ...(connector === undefined ? [] : [sql`connector = ${connector}`]),
    ...(owner === undefined ? [] : [sql`owner = ${owner}`]),
    ...(state === undefined ? [] : [sql`state = ${state}`])
  ])
  const rows = yield* sql`
    select ${sql.literal(columns)} from tributary.task where ${wanted} order by created_at desc, id limit ${most}`
  return (yield* decode(rows)).map(taskOf)
})

/** Those of a kind that run; with `connectors` only theirs. */
export const running = Effect.fn("TaskRows.running")(function* (kind: TaskKind, connectors?: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  const only = connectors === undefined ? null : JSON.stringify(connectors)
  const rows = yield* sql`
    select ${sql.literal(columns)} from tributary.task
    where kind = ${kind} and state = 'running'
      and (${only}::jsonb is null or connector in (select jsonb_array_elements_text(${only}::jsonb)))`
  return (yield* decode(rows)).map(taskOf)
})

/** All that have something sealed. */
export const sealed = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${sql.literal(columns)} from tributary.task where sealed is not null`
  return (yield* decode(rows))
    .map(taskOf)
    .flatMap(({ sealed, ...task }) => (sealed === null ? [] : [{ ...task, sealed }]))
}).pipe(Effect.withSpan("TaskRows.sealed"))

/** Stores the same secret sealed anew, if it is still the same; returns whether it was. */
export const reseal = Effect.fn("TaskRows.reseal")(function* (
  { id, sealed: before }: Pick<Task, "id"> & { readonly sealed: Sealed },
  sealed: Sealed
) {
  const sql = yield* SqlClient.SqlClient
  const changed = yield* sql`
    update tributary.task set sealed = decode(${hex(sealed)}, 'hex'), sealed_by = ${sealed.by}
    where id = ${id}::uuid and sealed = decode(${hex(before)}, 'hex') returning id`
  return changed.length > 0
})

export const read = Effect.fn("TaskRows.read")(function* (id: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`select ${sql.literal(columns)} from tributary.task where id = ${id}::uuid`
  return Option.map(Option.fromUndefinedOr((yield* decode(rows))[0]), taskOf)
})

/** Stores what a running task has reached; returns whether it still runs. */
export const advance = Effect.fn("TaskRows.advance")(function* (id: string, progress: unknown, sealed?: Sealed) {
  const sql = yield* SqlClient.SqlClient
  const advanced = yield* sql`
    update tributary.task
    set progress = ${json(progress)}::jsonb,
      sealed = coalesce(decode(${sealed === undefined ? null : hex(sealed)}, 'hex'), sealed),
      sealed_by = coalesce(${sealed?.by ?? null}, sealed_by)
    where id = ${id}::uuid and state = 'running' returning id`
  return advanced.length > 0
})

export interface TaskEnd {
  readonly state: "done" | "failed" | "stopped"
  readonly reason?: Reason
  readonly account?: string
  readonly result?: unknown
  /** Who stopped it. */
  readonly by?: string | null
}

/** Ends a running task and destroys its secrets; returns whether it was running. */
export const finish = Effect.fn("TaskRows.finish")(function* (id: string, end: TaskEnd, at: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const ended = yield* sql`
    update tributary.task
    set state = ${end.state}, sealed = null, sealed_by = null, account = coalesce(${end.account ?? null}::uuid, account),
      result = ${end.result === undefined ? null : json(end.result)}::jsonb,
      reason = ${end.reason === undefined ? null : json(end.reason)}::jsonb, finished_by = ${end.by ?? null},
      finished_at = ${DateTime.formatIso(at)}::timestamptz
    where id = ${id}::uuid and state = 'running' returning id`
  return ended.length > 0
})

/** Stops earlier tasks that would make the same account. */
export const supersede = Effect.fn("TaskRows.supersede")(function* (
  { connector, kind, name, owner }: Pick<NewTask, "connector" | "kind" | "name" | "owner">,
  by: string | null,
  at: DateTime.Utc
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    update tributary.task
    set state = 'stopped', sealed = null, sealed_by = null, finished_by = ${by},
      finished_at = ${DateTime.formatIso(at)}::timestamptz
    where kind = ${kind} and connector = ${connector} and owner = ${owner} and name = ${name} and state = 'running'`
})
