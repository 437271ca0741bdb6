/**
 * The one line that each run writes to the log when it has ended, whatever triggered it. Its `run_id`, `connector`,
 * `entity`, `account` and `owner` are annotations of every log line within the run.
 */
import { Effect, References } from "effect"

export interface EndedRun {
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly fetched: number
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  readonly deleted: number
  readonly rejected: number
  readonly warnings: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
  readonly error: string | null
  readonly durationMs: number
}

export const logEnd = (run: EndedRun): Effect.Effect<void> => {
  const { deleted, durationMs, fetched, inserted, rejected, status, unchanged, updated } = run
  const counts = { fetched, inserted, updated, unchanged, deleted, rejected }
  return logForDaemon(severity[status], messageOf(run)).pipe(
    Effect.annotateLogs({ status, ...counts, duration_ms: durationMs })
  )
}

export const logInterruption: Effect.Effect<void> = Effect.suspend(() =>
  logForDaemon("Warn", "the run was interrupted")
)

const severity = { ok: "Info", warning: "Warn", failed: "Error", skipped: "Info" } as const

const messageOf = ({ error, notes, status, warnings }: EndedRun): string => {
  switch (status) {
    case "ok":
      return ["the run ended", ...notes].join("; ")
    case "warning":
      return `the run ended with ${warnings.length === 1 ? "a warning" : "warnings"}: ${warnings.join("; ")}`
    case "failed":
      return `the run failed: ${error}`
    case "skipped":
      return `the run was skipped: ${warnings.join("; ")}`
  }
}

/** Logs at debug level for the command line, which shows the user a table of the same. */
export const logForDaemon = Effect.fnUntraced(function* (level: "Info" | "Warn" | "Error", message: string) {
  const { trigger } = yield* References.CurrentLogAnnotations
  yield* Effect.logWithLevel(trigger === "cli" ? "Debug" : level)(message)
})
