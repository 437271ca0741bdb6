/** What a pager is told of each page and answers to it, and when the end of a list is one, whatever the way it is paged. */
import { type Reason, reason } from "../reason/Reason.ts"
import type { NextNumber } from "./NextNumber.ts"
import { type Completeness, complete, partial } from "./Source.ts"

/** What distinguishes one page's request from another's. */
export interface PageRequest {
  /** The whole address, where the vendor named it. */
  readonly url?: string
  readonly query: Readonly<Record<string, string>>
  /** The list is said to end before it: a refusal of such a page agrees; of one that was proven, so does any failure. */
  readonly beyond?: "said" | "proven"
}

interface Hint {
  readonly pointer: string
  readonly count: number
}

/** What an answer says besides its records. */
export interface PageFacts {
  /** The value at the declared cursor: undefined where there is no such place. */
  readonly cursor?: unknown
  /** `rel=next` of the Link header, resolved. */
  readonly link?: string
  /** How many records the vendor says there are. */
  readonly total?: number
  readonly totalPages?: number
  readonly hasMore?: boolean
  /** There is nothing where the flag should be: no more, most likely. */
  readonly flagless?: true
  /** What stands at places nobody declared, under usual names: it can contradict an end, never prove one. */
  readonly hints?: {
    readonly total?: Hint
    readonly pages?: Hint
    /** Where it is said that there is more. */
    readonly more?: string
    /** Where a next page is named that is not followed, and as what it could be. */
    readonly unfollowed?: {
      readonly pointer: string
      readonly as: "link" | "cursor" | "header"
      /** `placed`: the answer or the request says what is read now, and it lies ahead of that. */
      readonly number?: NextNumber & { readonly placed: boolean }
    }
    /** Where a next page is named beside counted ones: some vendors always write something there. */
    readonly next?: string
    /** It is said that there is none. */
    readonly less?: true
    /** The entity declares how it is paged. */
    readonly isPaged?: true
  }
  /** Not even the header is there that such a list begins with. */
  readonly blank?: true
  /** Why the answer may not be whole although it ended well. */
  readonly doubt?: Reason
}

export interface PageRead extends PageFacts {
  /** Counted from 1. */
  readonly number: number
  readonly records: number
  /** Of all pages so far. */
  readonly sum: number
  /** How many pages so far had records of their own. */
  readonly pages: number
  /** The number of an earlier page that begins with the same record; its records were not handed on again. */
  readonly repeats?: number
}

export interface Pager {
  readonly first: PageRequest
  readonly next: (page: PageRead) => PageRequest | Completeness
}

/** The list is over, unless something that the vendor said contradicts. */
export const finished = (page: PageRead): Completeness => {
  const { hasMore, hints, sum, total, totalPages } = page
  // Nothing at all is on one page.
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

/** As vendors size pages: one of so many records may be full. */
const isPageSize = (count: number): boolean =>
  count > 0 && (count % 5 === 0 || count % 12 === 0 || (count >= 16 && (count & (count - 1)) === 0))

/** A number of a next page that cannot be one. Nothing is supposed of a page that may be full: more may follow it. */
const isBehind = (
  { hints, number: page, records, sum, total }: PageRead,
  { number }: NonNullable<NonNullable<PageFacts["hints"]>["unfollowed"]>
): boolean => {
  if (number === undefined) return false
  if (hints?.less === true || (total !== undefined && sum >= total)) return true
  if (isPageSize(records)) return false
  return (
    (hints?.total !== undefined && sum === hints.total.count) ||
    (number.of === "page" && !number.placed && number.value <= page)
  )
}

const unfollowed = { link: "read.hintedLink", cursor: "read.hintedCursor", header: "read.hintedHeader" } as const

/** What is wrong with a flag that says there is no more. */
export const pastFlag = reason("read.pastHasMore")
