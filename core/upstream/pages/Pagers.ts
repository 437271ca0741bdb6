/**
 * The five kinds of paging: which page to request next, and what shows the end. An end that the vendor has not shown is
 * `Partial`, and so is one that something contradicts: a page cap, a repeated cursor or link, a total that shrinks or
 * is not reached, an undeclared next page. The reason says what to declare. If an end may be a mistake, one more page
 * is requested; only a page with records refutes the end.
 */
import type { Page } from "../../config/Entity.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { type Completeness, partial } from "../Source.ts"
import { countedPager } from "./CountedPager.ts"
import { finished, type PageFacts, type PageRead, type PageRequest, type Pager, pastFlag } from "./Pager.ts"

const single: Pager = {
  first: { query: {} },
  next: (page) => (page.link === undefined ? finished(page) : partial(reason("read.nextUndeclared")))
}

/** Servers accept some KiB of an address; a longer cursor or link cannot be requested. */
const maxNameLength = 1 << 14

const wordFor = (what: "cursor" | "next link"): Reason =>
  what === "cursor" ? reason("read.cursor") : reason("read.nextLink")

/**
 * Follows the page that the vendor names. The list ends where none is named, or where the same one is named again and
 * brings nothing new.
 */
const named = (
  first: PageRequest,
  what: "cursor" | "next link",
  nameOf: (page: PageRead) => string | undefined,
  requestOf: (name: string) => PageRequest
): Pager => {
  const seen = new Set<string>()
  let asked: string | undefined
  let askedAgain = false
  let beyond = false
  let refuted: Reason | undefined
  let largest = 0
  const ended = (page: PageRead): Completeness => (refuted === undefined ? finished(page) : partial(refuted))
  return {
    first,
    next: (page) => {
      const { hasMore, hints, number, records, repeats } = page
      if (beyond) {
        if (records === 0 || repeats !== undefined) return finished(page)
        beyond = false
        refuted = pastFlag
      }
      const name = nameOf(page)
      const same = name !== undefined && name === asked
      if (name === undefined) return ended(page)
      if (name.length > maxNameLength) {
        return partial(reason("read.longName", { what: wordFor(what), page: number, limit: maxNameLength }))
      }
      if (hasMore === false && refuted === undefined) {
        if (seen.has(name)) return finished(page)
        seen.add(name)
        asked = name
        beyond = true
        return { ...requestOf(name), beyond: "said" }
      }
      if (same && (records === 0 || hints?.less === true)) return ended(page)
      if (same && askedAgain && repeats === number - 1) {
        return records < largest ? ended(page) : partial(reason("read.stuck", { page: number, earlier: number - 1 }))
      }
      if (repeats !== undefined) {
        return partial(
          reason("read.namedRepeats", {
            page: number,
            earlier: repeats,
            key: what === "cursor" ? "page.param / page.next" : "page.type"
          })
        )
      }
      largest = Math.max(largest, records)
      if (same && !askedAgain) {
        askedAgain = true
        return requestOf(name)
      }
      if (seen.has(name)) return partial(reason("read.nameRepeated", { what: wordFor(what), page: number }))
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

const pagerOf = (page: Page, wary: boolean): Pager => {
  switch (page.type) {
    case "none":
      return single
    case "page":
      return countedPager(page, ({ number }) => page.first + number, wary)
    case "offset":
      return countedPager(page, ({ received }) => received, wary)
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

/** The pager of one read, with the checks that hold for every kind; `wary` as in `ReadOptions`. */
export const makePager = (declared: Page, wary = false): Pager => {
  const pager = pagerOf(declared, wary)
  let total: number | undefined
  let hinted: PageFacts["hints"]
  return {
    first: pager.first,
    next: (page) => {
      if (page.doubt !== undefined) return partial(page.doubt)
      // After the end some vendors count the records of the answer, which has none.
      const counts = page.records === 0 && page.total === 0 ? undefined : page.total
      if (counts !== undefined && total !== undefined && counts < total) {
        return partial(reason("read.totalFell", { before: total, after: counts }))
      }
      // Some vendors count on the first page only.
      total = counts ?? total
      const { total: hintedTotal = hinted?.total, pages = hinted?.pages } = page.hints ?? {}
      hinted = { ...page.hints, ...(hintedTotal && { total: hintedTotal }), ...(pages && { pages }) }
      const { total: _, ...rest } = page
      const next = pager.next({ ...rest, ...(total === undefined ? {} : { total }), hints: hinted })
      // A page that is only requested to confirm the end does not count.
      if ("_tag" in next || next.beyond !== undefined || declared.type === "none" || page.number < declared.maxPages) {
        return next
      }
      return partial(reason("read.pageCap", { limit: declared.maxPages }))
    }
  }
}
