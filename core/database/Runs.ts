/**
 * The life of runs in the database: taking the locks of many entities and writing their audit rows in one statement,
 * failing a run, and giving the locks back. Locks are advisory and belong to a connection, so a killed process frees
 * them by dying; whoever gets a lock next marks the dead run `failed: interrupted`.
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import type { ReadFacts } from "./Load.ts"

export interface RunContext {
  /** What set it off: `cli`, `job`, `api`, `bot`. */
  readonly trigger: string
  /** Who, when a person did. */
  readonly actor: string | null
  readonly configHash: string
}

export interface BegunRun {
  readonly id: bigint
  /** Somebody else is running this entity now; the audit row says so and nothing is to be done. */
  readonly skipped: boolean
  /** The incremental cursor, as it was stored. */
  readonly cursor: string | null
}

const Begun = Schema.Struct({
  ordinal: Schema.Int,
  id: Schema.BigInt,
  status: Schema.Literals(["running", "skipped"]),
  cursor: Schema.NullOr(Schema.String)
})
const decodeBegun = Schema.decodeUnknownEffect(Schema.Array(Begun))

/** One lock for an entity and its account; the columns are those of `sync_log`. */
export const lockKey = (row: string): string =>
  `hashtextextended('tributary ' || ${row}.connector || '.' || ${row}.entity || ' ' || coalesce(${row}.account, ''), 0)`

const beginStatement = `
with wanted as (
  select * from json_to_recordset($1::json) as w(ordinal integer, connector text, entity text, account text)
), locked as materialized (
  select w.*, pg_try_advisory_lock(${lockKey("w")}) as held from wanted as w
), interrupted as (
  update tributary.sync_log as l set status = 'failed', error = 'interrupted', finished_at = now()
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
select k.ordinal, b.id, b.status, c.value as cursor
from begun as b
join locked as k on k.connector = b.connector and k.entity = b.entity and k.account is not distinct from b.account
left join tributary.sync_cursor as c
  on c.connector = b.connector and c.entity = b.entity and c.account = coalesce(b.account, '')`

/**
 * Gives all locks back; what is still `running` under one of them was interrupted before anybody could say so. A lock of
 * our own can be taken again, a stranger's cannot, so a stranger's run is left alone.
 */
const endStatement = `
with wanted as (
  select * from json_to_recordset($1::json) as w(connector text, entity text, account text)
), running as materialized (
  select l.id, w.* from wanted as w join tributary.sync_log as l on l.status = 'running'
    and l.connector = w.connector and l.entity = w.entity and l.account is not distinct from w.account
), interrupted as (
  update tributary.sync_log as l set status = 'failed', error = 'interrupted', finished_at = now()
  from running as r where l.id = r.id and pg_try_advisory_lock(${lockKey("r")})
  returning 1
)
select pg_advisory_unlock_all() from (select count(*) from interrupted) as counted`

const releaseStatement = `
select pg_advisory_unlock(${lockKey("r")}) from (values ($1::text, $2::text, null::text)) as r(connector, entity, account)`

/**
 * Locks what is free and answers for each entity, in order. The locks live on a connection of their own until the
 * scope closes; `release` gives one back as soon as its run has ended.
 */
export const begin = Effect.fn("Runs.begin")(function* (entities: ReadonlyArray<Entity>, context: RunContext) {
  const sql = yield* SqlClient.SqlClient
  const connection = yield* sql.reserve
  const wanted = JSON.stringify(
    entities.map((entity, ordinal) => ({ ordinal, connector: entity.connector, entity: entity.name, account: null }))
  )
  yield* Effect.addFinalizer(() => Effect.ignore(connection.executeUnprepared(endStatement, [wanted], undefined)))
  const answer = yield* connection.execute(
    beginStatement,
    [wanted, context.trigger, context.actor, context.configHash],
    undefined
  )
  const begun = yield* decodeBegun(answer)
  const runs = begun
    .toSorted((left, right) => left.ordinal - right.ordinal)
    .map((row): BegunRun => ({ id: row.id, skipped: row.status === "skipped", cursor: row.cursor }))
  const release = (entity: Entity) =>
    Effect.ignore(connection.execute(releaseStatement, [entity.connector, entity.name], undefined))
  return { runs, release }
})

/** What is known of a read that came to nothing. */
export type FailureFacts = Pick<ReadFacts, "fetched" | "rejected" | "requests" | "bytes" | "warnings">

/** Nothing of the run was written; its audit row says why. */
export const fail = Effect.fn("Runs.fail")(function* (runId: bigint, error: string, facts: FailureFacts) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    update tributary.sync_log set status = 'failed', finished_at = clock_timestamp(), error = ${error},
      fetched = ${facts.fetched}, rejected = ${facts.rejected}, requests = ${facts.requests},
      bytes = ${BigInt(facts.bytes)}, warnings = ${JSON.stringify(facts.warnings)}::jsonb
    where id = ${runId} and status = 'running'`
})
