/** A call of a method, and its answer. */
import type { SandboxRequest } from "../../../core/sdk-sandbox.ts"
import type { Change, PortalState, Row } from "./Model.ts"
import type { Params } from "./Params.ts"
import type { Refused } from "./Refused.ts"

export interface Called {
  readonly state: PortalState
  readonly request: SandboxRequest
  readonly params: Params
  readonly now: number
  /** An application sees its events; a webhook may not bind any. */
  readonly caller: "webhook" | "application"
  /** Collected for events and automation. */
  readonly changes: Array<Change>
}

export type Answer = { readonly result: unknown; readonly total?: number; readonly next?: number }

export type Method = (called: Called) => Answer | Refused

export const pageSize = 50

/** `start: -1` counts nothing. */
export const pageOf = (rows: ReadonlyArray<Row>, given: unknown) => {
  const start = Number(given ?? 0) || 0
  if (start < 0) return { rows: rows.slice(0, pageSize), total: 0 }
  const next = start + pageSize
  return { rows: rows.slice(start, next), total: rows.length, ...(next < rows.length ? { next } : {}) }
}
