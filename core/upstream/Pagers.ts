/**
 * The five ways a list comes in pages: which page to ask for next, and what shows that there is none. An end that the
 * vendor has not shown is `Partial`, and so is one that something contradicts: a page cap, a cursor or link that comes
 * again, a total that shrinks or is not reached, a next page that nobody declared. The reason says what to declare.
 */
import type { Page } from "../config/Entity.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { type Completeness, complete, partial } from "./Source.ts"

/** What distinguishes one page's request from another's. */
export interface PageRequest {
  /** The whole address, where the vendor named it. */
  readonly url?: string
  readonly query: Readonly<Record<string, string>>
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
  /** What stands at places nobody declared, under usual names: it can contradict an end, never prove one. */
  readonly hints?: {
    readonly total?: { readonly pointer: string; readonly count: number }
    /** Where a next page is named. */
    readonly more?: string
    /** It is said that there is none. */
    readonly less?: true
  }
  /** Why the answer may not be whole although it ended well. */
  readonly doubt?: Reason
}

export interface PageRead extends PageFacts {
  /** Counted from 1. */
  readonly number: number
  readonly records: number
  /** Of all pages so far. */
  readonly sum: number
  /** The number of an earlier page that begins with the same record; its records were not handed on again. */
  readonly repeats?: number
}

export interface Pager {
  readonly first: PageRequest
  readonly next: (page: PageRead) => PageRequest | Completeness
}

/** The list is over, unless something that the vendor said contradicts. */
const finished = ({ hasMore, hints, sum, total }: PageRead): Completeness => {
  if (total !== undefined && sum < total) {
    return partial(reason("read.total", { count: sum, total }))
  }
  if (hasMore === true) return partial(reason("read.hasMore"))
  if (hints?.total !== undefined && sum < hints.total.count) {
    const { count, pointer } = hints.total
    return partial(reason("read.hintedTotal", { count: sum, pointer, total: count }))
  }
  if (hints?.more !== undefined) {
    return partial(reason("read.hintedMore", { pointer: hints.more }))
  }
  return complete
}

const single: Pager = {
  first: { query: {} },
  next: (page) => (page.link === undefined ? finished(page) : partial(reason("read.nextUndeclared")))
}

/** By number or by offset: the vendor has to show the end, since a page may be short for reasons of its own. */
const counted = (
  declared: Extract<Page, { readonly type: "page" | "offset" }>,
  position: (page: { readonly number: number; readonly received: number }) => number
): Pager => {
  const { param, size, sizeParam, until } = declared
  let received = 0
  let largest = 0
  let linked = false
  let last = { number: 0, records: 0 }
  let seenAgain = false
  const request = (number: number): PageRequest => ({
    query: {
      [param]: String(position({ number, received })),
      ...(sizeParam === undefined ? {} : { [sizeParam]: String(size) })
    }
  })

  const isOver = ({ hasMore, link, number, records, sum, total, totalPages }: PageRead): boolean => {
    if (hasMore !== undefined) return !hasMore
    if (link !== undefined) return false
    // As many on a full first page as there are at all: some vendors count the page there, so the next one is asked for.
    const onlyPage = number === 1 && records >= size && declared.total === undefined
    if (total !== undefined && sum >= total && !onlyPage) return true
    if (totalPages !== undefined) return number >= totalPages
    // A vendor that named the next page each time names none.
    return linked || (until === "short" && records < size)
  }

  /** The last page again is how some vendors answer behind the end: a page that was not full, and twice. */
  const repeated = (page: PageRead): PageRequest | Completeness => {
    const { number, repeats } = page
    const again = { page: number, earlier: repeats ?? 0 }
    if (number === 2) return partial(reason("read.pagingIgnored", { ...again, param }))
    if (repeats !== last.number) return partial(reason("read.circle", again))
    if (last.records >= largest) return partial(reason("read.repeatedFull", again))
    if (seenAgain) return finished(page)
    seenAgain = true
    received += page.records
    return request(number)
  }

  return {
    first: request(0),
    next: (page) => {
      if (page.repeats !== undefined) return repeated(page)
      if (page.records === 0) {
        return page.link === undefined ? finished(page) : partial(reason("read.emptyLinked"))
      }
      if (isOver(page)) return finished(page)
      received += page.records
      largest = Math.max(largest, page.records)
      linked ||= page.link !== undefined
      last = page
      return request(page.number)
    }
  }
}

