/** Retries a load or a plan that PostgreSQL refused because of some rows, without those rows. */
import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { Entity } from "../../config/Entity.ts"
import type { LoadVariant } from "../../database/load/DiffSql.ts"
import type { ReadFacts } from "../../database/load/ReadFacts.ts"
import { withheldFor } from "../../database/load/RefusalReasons.ts"
import * as RowRefusals from "../../database/load/RowRefusals.ts"
import type { Staging } from "../../database/load/Staging.ts"
import { reason } from "../../reason/Reason.ts"
import { RunFailure, reasonOf } from "../RunFailure.ts"
import type { RefusedRows } from "./RefusedRows.ts"

export interface RefusedLoad {
  readonly entity: Entity
  /** The entity with the types of its table. */
  readonly stored: Entity
  readonly staging: Staging
  /** The ways to find the rows, tried in order until one finds them. */
  readonly attempts: ReadonlyArray<RowRefusals.TrialMode>
  /** See `RowRefusals.removeRefused`. */
  readonly before: string
  readonly refused: RefusedRows
  readonly facts: () => ReadFacts
  readonly variant: () => LoadVariant
  readonly onRefused: () => void
}

/** Tries once more without the rows that are staged as versions only: PostgreSQL may refuse one of them as well. */
export const withoutReplaced = <A, E, R>(once: Effect.Effect<A, E, R>, staging: Staging, refused: RefusedRows) =>
  Effect.catch(once, (error) =>
    Effect.suspend(() => {
      if (!RowRefusals.isRefusal(error) || !refused.replaced) return Effect.fail(error)
      refused.replaced = false
      return Effect.andThen(RowRefusals.dropReplaced(staging), once)
    })
  )

/**
 * Tries `once` again without the rows that PostgreSQL refuses, and without the deletes if it refuses those. On the second
 * attempt the deletes, which came first while the rows were sought, may be withheld.
 */
export const retryWithoutRefused = Effect.fnUntraced(function* <A, E, R>(
  once: Effect.Effect<A, E, R>,
  error: SqlError.SqlError,
  { attempts, before, entity, facts, onRefused, refused, staging, stored, variant }: RefusedLoad
) {
  const found = refused.gone
  const sought = (attempt: RowRefusals.TrialMode) =>
    RowRefusals.removeRefused(stored, facts(), staging, variant(), attempt, before)
  const isUndeletable = (failure: unknown, attempt: RowRefusals.TrialMode): failure is SqlError.SqlError =>
    RowRefusals.isRefusal(failure) && attempt === "removing" && refused.withheld === undefined
  /** The rejected records may make the guard withhold the deletes: then that is the reason, and people are asked. */
  const asJudged = Effect.suspend(() => {
    const { withheld } = refused
    refused.withheld = undefined
    return Effect.catch(once, (failure) => {
      if (!RowRefusals.isRefusal(failure)) return Effect.fail(failure)
      refused.withheld = withheld
      return once
    })
  })
  for (const [at, attempt] of attempts.entries()) {
    const known = facts()
    const seeking = yield* Effect.result(sought(attempt))
    if (seeking._tag === "Failure") {
      if (!isUndeletable(seeking.failure, attempt)) return yield* Effect.fail(seeking.failure)
      // A replace cannot do without its deletes, but the guard may withhold them once records are rejected.
      if (stored.mode === "replace") continue
      refused.withheld = withheldFor(seeking.failure)
      const tried = yield* Effect.result(once)
      if (tried._tag === "Success") return tried.success
      if (!RowRefusals.isRefusal(tried.failure)) return yield* Effect.fail(tried.failure)
    }
    const rows = seeking._tag === "Success" ? seeking.success : yield* sought(attempt)
    // The refused row may be one that was replaced by a later one with the same key.
    if (rows.length === 0 && !(at === 0 && refused.folded > 0)) continue
    if (rows.some(({ taken }) => taken)) {
      const scope = [...Object.keys(entity.scope), ...variant().within].join(", ")
      return yield* new RunFailure({ reason: reason("run.keyTaken", { why: reasonOf(error), scope }) })
    }
    const unfilled = RowRefusals.findUnfilled(stored, rows)
    if (unfilled !== undefined) {
      return yield* new RunFailure({ reason: reason("run.unfilled", { text: unfilled.message }) })
    }
    refused.add(entity, rows, known.rejects)
    if (rows.length > 0) onRefused()
    if (rows.length > RowRefusals.maxRefused) {
      return yield* new RunFailure({
        reason: reason("run.refusedMany", { most: RowRefusals.maxRefused, why: reasonOf(error) })
      })
    }
    const tried = yield* Effect.result(rows.length > 0 && refused.withheld !== undefined ? asJudged : once)
    if (tried._tag === "Success") return tried.success
    if (!RowRefusals.isRefusal(tried.failure)) return yield* Effect.fail(tried.failure)
  }
  // None of the rows is refused any more: the obstacle has just disappeared.
  return refused.gone === found && refused.withheld === undefined ? yield* once : yield* error
})
