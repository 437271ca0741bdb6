/**
 * Every metric of the daemon. Names and labels are public. Labels come from closed sets (declared names and our own
 * words), never from ids or foreign texts.
 */
import { Effect, Exit, Metric } from "effect"
import { elapsedMillis } from "./Elapsed.ts"

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })
const gauge = (name: string, description: string) => Metric.gauge(name, { description })

const runs = counter("tributary_runs_total", "Runs that ended, by how.")
const rows = counter("tributary_rows_total", "Rows of runs that ended, by what became of them.")
const runDuration = Metric.histogram("tributary_run_duration_seconds", {
  description: "From the start of a run to its end, without the skipped ones.",
  boundaries: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800]
})
const budgetWait = counter("tributary_budget_wait_seconds_total", "Time that requests waited before they were sent.")
const vendorRequests = counter("tributary_vendor_requests_total", "Requests sent to outside systems, logins included.")
const vendorBytes = counter("tributary_vendor_received_bytes_total", "Bytes received from them, after decompression.")
const vendorDuration = Metric.histogram("tributary_vendor_request_duration_seconds", {
  description: "From sending a request to its answer, or the first MiB of it; `status` is the class of the answer.",
  boundaries: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
})
const httpRequests = counter("tributary_http_requests_total", "Requests the daemon answered.")
const runsInProgress = gauge("tributary_runs_in_progress", "Runs of entities that have begun and not ended.")
const requestsWaiting = gauge("tributary_requests_waiting", "Requests that wait until the budget lets them be sent.")
const jobRuns = counter("tributary_job_runs_total", "Fires of jobs, by what became of them.")
const jobLateness = Metric.histogram("tributary_job_lateness_seconds", {
  description: "From when a fire was to begin, its jitter included, to when it began.",
  boundaries: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600]
})
const reloads = counter("tributary_reloads_total", "Attempts to load the configuration while running, by outcome.")
const reloadSuccess = gauge("tributary_last_reload_success", "Whether the last attempt succeeded: 1 or 0.")
const reloadTime = gauge("tributary_last_reload_timestamp_seconds", "When the last attempt that succeeded ended.")
const circuitOpen = gauge("tributary_circuit_open", "1 while an outside system is given time to recover, else 0.")
const entityAge = gauge("tributary_entity_age_seconds", "Since the end of the last good run.")
const cursorAge = gauge(
  "tributary_cursor_age_seconds",
  "Since the read began that moved the cursor of an entity last; of several cursors the oldest. Looked at once a minute."
)
const accounts = gauge("tributary_accounts", "Accounts of a connector, by state; looked at once a minute.")
const openAlerts = gauge("tributary_alerts_open", "The open alerts, by kind.")
const fieldChanges = counter(
  "tributary_field_changes_total",
  "Fields of sources that came undeclared or went, and declared ones that vanished or returned."
)
const connections = gauge(
  "tributary_database_connections",
  "Connections to the database, by what they do; looked at once a minute."
)
const cacheRequests = counter(
  "tributary_cache_requests_total",
  "Values asked of the caches of connectors: hit (without a request to the system), miss, stale (outdated, as the system did not answer)."
)
const cacheErrors = counter("tributary_cache_errors_total", "Values that a cache could not keep or read.")
const cacheEntries = gauge("tributary_cache_entries", "Values in the memory of the caches of connectors.")

const outcomes = ["inserted", "updated", "unchanged", "deleted", "rejected"] as const

/** The values that are counted for a run. */
export interface RunCounts extends Readonly<Record<(typeof outcomes)[number], number>>, EntityName {
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly durationMs: number
}

export const runEnded = Effect.fnUntraced(function* (run: RunCounts) {
  const { connector, durationMs, entity, status } = run
  yield* Metric.update(Metric.withAttributes(runs, { connector, entity, status }), 1)
  for (const outcome of outcomes) {
    yield* Metric.update(Metric.withAttributes(rows, { connector, entity, outcome }), run[outcome])
  }
  if (status !== "skipped") {
    yield* Metric.update(Metric.withAttributes(runDuration, { connector, entity }), durationMs / 1000)
  }
})

/** The events of a request to an outside system. */
export type VendorEvent =
  | { readonly _tag: "Request" }
  | { readonly _tag: "Answer"; readonly bytes: number }
  | { readonly _tag: "Waiting"; readonly millis: number; readonly why: "rate" | "concurrency" | "vendor" | "retry" }

/** A connector, or a part of it that the vendor counts separately. Accounts are no label, as they are not a closed set. */
export interface EndpointName {
  readonly connector: string
  readonly group?: string
}

const endpointLabels = ({ connector, group }: EndpointName) =>
  group === undefined ? { connector } : { connector, group }

/** Counts the requests to one endpoint; made once, because every chunk of every answer passes here. */
export const vendorCounters = (endpoint: EndpointName) => {
  const labels = endpointLabels(endpoint)
  const requests = Metric.withAttributes(vendorRequests, labels)
  const bytes = Metric.withAttributes(vendorBytes, labels)
  return (event: VendorEvent): Effect.Effect<void> => {
    switch (event._tag) {
      case "Request":
        return Metric.update(requests, 1)
      case "Answer":
        return Metric.update(bytes, event.bytes)
      case "Waiting":
        return Metric.update(Metric.withAttributes(budgetWait, { ...labels, reason: event.why }), event.millis / 1000)
    }
  }
}

