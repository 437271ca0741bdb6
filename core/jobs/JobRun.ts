/** What one fire of a job came to. */
import { type DateTime, Schema } from "effect"
import { isReason, type Reason, render, storedList } from "../reason/Reason.ts"
import type { RunResult } from "../sync/Run.ts"

export const JobRunStatus = Schema.Literals(["running", "ok", "warning", "failed", "missed", "skipped"])
export type JobRunStatus = typeof JobRunStatus.Type

export interface JobFire {
  /** When it was due; run by a person: when they asked. */
  readonly scheduledAt: DateTime.Utc
  /** `null`: it waits for its turn, or was missed or skipped. */
  readonly startedAt: DateTime.Utc | null
  readonly finishedAt: DateTime.Utc | null
  readonly status: JobRunStatus
  /** In words for a person. */
  readonly detail: string | null
  /** Of the detail, one a line. */
  readonly reasons: ReadonlyArray<Reason>
}

/** A run that has ended, with what each entity came to. */
export interface JobRun extends JobFire {
  readonly job: string
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly results: ReadonlyArray<RunResult>
}

/** What there is to say of a fire: the lines, and beside them what they were made from. */
export const told = (reasons: ReadonlyArray<Reason>) => ({ detail: reasons.map(render).join("\n"), reasons })

/** The reasons as they were stored; of a row of before there were any, each line stands for itself. */
export const toldBefore = (detail: string | null, reasons: ReadonlyArray<unknown>): ReadonlyArray<Reason> => {
  if (detail === null || detail === "") return []
  // A vendor's words may be several lines of one reason.
  if (reasons.length > 0 && reasons.every(isReason)) return reasons
  return storedList(reasons, detail.split("\n"))
}
