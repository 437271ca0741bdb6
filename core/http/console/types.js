// @ts-check
/** The shapes of the API's answers, for the type checker alone. */

/** @typedef {"running" | "ok" | "warning" | "failed" | "skipped" | "missed"} Status */

/** @typedef {{ id: number, startedAt: string, status: Status, durationMs: number, inserted: number, updated: number,
 *   deleted: number, rejected: number }} RecentRun */

/** @typedef {{ id: number, connector: string, entity: string, account: string | null, accountName: string | null, trigger: string,
 *   actor: string | null, status: Status, startedAt: string, finishedAt: string | null, fetched: number,
 *   inserted: number, updated: number, unchanged: number, deleted: number, rejected: number, requests: number,
 *   bytes: number, warnings: string[], notes: string[], error: string | null }} Run */

/** @typedef {{ connector: string, entity: string, account: string | null, status: Status, fetched: number,
 *   inserted: number, updated: number, unchanged: number, deleted: number, rejected: number, warnings: string[],
 *   notes: string[], error: string | null, durationMs: number }} RunResult */

/** @typedef {{ id: string, connector: string, entity: string, table: string, mode: string,
 *   state: "failed" | "late" | "withheld" | "warning" | "never" | "fresh", rows: number | null,
 *   freshAt: string | null, pending: number, last: Run | null, nextFire: string | null, late: boolean,
 *   expectedAt: string | null, recent: RecentRun[] }} Entity */

/** @typedef {Entity & { declaration: string, columns: { name: string, type: string }[], history: RecentRun[] }} EntityDetail */

/** @typedef {{ position: number, key: Record<string, unknown> | null, field: string | null, reason: string,
 *   value: string | null, record: string | null }} Reject */

/** @typedef {{ at: string, method: string, path: string, status: number | null, ms: number, head: string,
 *   error: string | null }} LastRequest */

/** @typedef {{ entity: string, phase: "reading" | "loading" | "ended", requests: number, bytes?: number, rows: number,
 *   waitingFor?: "rate" | "concurrency" | "vendor" | "retry" | null, result: RunResult | null, trigger?: string }} Progress */

/** @typedef {Record<string, string | null>} Row */

/** @typedef {{ key: Row, changes: { column: string, from: string | null, to: string | null }[] }} PlannedUpdate */

/** @typedef {{ connector: string, entity: string, table: string, ddl: string[], error: string | null,
 *   warnings: string[], fetched: number, rejected: number, unchanged: number, inserts: Row[], updates: PlannedUpdate[],
 *   deletes: Row[], withheld: Row[], missed?: Row[], absent?: string[], undeclared?: string[],
 *   totals: { inserts: number, updates: number, deletes: number, missed: number, withheld: number } }} EntityPlan */

/** @typedef {{ scheduledAt: string, startedAt: string | null, finishedAt: string | null, status: Status,
 *   detail: string | null }} Fire */

/** @typedef {Fire & { id: number, job: string, trigger: string, actor: string | null }} JobRun */

/** @typedef {{ name: string, schedule: string, timezone: string, enabled: boolean, paused: boolean,
 *   lastFire: Fire | null, nextFire: string | null, steps: string[] }} Job */

/** @typedef {{ id: number, connector: string, entity: string, account: string | null, accountName: string | null, table: string, reason: string,
 *   rows: number, createdAt: string, sample: Row[] }} Pending */

/** @typedef {Pending & { status: "applied" | "dropped" | "superseded", decidedAt: string, decidedBy: string | null,
 *   deleted: number }} Decided */

/** @typedef {Pending & { keyColumns: string[], rowsPage: Row[],
 *   current: (Record<string, unknown> | null)[] }} PendingRows */

/** @typedef {{ file: string, line: number, column: number, message: string, sourceLine: string, length: number,
 *   hint?: string }} Diagnostic */

/** @typedef {{ added: string[], changed: string[], removed: string[] }} Difference */

/** @typedef {{ id: number, hash: string, loadedAt: string, trigger: string, actor: string | null,
 *   status: "ok" | "unchanged" | "invalid" | "failed", diagnostics: Diagnostic[], error: string | null,
 *   changes: { connectors: Difference, jobs: Difference, entities: Difference, plugins: Difference,
 *   daemon: string[], restart: string[] } | null }} ConfigVersion */

