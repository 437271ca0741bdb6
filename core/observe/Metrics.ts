/**
 * Every metric of the daemon. Names and labels are public; labels come from closed sets: what is declared, and words of
 * ours, never ids or texts of others.
 */
import { Effect, Metric } from "effect"

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

const runs = counter("tributary_runs_total", "Runs that ended, by how.")
const rows = counter("tributary_rows_total", "Rows of runs that ended, by what became of them.")
const runDuration = Metric.histogram("tributary_run_duration_seconds", {
  description: "From the start of a run to its end, without the skipped ones.",
  boundaries: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800]
})
const budgetWait = counter("tributary_budget_wait_seconds_total", "Time that requests waited before they were sent.")
const vendorRequests = counter("tributary_vendor_requests_total", "Requests sent to outside systems, logins included.")
const vendorBytes = counter("tributary_vendor_received_bytes_total", "Bytes received from them, after decompression.")
const httpRequests = counter("tributary_http_requests_total", "Requests the daemon answered.")

const outcomes = ["inserted", "updated", "unchanged", "deleted", "rejected"] as const

/** What is counted of a run. */
export interface EndedRun extends Readonly<Record<(typeof outcomes)[number], number>> {
  readonly connector: string
  readonly entity: string
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly durationMs: number
}

export const runEnded = Effect.fnUntraced(function* (run: EndedRun) {
  const { connector, durationMs, entity, status } = run
  yield* Metric.update(Metric.withAttributes(runs, { connector, entity, status }), 1)
  for (const outcome of outcomes) {
    yield* Metric.update(Metric.withAttributes(rows, { connector, entity, outcome }), run[outcome])
  }
  if (status !== "skipped") {
    yield* Metric.update(Metric.withAttributes(runDuration, { connector, entity }), durationMs / 1000)
  }
})

/** What a request to an outside system tells about itself. */
export type VendorEvent =
  | { readonly _tag: "Request" }
  | { readonly _tag: "Answer"; readonly bytes: number }
  | { readonly _tag: "Waiting"; readonly millis: number; readonly why: "rate" | "concurrency" | "vendor" | "retry" }

/** Counts the requests of one connector; made once, because every chunk of every answer passes here. */
export const vendor = (connector: string) => {
  const requests = Metric.withAttributes(vendorRequests, { connector })
  const bytes = Metric.withAttributes(vendorBytes, { connector })
  return (event: VendorEvent): Effect.Effect<void> => {
    switch (event._tag) {
      case "Request":
        return Metric.update(requests, 1)
      case "Answer":
        return Metric.update(bytes, event.bytes)
      case "Waiting":
        return Metric.update(Metric.withAttributes(budgetWait, { connector, reason: event.why }), event.millis / 1000)
    }
  }
}

export const httpAnswered = (method: string, status: number): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(httpRequests, { method, status: String(status) }), 1)
