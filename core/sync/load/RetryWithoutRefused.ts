/** A load, or a plan, that PostgreSQL refused for the sake of some rows, tried again without them. */
import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { Entity } from "../../config/Entity.ts"
import type { LoadVariant } from "../../database/DiffSql.ts"
import type { ReadFacts } from "../../database/Load.ts"
import * as Refusals from "../../database/Refusals.ts"
import type { Staging } from "../../database/Staging.ts"
import { reason } from "../../reason/Reason.ts"
import { RunFailure, reasonOf } from "../RunFailure.ts"
import type { RefusedRows } from "./RefusedRows.ts"

export interface RefusedLoad {
  readonly entity: Entity
  /** With the types of its table. */
  readonly stored: Entity
  readonly staging: Staging
  /** How the rows are sought, until one way finds them. */
  readonly attempts: ReadonlyArray<Refusals.Attempt>
  /** See `Refusals.takeOut`. */
  readonly before: string
  readonly refused: RefusedRows
  readonly facts: () => ReadFacts
  readonly variant: () => LoadVariant
  readonly onRefused: () => void
}

/**
 * Tries `once` again without the deletes where rows of another table refer to what they would take away, and without the rows
 * that PostgreSQL refuses. A second time it may be that the deletes, which went first when the rows were sought, are withheld now.
 */
export const retryWithoutRefused = Effect.fnUntraced(function* <A, E, R>(
  once: Effect.Effect<A, E, R>,
  error: SqlError.SqlError,
  { attempts, before, entity, facts, onRefused, refused, staging, stored, variant }: RefusedLoad
) {
  const found = refused.gone
  const referring = Refusals.referring(stored, error)
  if (referring !== undefined && refused.referring === undefined) {
    refused.referring = referring
    const tried = yield* Effect.result(once)
    if (tried._tag === "Success") return tried.success
    if (!Refusals.refused(tried.failure)) return yield* Effect.fail(tried.failure)
  }
  for (const [at, attempt] of attempts.entries()) {
    const known = facts()
    const rows = yield* Refusals.takeOut(stored, known, staging, variant(), attempt, before)
    // The refused one may have given way to a later one of its key.
    if (rows.length === 0 && !(at === 0 && refused.folded > 0)) continue
    if (rows.some(({ taken }) => taken)) {
      const scope = [...Object.keys(entity.scope), ...variant().within].join(", ")
      return yield* new RunFailure({ reason: reason("run.keyTaken", { why: reasonOf(error), scope }) })
    }
    const unfilled = Refusals.unfilled(stored, rows)
    if (unfilled !== undefined) {
      return yield* new RunFailure({ reason: reason("run.unfilled", { text: unfilled.message }) })
    }
    refused.add(entity, rows, known.rejects)
    if (rows.length > 0) onRefused()
    if (rows.length > Refusals.maxRefused) {
      return yield* new RunFailure({
        reason: reason("run.refusedMany", { most: Refusals.maxRefused, why: reasonOf(error) })
      })
    }
    const tried = yield* Effect.result(once)
    if (tried._tag === "Success") return tried.success
    if (!Refusals.refused(tried.failure)) return yield* Effect.fail(tried.failure)
  }
  // None of the rows is refused now: what was in their way has just gone.
  return refused.gone === found && referring === undefined ? yield* once : yield* error
})
