/**
 * Fails a run that a defect ended outside its reading and loading, so that nothing can have written its rows. It fails
 * like any other, in the audit too, and the other runs continue.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { RunTarget } from "../config/RunTarget.ts"
import * as Runs from "../database/audit/Runs.ts"
import { failedResult } from "./Results.ts"
import { failureOfDefect, logDefect, type RunFailure } from "./RunFailure.ts"
import type { ReadyRun } from "./read/RequestPlan.ts"

export const failAbandoned = Effect.fnUntraced(function* (
  target: RunTarget,
  begun: Effect.Effect<ReadyRun, RunFailure, SqlClient.SqlClient>,
  defect: unknown
) {
  yield* logDefect(defect)
  const why = failureOfDefect(defect).reason
  yield* begun.pipe(
    Effect.flatMap((run) => (run.skipped ? Effect.void : Runs.fail(run.id, why, Runs.nothingRead))),
    // If this takes too long, the next run of the entity marks the row instead.
    Effect.timeout("5 seconds"),
    Effect.catchDefect(logDefect),
    Effect.ignore
  )
  return failedResult(target, why, Runs.nothingRead)
})
