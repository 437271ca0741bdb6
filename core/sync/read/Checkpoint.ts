/**
 * When a read that goes on is loaded in part. Only what never deletes is: upsert and append. A run that fails later has
 * then loaded a part, and says so; the parts of an incremental read that had ended are not asked for again.
 */
import { Duration, Effect, type Fiber, type Scope } from "effect"
import type { SqlClient } from "effect/sql"
import type { Limits } from "../../config/Connector.ts"
import type { Entity } from "../../config/Entity.ts"
import type { RunFailure } from "../RunFailure.ts"
import type { ReadyRun } from "./RequestPlan.ts"

export interface LoadRun extends Pick<ReadyRun, "fields" | "id" | "skipped" | "stored"> {
  /** See `ReadFacts.deadline`. */
  readonly deadline: number
}

export interface Checkpoints {
  /** Milliseconds from one load of the run to the next. */
  readonly every: number
  /** Completes when the run has its lock. */
  readonly run: Effect.Effect<LoadRun, RunFailure, SqlClient.SqlClient>
  /** Whether the entities that the lookups need have been loaded. */
  readonly isReady: () => boolean
  /** Nobody else takes part in the read: it may end with this entity. */
  readonly isAlone: boolean
}

export interface CheckpointOptions extends Pick<Checkpoints, "isAlone" | "run"> {
  readonly entity: Entity
  readonly limits: Pick<Limits, "checkpoint">
  /** Waits for the entities that the lookups need. */
  readonly loadAfter: Effect.Effect<void>
}

/** Nothing for an entity that has none. */
export const checkpoints = Effect.fnUntraced(function* ({
  entity: { columns, mode },
  isAlone,
  limits: { checkpoint },
  loadAfter,
  run
}: CheckpointOptions): Effect.fn.Return<Checkpoints | undefined, never, Scope.Scope> {
  if (checkpoint === false || (mode !== "upsert" && mode !== "append")) return undefined
  const looksUp = columns.some(({ lookup }) => lookup !== undefined)
  const needed: Fiber.Fiber<void> | undefined = looksUp ? yield* Effect.forkScoped(loadAfter) : undefined
  return {
    every: Duration.toMillis(checkpoint),
    run,
    isReady: () => needed === undefined || needed.pollUnsafe() !== undefined,
    isAlone
  }
})
