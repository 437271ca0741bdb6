/** What one fire of a job came to. */
import { type DateTime, Schema } from "effect"
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
}

/** A run that has ended, with what each entity came to. */
export interface JobRun extends JobFire {
  readonly job: string
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly results: ReadonlyArray<RunResult>
}
