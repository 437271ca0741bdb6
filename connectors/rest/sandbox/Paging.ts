/**
 * The records that a request selects. All styles work at once: `page` or `offset` or `cursor` with `limit`, or a Link
 * header.
 */
import type { SandboxRequest } from "../../../core/sdk-sandbox.ts"

/** Faults in the paging of this vendor, which test the checks of clients. */
export const troubles = [
  "none",
  "samePage", // `page` and `offset` are ignored
  "repeatedCursor", // after the first page `next` names the page just read
  "shrinkingTotal", // every answer is followed by the deletion of the first record, so the rest moves up
  "wrongTotal" // `total` is 7 too high
] as const
export type Trouble = (typeof troubles)[number]

export interface Window {
  readonly start: number
  readonly length: number
  /** The `total` that the answer claims. */
  readonly total: number
  readonly next: string | null
}

const defaultLimit = 100

export const windowOf = (count: number, query: URLSearchParams, trouble: Trouble): Window => {
  const start = startOf(query, trouble)
  const limit = limitOf(query)
  const end = Math.min(count, start + limit)
  const repeats = trouble === "repeatedCursor" && start > 0
  return {
    start,
    length: Math.max(0, end - start),
    total: count + (trouble === "wrongTotal" ? 7 : 0),
    next: repeats ? tokenOf(start) : end < count ? tokenOf(end) : null
  }
}

const isPaged = (query: URLSearchParams) => ["page", "offset", "cursor", "limit"].some((name) => query.has(name))

/** The address of the next page of the same request, without the host. */
export const addressOf = ({ path, query }: SandboxRequest, next: string): string => {
  const following = new URLSearchParams(query)
  following.delete("page")
  following.delete("offset")
  following.set("cursor", next)
  return `${path}?${following}`
}

export const linkOf = ({ headers, path }: SandboxRequest, address: string): string => {
  const host = `http://${headers.host}`
  return `<${host}${address}>; rel="next", <${host}${path}>; rel="first"`
}

const limitOf = (query: URLSearchParams): number =>
  isPaged(query) ? numberOf(query, "limit") || defaultLimit : Number.POSITIVE_INFINITY

const startOf = (query: URLSearchParams, trouble: Trouble): number => {
  const cursor = query.get("cursor")
  if (cursor) return Number.parseInt(Buffer.from(cursor, "base64url").toString().slice(3), 10) || 0
  if (trouble === "samePage") return 0
  const page = numberOf(query, "page")
  return page === undefined ? (numberOf(query, "offset") ?? 0) : Math.max(0, page - 1) * limitOf(query)
}

const tokenOf = (start: number) => Buffer.from(`at:${start}`).toString("base64url")

const numberOf = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name)
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined
}
