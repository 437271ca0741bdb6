import { emptyResult, type RunResult } from "../../../core/sync/RunResult.ts"

export const run = (id: string, over: Partial<RunResult> = {}): RunResult => {
  const [connector = "", entity = ""] = id.split(".")
  return {
    ...emptyResult({ entity: { connector, name: entity }, account: null }),
    status: "ok",
    durationMs: 1000,
    ...over
  }
}
