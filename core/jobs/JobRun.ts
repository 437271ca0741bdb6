/** The outcome of one fire of a job. */
import { type DateTime, Schema } from "effect"
import { isReason, type Reason, render, storedReasonList } from "../reason/Reason.ts"
import type { RunResult } from "../sync/RunResult.ts"

export const JobRunStatus = Schema.Literals(["running", "ok", "warning", "failed", "missed", "skipped"])
export type JobRunStatus = typeof JobRunStatus.Type

export interface JobFire {
  /** The time at which it was due; for a manual run, the time of the request. */
  readonly scheduledAt: DateTime.Utc
  /** `null` if it waits for its turn, or was missed or skipped. */
  readonly startedAt: DateTime.Utc | null
  readonly finishedAt: DateTime.Utc | null
  readonly status: JobRunStatus
  /** The sentences for a person. */
  readonly detail: string | null
  /** The reasons of the detail, one per line. */
  readonly reasons: ReadonlyArray<Reason>
}

/** A run that has ended, with the result of each entity. */
export interface JobRun extends JobFire {
  readonly job: string
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly results: ReadonlyArray<RunResult>
}

/** The lines to report about a fire, and the reasons that they were rendered from. */
export const detailOf = (reasons: ReadonlyArray<Reason>) => ({ detail: reasons.map(render).join("\n"), reasons })

/** The stored reasons; in a row from before reasons existed, each line is one. */
export const storedReasons = (detail: string | null, reasons: ReadonlyArray<unknown>): ReadonlyArray<Reason> => {
  if (detail === null || detail === "") return []
  // A vendor's words may be several lines of one reason.
  if (reasons.length > 0 && reasons.every(isReason)) return reasons
  return storedReasonList(reasons, detail.split("\n"))
}
