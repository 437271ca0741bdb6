/** The result of a run, by how it ended. */
import type { RunTarget } from "../config/RunTarget.ts"
import type * as Runs from "../database/audit/Runs.ts"
import type * as Load from "../database/load/Load.ts"
import { type Reason, reason, render } from "../reason/Reason.ts"
import { emptyResult, type RunResult, warningsOf } from "./RunResult.ts"

type RunOutcome = Omit<RunResult, "durationMs">

export const skippedResult = (target: RunTarget): RunOutcome => ({
  ...emptyResult(target),
  ...warningsOf([reason("run.elsewhere")])
})

/** `audit` is the content of the audit row, as far as it could be read. */
export const failedResult = (
  target: RunTarget,
  why: Reason,
  { fetched, notes = [], rejected, warnings }: Pick<Runs.FailureFacts, "fetched" | "notes" | "rejected" | "warnings">,
  audit?: Load.AuditRow
): RunOutcome => {
  const { inserted = 0, loads = 0, unchanged = 0, updated = 0 } = audit ?? {}
  const failure = loads === 0 ? why : reason("run.afterCheckpoint", { why, rows: inserted + updated + unchanged })
  return {
    ...emptyResult(target),
    status: "failed",
    ...{ fetched, inserted, updated, unchanged, rejected },
    ...warningsOf(audit?.status === "failed" ? audit.reasons : warnings),
    notes: notes.map(render),
    noteReasons: notes,
    error: render(failure),
    errorReason: failure
  }
}

export const loadedResult = (target: RunTarget, outcome: Load.LoadOutcome): RunOutcome => ({
  ...emptyResult(target),
  ...outcome
})
