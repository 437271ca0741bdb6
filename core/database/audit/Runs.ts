/**
 * The life of runs in the database: takes the locks of many entities and writes their audit rows in one statement,
 * fails a run, and releases the locks. Locks are advisory and belong to a connection, so a killed process frees them by
 * dying; the next owner of a lock marks the dead run `failed: interrupted`.
 */
import { Effect, FiberSet, Schema, Semaphore } from "effect"
import { SqlClient } from "effect/sql"
import { type QualifiedName, type RunTarget, targetColumns, targetId } from "../../config/RunTarget.ts"
import type { Initiator } from "../../observe/Initiator.ts"
import { type Reason, render } from "../../reason/Reason.ts"
import { reasonSql, textSql } from "../../reason/Sql.ts"
import { Locks, onLocks } from "../connection/Locks.ts"
import type { ReadFacts } from "../load/ReadFacts.ts"
import { KnownFields, knownFieldsSql } from "../load/SourceFields.ts"
import { json, storableSentence } from "../tables/StorableText.ts"

export interface RunContext extends Initiator {
  /** Null for a run of some records, which does not refresh the entity. */
  readonly configHash: string | null
}

export interface BegunRun {
  readonly id: bigint
  /** Whether somebody else is running this entity now; the audit row says so and nothing is to be done. */
  readonly skipped: boolean
  /** The known fields of its source; null before its first whole read. */
  readonly fields: KnownFields | null
}

const Begun = Schema.Struct({
  ordinal: Schema.Int,
  id: Schema.BigInt,
  status: Schema.Literals(["running", "skipped"]),
  fields: Schema.NullOr(KnownFields)
})
const decodeBegun = Schema.decodeUnknownEffect(Schema.Array(Begun))

/** The lock of a target; the columns are those of `sync_log`. */
export const lockKey = (row: string): string =>
  `hashtextextended('tributary ' || ${row}.connector || '.' || ${row}.entity || ' ' || coalesce(${row}.account, ''), 0)`

/** Assignments for a failed run, from SQL expressions. After checkpoints, the error gives the number of loaded rows. */
const failedBecause = (text: string, why: string): string => {
  const rows = "(l.inserted + l.updated + l.unchanged)"
  return `status = 'failed',
    error = case when l.loads = 0 then ${text} else ${textSql("run.afterCheckpoint", { why: text, rows })} end,
    error_reason = case when l.loads = 0 then ${why} else ${reasonSql("run.afterCheckpoint", { why, rows })} end`
}

/** The assignments for a run that could no longer be failed by its process. */
export const interruptedSql = failedBecause(textSql("run.interrupted", {}), reasonSql("run.interrupted", {}))

const beginStatement = `
with wanted as (
  select * from json_to_recordset($1::json) as w(ordinal integer, connector text, entity text, account text, ours boolean)
), locked as materialized (
  select w.*, case when w.ours then false else pg_try_advisory_lock(${lockKey("w")}) end as held from wanted as w
), interrupted as (
  update tributary.sync_log as l set ${interruptedSql}, finished_at = now()
  from locked as k
  where k.held and l.status = 'running' and l.connector = k.connector and l.entity = k.entity
    and l.account is not distinct from k.account
), begun as (
  insert into tributary.sync_log (connector, entity, account, trigger, actor, config_hash, status, finished_at)
  select k.connector, k.entity, k.account, $2, $3, $4,
    case when k.held then 'running' else 'skipped' end, case when k.held then null else now() end
  from locked as k
  returning id, connector, entity, account, status
)
select k.ordinal, b.id, b.status, ${knownFieldsSql("b")} as fields
from begun as b
join locked as k on k.connector = b.connector and k.entity = b.entity and k.account is not distinct from b.account`

/**
 * Releases locks. A run that is still `running` under one of them was interrupted before anything could record it. Only
 * the owner of a lock can take it again, so other runs are left alone. A lock taken twice is released twice.
 */
const releaseStatement = `
with given as (
  select * from json_to_recordset($1::json) as w(connector text, entity text, account text)
), locked as materialized (
  select g.*, pg_try_advisory_lock(${lockKey("g")}) as held from given as g
), interrupted as (
  update tributary.sync_log as l set ${interruptedSql}, finished_at = now()
  from locked as k
  where k.held and l.status = 'running' and l.connector = k.connector and l.entity = k.entity
    and l.account is not distinct from k.account
  returning 1
), counted as materialized (
  select count(*) from interrupted
)
select pg_advisory_unlock(${lockKey("k")}), pg_advisory_unlock(${lockKey("k")}) from locked as k, counted where k.held`

/**
 * Locks the free entities and returns a run for each entity, in order. `release` releases one lock as soon as its run
 * has ended; the others are released when the scope closes.
 */
