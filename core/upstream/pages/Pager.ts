/**
 * The facts a pager gets of each page, its decision, and the conditions for an end that hold for every kind of
 * paging.
 */
import { type Reason, reason } from "../../reason/Reason.ts"
import { unmark } from "../records/ExactNumbers.ts"
import { type Batch, type Completeness, complete, partial } from "../Source.ts"
import type { NextNumber } from "./NextNumber.ts"

/** The parts of a request that differ from page to page. */
export interface PageRequest {
  /** The whole address, where the vendor named it. */
  readonly url?: string
  readonly query: Readonly<Record<string, string>>
  /** Values for places in the body, by JSON Pointer. */
  readonly body?: Readonly<Record<string, string | number>>
  /**
   * The source declares the end of the list before this page, so a refusal of it confirms the end. If the end was
   * proven, any failure does.
   */
  readonly beyond?: "stated" | "proven"
}

interface Hint {
  readonly pointer: string
  readonly count: number
}

/** The facts of an answer apart from its records. */
export interface PageFacts {
  /** The value at the declared cursor; undefined if the place is missing. */
  readonly cursor?: unknown
  /** `rel=next` of the Link header, resolved. */
  readonly link?: string
  /** How many records the vendor reports. */
  readonly total?: number
  readonly totalPages?: number
  readonly hasMore?: boolean
  /** The flag is null: most likely there are no more pages. */
  readonly flagless?: true
  /** The values of undeclared places with usual names: they can contradict an end, never prove one. */
  readonly hints?: {
    readonly total?: Hint
    readonly pages?: Hint
    /** The place that says there is more. */
    readonly more?: string
    /** The place of a next page that is not followed, and the kind of paging it suggests. */
    readonly unfollowed?: {
      readonly pointer: string
      readonly as: keyof typeof unfollowed
      /** `placed`: the answer or the request states the current position, and the next page is ahead of it. */
      readonly number?: NextNumber & { readonly placed: boolean }
    }
    /** The place of a next page in a list paged by number or offset: some vendors always write something there. */
    readonly next?: string
    /** The answer says that there are no more pages. */
    readonly less?: true
    /** The entity declares how it is paged. */
    readonly isPaged?: true
  }
  /** The answer is empty, without even the header of the list. */
  readonly blank?: true
  /** Why the answer may be incomplete although it ended well. */
  readonly doubt?: Reason
}

export interface PageRead extends PageFacts {
  /** Counted from 1. */
  readonly number: number
  readonly records: number
  /** The sum over all pages so far. */
  readonly sum: number
  /** How many pages so far had records of their own. */
  readonly pages: number
  /** The number of an earlier page that begins with the same record; the records of this page were not handed on. */
  readonly repeats?: number
}

export interface Pager<State = unknown> {
  readonly first: PageRequest
  /** Receives the records of a page as they arrive. */
  readonly see?: (batch: Batch) => void
  readonly next: (page: PageRead) => PageRequest | Completeness
  /** Everything that it remembers, as JSON: a pager that is given it continues where this one is. */
  readonly state: State
}

/** Sends each parameter where it belongs: a name that begins with a slash is a place in the body. */
export const placeParams = (params: Readonly<Record<string, string | number>>): PageRequest => {
  const all = Object.entries(params)
  const body = all.filter(([name]) => name.startsWith("/"))
  const query = all.flatMap(([name, value]) => (name.startsWith("/") ? [] : [[name, String(unmark(value))]]))
  return {
    query: Object.fromEntries(query),
    ...(body.length === 0 ? {} : { body: Object.fromEntries(body) })
  }
}

/** The size of a page, for a vendor that takes one. */
export const sizeOf = ({ size, sizeParam }: { readonly size?: number; readonly sizeParam?: string }) =>
  sizeParam === undefined || size === undefined ? {} : { [sizeParam]: size }

/** The list is complete, unless a fact from the vendor contradicts that. */
export const completenessOf = (page: PageRead): Completeness => {
  const { hasMore, hints, sum, total, totalPages } = page
  // An empty list has one page.
  const pages = Math.max(page.pages, 1)
  if (total !== undefined && sum < total) {
    return partial(reason("read.total", { count: sum, total }))
  }
  if (totalPages !== undefined && pages < totalPages) {
    return partial(reason("read.pages", { count: pages, total: totalPages }))
  }
  if (hasMore === true) return partial(reason("read.hasMore"))
  if (hints?.total !== undefined && sum < hints.total.count) {
    const { count, pointer } = hints.total
    const code = hints.isPaged === true ? "read.pagedTotal" : "read.hintedTotal"
    return partial(reason(code, { count: sum, pointer, total: count }))
  }
  if (hints?.pages !== undefined && pages < hints.pages.count) {
    const { count, pointer } = hints.pages
    const code = hints.isPaged === true ? "read.pagedPages" : "read.hintedPages"
    return partial(reason(code, { count: pages, pointer, total: count }))
  }
  if (hints?.unfollowed !== undefined && !isBehind(page, hints.unfollowed)) {
    const { as, pointer } = hints.unfollowed
    return partial(reason(unfollowed[as], { pointer }))
  }
  if (hints?.more !== undefined) {
    return partial(reason(hints.isPaged === true ? "read.pagedMore" : "read.hintedMore", { pointer: hints.more }))
  }
  return complete
}

/** Whether vendors use such a page size: a page with this many records may be full. */
const isTypicalPageSize = (count: number): boolean =>
  count > 0 && (count % 5 === 0 || count % 12 === 0 || (count >= 16 && (count & (count - 1)) === 0))

/**
 * Whether the number cannot be that of a next page. Nothing is assumed about a page that may be full: more may follow
 * it.
 */
const isBehind = (
  { hints, number: page, records, sum, total }: PageRead,
  { number }: NonNullable<NonNullable<PageFacts["hints"]>["unfollowed"]>
): boolean => {
  if (number === undefined) return false
  if (hints?.less === true || (total !== undefined && sum >= total)) return true
  if (isTypicalPageSize(records)) return false
  return (
    (hints?.total !== undefined && sum === hints.total.count) ||
    (number.of === "page" && !number.placed && number.value <= page)
  )
}

const unfollowed = {
  link: "read.hintedLink",
  cursor: "read.hintedCursor",
  header: "read.hintedHeader",
  headerLink: "read.hintedHeaderLink",
  headerCursor: "read.hintedHeaderCursor"
} as const

/** The fault of a flag that wrongly says there is no more. */
export const wrongLastFlag = reason("read.pastHasMore")