/** @typedef {{ id: number, action: string, key: string, what: string, status: "sending" | "done" | "failed" | "unknown",
 *   trigger: string, actor: string | null, request: unknown, response: unknown, error: string | null,
 *   detail: string | null, attempts: number, resolvedBy: string | null, createdAt: string,
 *   finishedAt: string | null }} ActionEntry */

/** @typedef {{ id: string, connector: string, description: string, input: JsonSchema, readsBack: boolean,
 *   last: ActionEntry | null }} Action */

/** @typedef {{ key: string, what: string, detail: string | null,
 *   status: "planned" | "done" | "already" | "failed" | "unknown" | "busy" | "skipped" }} ActionItem */

/** @typedef {{ action: string, dryRun: boolean, status: "ok" | "warning" | "failed", summary: string,
 *   items: ActionItem[], notes: string[], data: unknown, startedAt: string, finishedAt: string }} ActionRun */

/** @typedef {{ [keyword: string]: any }} JsonSchema */

/** @typedef {{ key: string, kind: string, subject: string, entities: string[], message: string, since: string }} Alert */

/** @typedef {{ role: "admin" | "viewer" | null, adminApi: boolean }} Session */

/** @typedef {{ connector: string, account?: string, group?: string, circuit: "closed" | "open" | "half-open" }} Endpoint */

/** @typedef {{ status: "ok" | "unwell", endpoints?: Endpoint[], scheduler?: { status: "ok" | "stopped" } }} Health */

/** @typedef {{ name: string, type: string, accounts?: { perOwner: number, link: boolean,
 *   lists: { name: string, title: string }[] } }} Connector */

/** @typedef {{ id: string, connector: string, owner: string, name: string, status: "active" | "paused" | "invalid",
 *   error: string | null, belongsTo: string, expiresAt: string | null, refreshedAt: string | null,
 *   lastUsedAt: string | null, createdAt: string, createdBy: string | null }} Account */

/** @typedef {{ id: string, connector: string, owner: string, name: string, removedAt: string, removedBy: string | null }} RemovedAccount */

/** @typedef {{ account: string, connector: string, entity: string, error: string, at: string }} FailedRead */

/** @typedef {{ name: string, title: string, head: string, lines: string[] }} AccountRowList */

/** @typedef {{ id: string, connector: string, owner: string | null, name: string | null,
 *   state: "running" | "done" | "failed" | "stopped", error: string | null, link: string | null, userCode: string | null,
 *   expiresAt: string, trigger: string, createdBy: string | null, createdAt: string, finishedAt: string | null,
 *   finishedBy: string | null }} AccountTask */

/** @typedef {{ id: string, state: AccountTask["state"], error: string | null, request: { selectors?: string[] },
 *   progress: { done: number, all: number, records: number }, trigger: string, createdBy: string | null,
 *   createdAt: string, finishedAt: string | null, finishedBy: string | null,
 *   result: { entities: { inserted: number, updated: number, deleted: number, rejected: number }[] } | null }} SyncTask */

/** @typedef {{ id: string, connector: string, account: string, accountStatus: Account["status"],
 *   entities: string[] | null, every: string | null, cron: string | null, timezone: string | null, enabled: boolean,
 *   nextFire: string | null, lastSuccess: string | null, error: string | null }} AccountSchedule */

/** @typedef {{ name: string, id: string, query: URLSearchParams }} Route */

/**
 * @typedef {object} View A page of the console. It draws the data it holds; `refresh` fetches the data again.
 * @property {string} title
 * @property {() => unknown} render
 * @property {() => unknown} refresh
 * @property {(event: string, data: any) => void} [on] Receives the daemon's events while the view is open.
 * @property {(event: KeyboardEvent) => void} [onKey]
 */

/** @typedef {{ connector: string, enabled: boolean, redis: { status: "ok" | "away" | "refusing", detail: string | null } | null,
 *   categories: { name: string, entries: number, hits: number, misses: number, stale: number, errors: number }[] }} CacheReport */

export {}
