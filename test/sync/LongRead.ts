import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import { type Answer, type Answers, column, connectorOf, entity } from "../support/source.ts"
import { inTurn } from "./fixtures.ts"

/** A checkpoint after every batch of records, and no retries. */
export const often = { limits: { ...connectorOf([]).limits, checkpoint: Duration.zero }, retry: { delays: [] } }

export const upsert = (name: string, more: Partial<Entity> = {}) => entity(name, { mode: "upsert", ...more })

export const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }

export const changing = (name: string, more: Partial<Entity> = {}) =>
  upsert(name, { columns: [column("id", "bigint"), column("at", "timestamp")], incremental, ...more })

export const at = (day: number) => `2026-03-${String(day).padStart(2, "0")}T00:00:00Z`
export const day = (id: number) => ({ id, at: at(id) })
export const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => day(from + n))

export const failed = new UpstreamError({ kind: "Unreachable", reason: foreignText("the vendor went away") })

/** Answers, and remembers the `since` of each request. */
export const asking = (...answers: readonly [Answer, ...ReadonlyArray<Answer>]) => {
  const { next } = inTurn(...answers)
  const asked: Array<string | undefined> = []
  const source: Answers = (read, options) => {
    asked.push(options?.since)
    return next(read, options)
  }
  return { source, asked }
}

export const audit = ({ name }: Entity) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<Record<string, unknown>>`
      select id, status, loads, fetched, inserted, updated, unchanged, rejected, warnings, error, error_reason,
        (select count(*)::integer from tributary.sync_reject as r where r.run_id = l.id) as rejects
      from tributary.sync_log as l where entity = ${name} order by id desc limit 1`
  ).pipe(Effect.map(([row]) => row ?? {}))

export const cursors = ({ name }: Entity) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ part: string; value: string }>`
      select part, value from tributary.sync_cursor where entity = ${name} order by part`
  )