/** By what the vendor names: it ends where nothing is named, or the same again and nothing new behind it. */
const named = (
  first: PageRequest,
  what: "cursor" | "next link",
  nameOf: (page: PageRead) => string | undefined,
  requestOf: (name: string) => PageRequest
): Pager => {
  const seen = new Set<string>()
  let asked: string | undefined
  let askedAgain = false
  let largest = 0
  return {
    first,
    next: (page) => {
      const { hasMore, hints, number, records, repeats } = page
      const name = nameOf(page)
      const same = name !== undefined && name === asked
      if (hasMore === false || name === undefined) return finished(page)
      if (same && (records === 0 || hints?.less === true)) return finished(page)
      if (same && askedAgain && repeats === number - 1) {
        return records < largest ? finished(page) : partial(reason("read.stuck", { page: number, earlier: number - 1 }))
      }
      if (repeats !== undefined) {
        return partial(
          reason("read.namedRepeats", {
            page: number,
            earlier: repeats,
            key: what === "cursor" ? "page.param" : "page.type"
          })
        )
      }
      largest = Math.max(largest, records)
      if (same && !askedAgain) {
        askedAgain = true
        return requestOf(name)
      }
      if (seen.has(name)) return partial(reason("read.nameRepeated", { what, page: number }))
      seen.add(name)
      asked = name
      return requestOf(name)
    }
  }
}

const sized = ({ size, sizeParam }: { readonly size?: number; readonly sizeParam?: string }) =>
  sizeParam === undefined || size === undefined ? {} : { [sizeParam]: String(size) }

const byCursor = (declared: Extract<Page, { readonly type: "cursor" }>): Pager => {
  const { param, size } = declared
  const query = sized(declared)
  const pager = named(
    { query },
    "cursor",
    ({ cursor }) => {
      if (cursor === undefined || cursor === null || cursor === "" || cursor === false) return undefined
      return typeof cursor === "string" ? cursor : JSON.stringify(cursor)
    },
    (cursor) => ({ query: { ...query, [param]: cursor } })
  )
  return {
    first: pager.first,
    next: (page) => {
      const { cursor, hasMore, number, records } = page
      return cursor === undefined && hasMore !== false && number === 1 && size !== undefined && records >= size
        ? partial(reason("read.cursorMissing"))
        : pager.next(page)
    }
  }
}

const pagerOf = (page: Page): Pager => {
  switch (page.type) {
    case "none":
      return single
    case "page":
      return counted(page, ({ number }) => page.first + number)
    case "offset":
      return counted(page, ({ received }) => received)
    case "cursor":
      return byCursor(page)
    case "link":
      return named(
        { query: sized(page) },
        "next link",
        ({ link }) => link,
        (url) => ({ url, query: {} })
      )
  }
}

/** The pager of one read, with the guards that hold whatever the kind. */
export const makePager = (declared: Page): Pager => {
  const pager = pagerOf(declared)
  let total: number | undefined
  let hinted: NonNullable<PageFacts["hints"]>["total"]
  return {
    first: pager.first,
    next: (page) => {
      if (page.doubt !== undefined) return partial(page.doubt)
      if (page.total !== undefined && total !== undefined && page.total < total) {
        return partial(reason("read.totalFell", { before: total, after: page.total }))
      }
      // Some vendors count on the first page only.
      total = page.total ?? total
      hinted = page.hints?.total ?? hinted
      const next = pager.next({
        ...page,
        ...(total === undefined ? {} : { total }),
        ...(hinted === undefined ? {} : { hints: { ...page.hints, total: hinted } })
      })
      if ("_tag" in next || declared.type === "none" || page.number < declared.maxPages) return next
      return partial(reason("read.pageCap", { limit: declared.maxPages }))
    }
  }
}
