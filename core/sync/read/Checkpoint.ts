/**
 * Decides when a read under way is loaded in part. Only modes that never delete allow it: upsert and append. A run that
 * fails later has then loaded a part, and says so; parts of an incremental read that had ended are not requested again.
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
  /** Whether no other entity takes part in the read, so that it may end with this one. */
  readonly isAlone: boolean
}

export interface CheckpointOptions extends Pick<Checkpoints, "isAlone" | "run"> {
  readonly entity: Entity
  readonly limits: Pick<Limits, "checkpoint">
  /** Waits for the entities that the lookups need. */
  readonly loadAfter: Effect.Effect<void>
}

/** Returns undefined for an entity without checkpoints. */
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
