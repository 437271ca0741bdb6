/**
 * Decides when a read under way is loaded in part. Only entities that never delete allow it: in mode
 * upsert or append, and without `deletedWhen`, whose deletes are judged together. A run that
 * fails later has then loaded a part, and says so; parts of an incremental read that had ended are not requested again.
 */
import { Duration, type Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { Limits } from "../../config/Declarations.ts"
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
  /** Whether the entities that lookups and foreign keys need have been loaded. */
  readonly isReady: Effect.Effect<boolean>
  /** Whether no other entity takes part in the read, so that it may end with this one. */
  readonly isAlone: boolean
}

export interface CheckpointOptions extends Pick<Checkpoints, "isAlone" | "isReady" | "run"> {
  readonly entity: Entity
  readonly limits: Pick<Limits, "checkpoint">
}

/** Returns undefined for an entity without checkpoints. */
export const checkpoints = ({
  entity: { deletedWhen, mode },
  isAlone,
  isReady,
  limits: { checkpoint },
  run
}: CheckpointOptions): Checkpoints | undefined =>
  checkpoint === false || deletedWhen !== undefined || (mode !== "upsert" && mode !== "append")
    ? undefined
    : { every: Duration.toMillis(checkpoint), run, isReady, isAlone }
