import type { RunResult } from "../../../core/sync/Run.ts"

export const run = (id: string, over: Partial<RunResult> = {}): RunResult => {
  const [connector = "", entity = ""] = id.split(".")
  return {
    connector,
    entity,
    account: null,
    status: "ok",
    fetched: 0,
    inserted: 0,
    updated: 0,
    unchanged: 0,
    deleted: 0,
    rejected: 0,
    warnings: [],
    error: null,
    errorReason: null,
    reasons: [],
    notes: [],
    noteReasons: [],
    durationMs: 1000,
    ...over
  }
}