/** Measures exchanges with one endpoint: the class of a status is `2xx` and the like, or `none` without an answer. */
export const vendorTimer = (endpoint: EndpointName) => {
  const labels = endpointLabels(endpoint)
  return <A extends { readonly status: number }, E, R>(exchanging: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(elapsedMillis, (since) =>
      Effect.onExit(exchanging, (exit) =>
        Effect.flatMap(elapsedMillis, (now) => {
          const status = Exit.isSuccess(exit) ? `${Math.floor(exit.value.status / 100)}xx` : "none"
          return Metric.update(Metric.withAttributes(vendorDuration, { ...labels, status }), (now - since) / 1000)
        })
      )
    )
}

export const httpAnswered = (method: string, status: number): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(httpRequests, { method, status: String(status) }), 1)

/** Counts an effect while it runs, however it ends. */
const during = (metric: Metric.Gauge<number>, count: number) => {
  const move = (by: number) => Metric.modify(metric, by)
  return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      move(count),
      () => effect,
      () => move(-count)
    )
}

/** Counts the runs of that many entities that share a read. */
export const countRunning = (connector: string, entities: number) =>
  during(Metric.withAttributes(runsInProgress, { connector }), entities)

/** Wraps a request's wait for the budget. */
export const countWaiting = (endpoint: EndpointName) =>
  during(Metric.withAttributes(requestsWaiting, endpointLabels(endpoint)), 1)

export const jobSettled = (
  job: string,
  status: "ok" | "warning" | "failed" | "missed" | "skipped"
): Effect.Effect<void> => Metric.update(Metric.withAttributes(jobRuns, { job, status }), 1)

export const jobBegan = (job: string, lateMillis: number): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(jobLateness, { job }), Math.max(0, lateMillis) / 1000)

/** `at` is in milliseconds since 1970. */
export const reloadEnded = Effect.fnUntraced(function* (status: "ok" | "unchanged" | "invalid" | "failed", at: number) {
  const succeeded = status === "ok" || status === "unchanged"
  yield* Metric.update(Metric.withAttributes(reloads, { status }), 1)
  yield* Metric.update(reloadSuccess, succeeded ? 1 : 0)
  if (succeeded) yield* Metric.update(reloadTime, at / 1000)
})

/** `open`: how many circuits of that name are, of several accounts more than one. */
export const circuitsOpen = (endpoint: EndpointName, open: number): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(circuitOpen, endpointLabels(endpoint)), open)

/** The names of a target that are labels. Its account is none, as accounts are not a closed set. */
export interface EntityName {
  readonly connector: string
  readonly entity: string
}

export const entityAged = ({ connector, entity }: EntityName, seconds: number): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(entityAge, { connector, entity }), Math.max(0, seconds))

export const cursorAged = ({ connector, entity }: EntityName, seconds: number): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(cursorAge, { connector, entity }), Math.max(0, seconds))

export const forgetCursor = ({ connector, entity }: EntityName): Effect.Effect<void> =>
  Metric.remove(Metric.withAttributes(cursorAge, { connector, entity }))

/** Removes the gauges of an undeclared entity, which would never change again. Counters stay: sums need them. */
export const forgetEntity = (name: EntityName): Effect.Effect<void> =>
  Effect.andThen(
    forgetCursor(name),
    Metric.remove(Metric.withAttributes(entityAge, { connector: name.connector, entity: name.entity }))
  )

export const forgetEndpoint = (endpoint: EndpointName): Effect.Effect<void> =>
  Metric.remove(Metric.withAttributes(circuitOpen, endpointLabels(endpoint)))

/** Counts field changes by kind. */
export const fieldsChanged = (
  { connector, entity }: EntityName,
  counts: Readonly<Record<"appeared" | "gone" | "vanished" | "returned", number>>
): Effect.Effect<void> =>
  Effect.forEach(
    (["appeared", "gone", "vanished", "returned"] as const).filter((change) => counts[change] > 0),
    (change) => Metric.update(Metric.withAttributes(fieldChanges, { connector, entity, change }), counts[change]),
    { discard: true }
  )

export const alertKinds = [
  "job_failed",
  "entity_stale",
  "guard_held",
  "fields_changed",
  "account_invalid",
  "rows_found",
  "cursor_old",
  "action_unknown",
  "reload_failed",
  "circuit_open",
  "plugin_degraded",
  "database_away"
] as const

export const alertsOpen = (kind: (typeof alertKinds)[number], count: number): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(openAlerts, { kind }), count)

const accountStates = ["active", "paused", "invalid"] as const

const accountsIn = (connector: string, state: (typeof accountStates)[number]) =>
  Metric.withAttributes(accounts, { connector, state })

export const accountsCounted = (
  connector: string,
  countOf: (state: (typeof accountStates)[number]) => number
): Effect.Effect<void> =>
  Effect.forEach(accountStates, (state) => Metric.update(accountsIn(connector, state), countOf(state)), {
    discard: true
  })

export const forgetAccounts = (connector: string): Effect.Effect<void> =>
  Effect.forEach(accountStates, (state) => Metric.remove(accountsIn(connector, state)), { discard: true })

const connectionStates = ["active", "idle", "in_transaction"] as const

export const databaseConnections = (
  counts: Readonly<Record<(typeof connectionStates)[number], number>>
): Effect.Effect<void> =>
  Effect.forEach(
    connectionStates,
    (state) => Metric.update(Metric.withAttributes(connections, { state }), counts[state]),
    { discard: true }
  )

/** Made once for each category, because every look into a cache passes here. */
export const cacheMetrics = (connector: string, category: string) => {
  const labels = { connector, category }
  const requests = (outcome: "hit" | "miss" | "stale") => Metric.withAttributes(cacheRequests, { ...labels, outcome })
  return {
    hits: requests("hit"),
    misses: requests("miss"),
    stale: requests("stale"),
    errors: Metric.withAttributes(cacheErrors, labels),
    entries: Metric.withAttributes(cacheEntries, labels)
  }
}