export const begin = Effect.fn("Runs.begin")(function* (
  targets: ReadonlyArray<RunTarget<QualifiedName>>,
  context: RunContext
) {
  const locks = yield* Locks
  yield* FiberSet.awaitEmpty(locks.closing)
  const connection = yield* locks.connection
  const ask = (statement: string, parameters: ReadonlyArray<unknown>) =>
    Effect.tapError(connection.query(statement, parameters), () => locks.renew)

  const free = targets.filter((target) => !locks.claimed.has(targetId(target)))
  const held = new Map(free.map((target) => [targetId(target), target]))
  for (const target of free) locks.claimed.add(targetId(target))
  const unclaim = (given: Iterable<RunTarget<QualifiedName>>) => {
    for (const target of given) {
      held.delete(targetId(target))
      locks.claimed.delete(targetId(target))
    }
  }
  const giveBack = (given: ReadonlyArray<RunTarget<QualifiedName>>) =>
    ask(releaseStatement, [JSON.stringify(given.map(targetColumns))]).pipe(
      Effect.ignore,
      Effect.ensuring(Effect.sync(() => unclaim(given)))
    )
  yield* Effect.addFinalizer(() => Effect.suspend(() => (held.size === 0 ? Effect.void : giveBack([...held.values()]))))

  const wanted = targets.map((target, ordinal) => ({
    ordinal,
    ...targetColumns(target),
    ours: !held.has(targetId(target))
  }))
  const answer = yield* ask(beginStatement, [
    JSON.stringify(wanted),
    context.trigger,
    context.actor,
    context.configHash
  ]).pipe(
    // The connection broke and lost its locks, so a retry must find nothing claimed.
    Effect.tapError(() => Effect.sync(() => unclaim(free)))
  )
  const begun = yield* decodeBegun(answer.rows)
  const runs = begun
    .toSorted((left, right) => left.ordinal - right.ordinal)
    .map((row): BegunRun => ({ id: row.id, skipped: row.status === "skipped", fields: row.fields }))
  const ended = new Map<string, RunTarget<QualifiedName>>()
  const turn = yield* Semaphore.make(1)
  // Runs end together: those that end during a release are released by the next statement, all at once.
  const release = (target: RunTarget<QualifiedName>) =>
    Effect.suspend(() => {
      if (held.has(targetId(target))) ended.set(targetId(target), target)
      return turn.withPermit(
        Effect.suspend(() => {
          const given = [...ended.values()]
          ended.clear()
          return given.length === 0 ? Effect.void : giveBack(given)
        })
      )
    })
  return { runs, release }
})

const holdStatement = `
with given as (
  select * from json_to_recordset($1::json) as w(connector text, entity text, account text)
)
select g.connector, g.entity, g.account, pg_try_advisory_lock(${lockKey("g")}) as held from given as g`

const unholdStatement = `
select pg_advisory_unlock(${lockKey("g")})
from json_to_recordset($1::json) as g(connector text, entity text, account text)`

const decodeHeld = Schema.decodeUnknownEffect(
  Schema.Array(
    Schema.Struct({
      ...{ connector: Schema.String, entity: Schema.String, account: Schema.NullOr(Schema.String) },
      held: Schema.Boolean
    })
  )
)

/** Keeps the targets from being run until the scope closes; returns false if one of them is being run. */
export const hold = Effect.fn("Runs.hold")(function* (targets: ReadonlyArray<RunTarget<QualifiedName>>) {
  const { claimed, closing } = yield* Locks
  yield* FiberSet.awaitEmpty(closing)
  const ask = yield* onLocks
  const ids = targets.map(targetId)
  if (ids.some((id) => claimed.has(id))) return false
  for (const id of ids) claimed.add(id)
  const unclaim = Effect.sync(() => {
    for (const id of ids) claimed.delete(id)
  })
  const asked = yield* ask(holdStatement, [JSON.stringify(targets.map(targetColumns))]).pipe(
    Effect.flatMap(decodeHeld),
    Effect.onError(() => unclaim)
  )
  const held = asked.filter((row) => row.held)
  yield* Effect.addFinalizer(() =>
    Effect.ensuring(Effect.ignore(ask(unholdStatement, [JSON.stringify(held)])), unclaim)
  )
  return held.length === targets.length
}, Effect.uninterruptible)

/** The facts about a failed read. */
export type FailureFacts = Pick<
  ReadFacts,
  "fetched" | "rejected" | "requests" | "bytes" | "warnings" | "notes" | "lastRequests"
>

/** The facts of a run that ended before any request. */
export const nothingRead: FailureFacts = {
  fetched: 0,
  rejected: 0,
  requests: 0,
  bytes: 0,
  warnings: [],
  lastRequests: []
}

/** Fails the run: nothing more of it is written, and its audit row says why. */
export const fail = Effect.fn("Runs.fail")(function* (runId: bigint, why: Reason, facts: FailureFacts) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(failStatement, [
    runId,
    storableSentence(why),
    json(why),
    facts.fetched,
    facts.rejected,
    facts.requests,
    BigInt(facts.bytes),
    json(facts.warnings.map(render)),
    json(facts.warnings),
    json(facts.lastRequests),
    json((facts.notes ?? []).map(render)),
    json(facts.notes ?? [])
  ])
})

const failStatement = `
update tributary.sync_log as l set ${failedBecause("$2::text", "$3::jsonb")}, finished_at = clock_timestamp(),
  fetched = $4, rejected = $5, requests = $6, bytes = $7, warnings = l.warnings || $8::jsonb, reasons = l.reasons || $9::jsonb,
  last_requests = $10::jsonb, notes = $11::jsonb, note_reasons = $12::jsonb
where l.id = $1 and l.status = 'running'`

/** The result of an export; a sync's own statement completes its row. */
export interface ExportFacts extends Omit<FailureFacts, "lastRequests" | "notes"> {
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  readonly deleted: number
}

export const finish = Effect.fn("Runs.finish")(function* (runId: bigint, facts: ExportFacts) {
  const sql = yield* SqlClient.SqlClient
  const { bytes, deleted, fetched, inserted, requests, unchanged, updated, warnings } = facts
  yield* sql`
    update tributary.sync_log set status = ${warnings.length === 0 ? "ok" : "warning"}, finished_at = clock_timestamp(),
      fetched = ${fetched}, inserted = ${inserted}, updated = ${updated}, unchanged = ${unchanged}, deleted = ${deleted},
      requests = ${requests}, bytes = ${BigInt(bytes)}, warnings = ${json(warnings.map(render))}::jsonb,
      reasons = ${json(warnings)}::jsonb
    where id = ${runId} and status = 'running'`
})
