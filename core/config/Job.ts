/** A job as `jobs.yaml` declares it: steps, and when they run by themselves. */
import type { Duration } from "effect"
import type { Schedule } from "./Schedule.ts"

/** The tables of the daemon that grow for ever unless they are trimmed. */
export type TrimmedTable = "sync_log" | "job_run"

export interface Trim {
  readonly table: TrimmedTable
  /** Rows older than that go. */
  readonly maxAge?: Duration.Duration
  /** Of the rows only so many stay, the newest. */
  readonly maxRows?: number
}

export type Step =
  /** The entities of these selectors, all at once. */
  | { readonly _tag: "Sync"; readonly selectors: ReadonlyArray<string> }
  | { readonly _tag: "Trim"; readonly trim: Trim }
  /** Its id, `iiko.negative-transfer`, and what it is told. */
  | { readonly _tag: "Action"; readonly action: string; readonly input: Readonly<Record<string, unknown>> }
  /** Their ids, as in `gsheet.nomenclature`; one after the other. */
  | { readonly _tag: "Export"; readonly exports: ReadonlyArray<string> }
  | { readonly _tag: "Parallel"; readonly steps: ReadonlyArray<Step> }

export interface Misfire {
  /** How late a fire may be and still run. */
  readonly grace: Duration.Duration
  /** `once`: the last of the missed fires runs, the others are recorded. `skip`: all are recorded. */
  readonly policy: "once" | "skip"
}

export interface JobDeclaration {
  readonly name: string
  readonly schedule: Schedule
  readonly misfire: Misfire
  /** What a fire does while the job is still running. `queue`: it waits; at most one does. */
  readonly overlap: "skip" | "queue"
  /** A fire is delayed by chance, by at most that. */
  readonly jitter: Duration.Duration
  /** Whether steps go on after one that failed. */
  readonly onError: "continue" | "stop"
  readonly enabled: boolean
  readonly steps: ReadonlyArray<Step>
  /** Equal hashes mean the same job. */
  readonly hash: string
}
