/**
 * What the daemon's own tables keep of people and of what sources sent, and how it goes. A type of connector or plugin
 * that has tables of its own says what is in them.
 */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"

type Rows = Effect.Effect<number, SqlError.SqlError, SqlClient.SqlClient>

export interface PersonalData {
  /**
   * Erases who the audit names so, as in `telegram:42`, and answers how many rows that concerned. A row that others need
   * stays without the name.
   */
  readonly erase: (actor: string) => Rows
  /** Erases what was last touched before then and nobody goes on with: drafts, sessions, offers. */
  readonly trim: (before: DateTime.Utc) => Rows
}

/** In place of a name that was erased. */
export const erased = "erased"

/** Every column of the daemon's own that holds who did something. */
const actors = [
  ["sync_log", "actor"],
  ["job_run", "actor"],
  ["job_state", "paused_by"],
  ["config_version", "actor"],
  ["action_log", "actor"],
  ["action_log", "resolved_by"],
  ["pending_delete", "decided_by"],
  ["api_token", "created_by"],
  ["api_token", "revoked_by"]
] as const

const decodeCount = Schema.decodeUnknownEffect(Schema.Tuple([Schema.Struct({ rows: Schema.BigInt })]))

/** How many rows a statement says that it changed, in a column `rows`. */
export const counted = (rows: unknown) =>
  Effect.map(Effect.orDie(decodeCount(rows)), ([{ rows: count }]) => Number(count))

const own: PersonalData = {
  erase: Effect.fn("PersonalData.erase")(function* (actor) {
    const sql = yield* SqlClient.SqlClient
    // One after the other: one statement changes a row once, and some have two such columns.
    const counts = yield* Effect.forEach(actors, ([table, column]) =>
      Effect.flatMap(
        sql.unsafe(
          `with named as (update tributary.${table} set ${column} = $2 where ${column} = $1 returning 1)
          select count(*) as rows from named`,
          [actor, erased]
        ),
        counted
      )
    )
    return counts.reduce((sum, count) => sum + count, 0)
  }),
  trim: Effect.fn("PersonalData.trim")(function* (before) {
    const sql = yield* SqlClient.SqlClient
    const at = DateTime.formatIso(before)
    const rejects = yield* sql`
      with gone as (delete from tributary.sync_reject where created_at < ${at}::timestamptz returning 1)
      select count(*) as rows from gone`
    const requests = yield* sql`
      with gone as (
        update tributary.sync_log set last_requests = '[]'
        where started_at < ${at}::timestamptz and last_requests <> '[]' returning 1
      ) select count(*) as rows from gone`
    return (yield* counted(rejects)) + (yield* counted(requests))
  })
}

interface Keeping {
  readonly type: string
  readonly personal?: PersonalData
}

/** Answers by part, `tributary` the daemon's own, how many rows it concerned; all of it or, where one fails, nothing. */
const ofAll = (types: ReadonlyArray<Keeping>, work: (personal: PersonalData) => Rows) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const parts = [{ type: "tributary", personal: own }, ...types]
    const counts = yield* sql.withTransaction(
      Effect.forEach(parts, ({ personal, type }) =>
        personal === undefined ? Effect.succeed([]) : Effect.map(work(personal), (rows) => [{ part: type, rows }])
      )
    )
    return counts.flat()
  })

export const erase = (types: ReadonlyArray<Keeping>, actor: string) => ofAll(types, ({ erase }) => erase(actor))

export const trim = (types: ReadonlyArray<Keeping>, before: DateTime.Utc) => ofAll(types, ({ trim }) => trim(before))
