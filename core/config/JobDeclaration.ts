/** A job as `jobs.yaml` declares it: its steps, and when they run automatically. */
import type { Duration } from "effect"
import type { Reason } from "../reason/Reason.ts"
import type { Span } from "./RequestTemplate.ts"
import type { Schedule } from "./Schedule.ts"

/** The daemon's tables that grow without limit unless they are trimmed. */
export const trimmedTables = ["sync_log", "job_run", "config_version", "inbox"] as const
export type TrimmedTable = (typeof trimmedTables)[number]

export interface Trim {
  readonly table: TrimmedTable
  /** Older rows are deleted. */
  readonly maxAge?: Duration.Duration
  /** The maximum number of rows; the newest stay. */
  readonly maxRows?: number
}

export type Step =
  /** Syncs the entities of these selectors, all at once; if there is a period, only what is of the last so long. */
  | { readonly _tag: "Sync"; readonly selectors: ReadonlyArray<string>; readonly period?: Span }
  | { readonly _tag: "Trim"; readonly trim: Trim }
  /** Deletes the rows of this entity that came longer ago. */
  | { readonly _tag: "TrimEntity"; readonly entity: string; readonly maxAge: Duration.Duration }
  /** The id of the action, `crm.send`, and its input. */
  | { readonly _tag: "Action"; readonly action: string; readonly input: Readonly<Record<string, unknown>> }
  /** Their ids, such as `sheet.prices`; run one after the other. */
  | { readonly _tag: "Export"; readonly exports: ReadonlyArray<string> }
  | { readonly _tag: "Parallel"; readonly steps: ReadonlyArray<Step> }

/** Returns the selectors of every sync among the steps; other kinds of steps refresh nothing. */
export const syncSelectors = (steps: ReadonlyArray<Step>): ReadonlyArray<ReadonlyArray<string>> =>
  steps.flatMap((step) => {
    if (step._tag === "Sync") return [step.selectors]
    return step._tag === "Parallel" ? syncSelectors(step.steps) : []
  })

export interface Misfire {
  /** How late a fire may still run. */
  readonly grace: Duration.Duration
  /** `once`: the last of the missed fires runs, the others are recorded. `skip`: all are recorded. */
  readonly policy: "once" | "skip"
}

export interface JobDeclaration {
  readonly name: string
  readonly schedule: Schedule
  readonly misfire: Misfire
  /** The effect of a fire while the job is still running. `queue`: it waits; at most one does. */
  readonly overlap: "skip" | "queue"
  /** The maximum of a random delay of each fire. */
  readonly jitter: Duration.Duration
  /** Whether the steps after a failed one still run. */
  readonly onError: "continue" | "stop"
  readonly enabled: boolean
  /** Why it is not enabled though its declaration says so: all its steps are of connectors that are off. */
  readonly restsFor?: Reason
  readonly steps: ReadonlyArray<Step>
  /** Equal hashes mean the same job. */
  readonly hash: string
}
