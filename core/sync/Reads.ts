/** The requests an entity's read consists of: one, or one per row of another table; from the cursor on, or everything. */
import { DateTime, Effect, Option } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity, Incremental } from "../config/Entity.ts"
import { quote, quoteTable } from "../database/Identifier.ts"
import type { BegunRun } from "../database/Runs.ts"
import { formatDate } from "../upstream/DateFormat.ts"
import type { ReadOptions } from "../upstream/Source.ts"
import { describe, RunFailure } from "./RunFailure.ts"

export const readsOf = Effect.fnUntraced(function* (
  entity: Entity,
  runOf: (entity: Entity) => Effect.Effect<BegunRun, RunFailure, SqlClient.SqlClient>
): Effect.fn.Return<ReadonlyArray<ReadOptions>, RunFailure, SqlClient.SqlClient> {
  const { forEach, incremental } = entity
  const since = incremental === undefined ? undefined : sinceOf(entity, incremental, (yield* runOf(entity)).cursor)
  const base: ReadOptions = since === undefined ? {} : { since }
  if (forEach === undefined) return [base]
  const sql = yield* SqlClient.SqlClient
  const columns = Object.entries(forEach.params).map(([name, column]) => `${quote(column)}::text as ${quote(name)}`)
  const rows = yield* sql
    .unsafe<Record<string, string | null>>(
      `select distinct ${columns.join(", ")} from ${quoteTable(forEach.table)} order by 1`
    )
    .pipe(Effect.mapError((error) => new RunFailure({ message: `forEach: ${describe(error)}` })))
  return rows.map((params) => ({ ...base, params }))
})

/** The stored cursor, less the overlap, as the vendor wants it. */
const sinceOf = (entity: Entity, incremental: Incremental, stored: string | null): string | undefined => {
  if (stored === null) return incremental.initial
  const at = Option.getOrUndefined(DateTime.make(stored))
  const column = entity.columns.find((candidate) => candidate.name === incremental.cursor)
  if (at === undefined || (column?.type !== "timestamp" && column?.type !== "date")) return stored
  if (incremental.format === "text") return stored
  const from = DateTime.setZoneNamedUnsafe(DateTime.subtractDuration(at, incremental.overlap), entity.timezone)
  return formatDate(from, incremental.format)
}
