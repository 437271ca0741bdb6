/**
 * Pages by number or by offset. The vendor has to show the end, since a page may be short for reasons of its own. If
 * the end may be a mistake, one more page is requested: a total equal to a full page may be that page's own count, a
 * flag may contradict a next page, and a short first page may be the vendor's largest. A wary read requests one more
 * page after any end.
 */
import type { Page } from "../../config/RequestTemplate.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { type Completeness, completeIn, partial } from "../Source.ts"
import {
  completenessOf,
  type PageRead,
  type PageRequest,
  type Pager,
  placeParams,
  sizeOf,
  wrongLastFlag
} from "./Pager.ts"

/** An end that the vendor reports, and the fault if records follow it. */
interface End {
  readonly sure: boolean
  readonly otherwise?: Reason
}

const sure: End = { sure: true }

export interface CountedState {
  /** Records so far: the position of the next page by offset. */
  received: number
  largest: number
  linked: boolean
  last: Pick<PageRead, "number" | "records">
  seenAgain: boolean
  /** Whether short pages prove the end: false once records followed a short page. */
  fills: boolean
  /** The end after which the current page was requested. */
  asked: End | null
  refuted: Reason | null
}

const start = (): CountedState => ({
  received: 0,
  largest: 0,
  linked: false,
  last: { number: 0, records: 0 },
  seenAgain: false,
  fills: true,
  asked: null,
  refuted: null
})

/** Whether the count looks like a vendor's cap of the page size: 20, 50, 32, 128. */
const isTypicalCap = (count: number): boolean => count % 10 === 0 || (count >= 16 && (count & (count - 1)) === 0)

export const countedPager = (
  declared: Extract<Page, { readonly type: "page" | "offset" }>,
  position: (page: { readonly number: number; readonly received: number }) => number,
  wary: boolean,
  state: CountedState = start()
): Pager<CountedState> => {
  const { param, size, until } = declared
  const request = (number: number): PageRequest =>
    placeParams({ [param]: position({ number, received: state.received }), ...sizeOf(declared) })

  /** Whether the page is as full as pages are known to get: a total equal to it may be the page's own count. */
  const isFull = ({ number, records }: Pick<PageRead, "number" | "records">): boolean =>
    records >= size || (number === 1 ? isTypicalCap(records) : records >= state.largest)

  const endOf = (page: PageRead): End | undefined => {
    const { flagless, hasMore, hints, link, number, records, sum, total, totalPages } = page
    const named = link !== undefined || hints?.next !== undefined
    if (hasMore === false) return { sure: !named && !(flagless && isFull(page)), otherwise: wrongLastFlag }
    if (hasMore === true || link !== undefined) return undefined
    if (total !== undefined && sum >= total) {
      return { sure: sum === total && !named && !isFull(page), otherwise: reason("read.pastTotal", { total }) }
    }
    if (totalPages !== undefined) {
      return number < totalPages
        ? undefined
        : { sure: !named && !isFull(page), otherwise: reason("read.pastPages", { pages: totalPages }) }
    }
    // The vendor named the next page each time, and now names none.
    if (state.linked) return sure
    if (total !== undefined || until !== "short" || records >= size || !state.fills) return undefined
    // A first page shorter than requested may be the largest that the vendor sends.
    return { sure: !named && state.largest >= size }
  }

  /**
   * Some vendors answer a request past the end with the last page again: accepted if that page was not full, and twice.
   */
  const repeated = (page: PageRead): PageRequest | Completeness => {
    const { number, repeats } = page
    const { largest, last } = state
    const again = { page: number, earlier: repeats ?? 0 }
    if (number === 2) return partial(reason("read.pagingIgnored", { ...again, param }))
    if (repeats !== last.number) return partial(reason("read.circle", again))
    if (last.records >= largest) return partial(reason("read.repeatedFull", again))
    if (state.seenAgain) return ended(page)
    state.seenAgain = true
    state.received += page.records
    return request(number)
  }

  /** A row may have moved to a full first page before the second page was requested. */
  const ended = (page: PageRead): Completeness => {
    const { last, refuted } = state
    if (refuted !== null) return partial(refuted)
    const end = completenessOf(page)
    return end._tag === "Complete" && last.number === 1 && isFull(last) ? completeIn(2) : end
  }

  const beyond = (number: number, end: End): PageRequest => {
    state.asked = end
    return { ...request(number), beyond: end.sure ? "proven" : "stated" }
  }

  return {
    state,
    first: request(0),
    next: (page) => {
      const { link, number, records, repeats } = page
      const behind = state.asked
      state.asked = null
      if (repeats !== undefined) return behind === null ? repeated(page) : completenessOf(page)
      if (records === 0) {
        if (link !== undefined) return partial(reason("read.emptyLinked"))
        if (!wary || behind !== null || state.refuted !== null || state.last.number === 0) return ended(page)
        state.received += state.largest
        return beyond(number, { sure: true, otherwise: reason("read.pastEmpty", { page: number }) })
      }
      if (behind !== null) state.refuted = behind.otherwise ?? (behind.sure ? reason("read.pastEnd") : null)
      if (state.last.number > 0 && state.last.records < size) state.fills = false
      const end = state.refuted === null ? endOf(page) : undefined
      if (end?.sure === true && !wary) return completenessOf(page)
      state.received += records
      state.largest = Math.max(state.largest, records)
      state.linked ||= link !== undefined
      state.last = { number, records }
      return end === undefined ? request(number) : beyond(number, end)
    }
  }
}
