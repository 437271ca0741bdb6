/**
 * The five ways a list comes in pages: which page to ask for next, and what shows that there is none. An end that the
 * vendor has not shown is `Partial`: a page cap, a cursor or link that comes again, a total that shrinks or is not
 * reached, a next page that nobody declared.
 */
import type { Page } from "../config/Entity.ts"
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
  /** Why the answer may not be whole although it ended well. */
  readonly doubt?: string
}

export interface PageRead extends PageFacts {
  /** Counted from 1. */
  readonly number: number
  readonly records: number
  /** Of all pages so far. */
  readonly sum: number
}

export interface Pager {
  readonly first: PageRequest
  readonly next: (page: PageRead) => PageRequest | Completeness
}

const finished = ({ sum, total }: PageRead): Completeness =>
  total !== undefined && sum < total ? partial(`read ${sum} records, the vendor counts ${total}`) : complete

const single: Pager = {
  first: { query: {} },
  next: (page) =>
    page.link === undefined ? finished(page) : partial("the answer has a next page; declare page: { type: link }")
}

/** By number or by offset: the list ends with a page that is shorter than asked for. */
const counted = (
  declared: Extract<Page, { readonly type: "page" | "offset" }>,
  position: (page: Pick<PageRead, "number" | "sum">) => number
): Pager => {
  const { param, sizeParam } = declared
  let size = declared.size
  const request = (at: number): PageRequest => ({
    query: { [param]: String(at), ...(sizeParam === undefined ? {} : { [sizeParam]: String(declared.size) }) }
  })
  return {
    first: request(position({ number: 0, sum: 0 })),
    next: (page) => {
      const { number, records, sum, total } = page
      if (records === 0) return finished(page)
      // A short first page of a round number may be the vendor's own cap on the size: only the next page tells.
      const known = total !== undefined && sum >= total
      if (number === 1 && records < size && records % 5 === 0 && !known) size = records
      if (records < size && (total === undefined || known)) return complete
      return request(position({ number, sum }))
    }
  }
}

const byCursor = ({ param, sizeParam, size }: Extract<Page, { readonly type: "cursor" }>): Pager => {
  const sized = sizeParam === undefined || size === undefined ? {} : { [sizeParam]: String(size) }
  const seen = new Set<string>()
  return {
    first: { query: sized },
    next: (page) => {
      const { cursor, number, records } = page
      if (cursor === undefined && number === 1 && size !== undefined && records >= size) {
        return partial("a full page without a cursor; is page.next right?")
      }
      if (cursor === undefined || cursor === null || cursor === "" || cursor === false) return finished(page)
      const value = typeof cursor === "string" ? cursor : JSON.stringify(cursor)
      if (seen.has(value)) return partial(`the cursor of page ${number} came before`)
      seen.add(value)
      return { query: { ...sized, [param]: value } }
    }
  }
}

const byLink = ({ sizeParam, size }: Extract<Page, { readonly type: "link" }>): Pager => {
  const seen = new Set<string>()
  return {
    first: { query: sizeParam === undefined || size === undefined ? {} : { [sizeParam]: String(size) } },
    next: (page) => {
      if (page.link === undefined) return finished(page)
      if (seen.has(page.link)) return partial(`the next link of page ${page.number} came before`)
      seen.add(page.link)
      return { url: page.link, query: {} }
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
      return counted(page, ({ sum }) => sum)
    case "cursor":
      return byCursor(page)
    case "link":
      return byLink(page)
  }
}

/** The pager of one read, with the guards that hold whatever the kind. */
export const makePager = (declared: Page): Pager => {
  const pager = pagerOf(declared)
  let total: number | undefined
  return {
    first: pager.first,
    next: (page) => {
      if (page.doubt !== undefined) return partial(page.doubt)
      if (page.total !== undefined && total !== undefined && page.total < total) {
        return partial(`the total fell from ${total} to ${page.total} during the read`)
      }
      total = page.total
      const next = pager.next(page)
      if ("_tag" in next || declared.type === "none" || page.number < declared.maxPages) return next
      return partial(`page cap of ${declared.maxPages} reached`)
    }
  }
}
