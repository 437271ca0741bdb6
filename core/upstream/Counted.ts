/**
 * Pages by number or by offset: the vendor has to show the end, since a page may be short for reasons of its own. An end
 * that may be a mistake is asked behind once: a total that a full page meets may be that page's own, a flag stands beside a
 * next page, a short first page may be as long as the vendor gives any.
 */
import type { Page } from "../config/Entity.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { finished, type PageRead, type PageRequest, type Pager, pastFlag } from "./Pager.ts"
import { type Completeness, partial } from "./Source.ts"

/** An end that the vendor tells of, and what is wrong if there are records behind it. */
interface End {
  readonly sure: boolean
  readonly otherwise?: Reason
}

const sure: End = { sure: true }

/** As vendors cap the size of a page: 20, 50, 32, 128. */
const isRound = (count: number): boolean => count % 10 === 0 || (count >= 16 && (count & (count - 1)) === 0)

export const counted = (
  declared: Extract<Page, { readonly type: "page" | "offset" }>,
  position: (page: { readonly number: number; readonly received: number }) => number
): Pager => {
  const { param, size, sizeParam, until } = declared
  let received = 0
  let largest = 0
  let linked = false
  let last = { number: 0, records: 0 }
  let seenAgain = false
  /** There were records behind a short page. */
  let fills = true
  /** The end that the page under way was asked behind. */
  let asked: End | undefined
  let refuted: Reason | undefined
  const request = (number: number): PageRequest => ({
    query: {
      [param]: String(position({ number, received })),
      ...(sizeParam === undefined ? {} : { [sizeParam]: String(size) })
    }
  })

  /** As full as pages get, as far as is known: a total that it meets may be the page's own. */
  const isFull = ({ number, records }: PageRead): boolean =>
    records >= size || (number === 1 ? isRound(records) : records >= largest)

  const endOf = (page: PageRead): End | undefined => {
    const { hasMore, hints, link, number, records, sum, total, totalPages } = page
    const named = link !== undefined || hints?.next !== undefined
    if (hasMore === false) return { sure: !named, otherwise: pastFlag }
    if (hasMore === true || link !== undefined) return undefined
    if (total !== undefined && sum >= total) {
      return { sure: sum === total && !named && !isFull(page), otherwise: reason("read.pastTotal", { total }) }
    }
    if (totalPages !== undefined) {
      return number < totalPages
        ? undefined
        : { sure: !named && !isFull(page), otherwise: reason("read.pastPages", { pages: totalPages }) }
    }
    // A vendor that named the next page each time names none.
    if (linked) return sure
    if (total !== undefined || until !== "short" || records >= size || !fills) return undefined
    // Fewer than asked for on the first page may be as many as the vendor gives.
    return { sure: !named && largest >= size }
  }

  /** The last page again is how some vendors answer behind the end: a page that was not full, and twice. */
  const repeated = (page: PageRead): PageRequest | Completeness => {
    const { number, repeats } = page
    const again = { page: number, earlier: repeats ?? 0 }
    if (number === 2) return partial(reason("read.pagingIgnored", { ...again, param }))
    if (repeats !== last.number) return partial(reason("read.circle", again))
    if (last.records >= largest) return partial(reason("read.repeatedFull", again))
    if (seenAgain) return ended(page)
    seenAgain = true
    received += page.records
    return request(number)
  }

  const ended = (page: PageRead): Completeness => (refuted === undefined ? finished(page) : partial(refuted))

  return {
    first: request(0),
    next: (page) => {
      const { link, number, records, repeats } = page
      const behind = asked
      asked = undefined
      if (repeats !== undefined) return behind === undefined ? repeated(page) : finished(page)
      if (records === 0) return link === undefined ? ended(page) : partial(reason("read.emptyLinked"))
      if (behind !== undefined) refuted = behind.otherwise
      if (last.number > 0 && last.records < size) fills = false
      const end = refuted === undefined ? endOf(page) : undefined
      if (end?.sure === true) return finished(page)
      received += records
      largest = Math.max(largest, records)
      linked ||= link !== undefined
      last = page
      asked = end
      return end === undefined ? request(number) : { ...request(number), beyond: true }
    }
  }
}
