/**
 * The kinds of paging: which page to request next, and what shows the end. An end that the vendor has not shown is
 * `Partial`, and so is one that something contradicts: a page cap, a repeated cursor or link, a total that shrinks or
 * is not reached, an undeclared next page. The reason says what to declare. If an end may be a mistake, one more page
 * is requested; only a page with records refutes the end.
 */
import type { Page } from "../../config/RequestTemplate.ts"
import { reason } from "../../reason/Reason.ts"
import { partial } from "../Source.ts"
import { type CountedState, countedPager } from "./CountedPager.ts"
import { type KeysetState, keysetPager } from "./KeysetPager.ts"
import { cursorPager, linkPager, type NamedState } from "./NamedPager.ts"
import { completenessOf, type PageFacts, type Pager } from "./Pager.ts"

/** The state of a pager of each kind. */
type OwnState =
  | { readonly type: "none" }
  | { readonly type: "page" | "offset"; readonly of: CountedState }
  | { readonly type: "cursor" | "link"; readonly of: NamedState }
  | { readonly type: "keyset"; readonly of: KeysetState }

export interface PagerState {
  readonly own: OwnState
  readonly total: number | null
  readonly hinted: PageFacts["hints"] | null
}

const single: Pager = {
  state: {},
  first: { query: {} },
  next: (page) => (page.link === undefined ? completenessOf(page) : partial(reason("read.nextUndeclared")))
}

type StatefulPager = Pick<Pager, "first" | "next" | "see"> & { readonly own: OwnState }

/** A state of another kind of paging, after an edit of the declaration, is no state. */
const pagerOf = (page: Page, wary: boolean, before: OwnState | undefined): StatefulPager => {
  switch (page.type) {
    case "none":
      return { ...single, own: { type: "none" } }
    case "page":
    case "offset": {
      const { first = 0, type } = page
      const position = type === "page" ? (number: number) => first + number : (_: number, got: number) => first + got
      const pager = countedPager(
        page,
        ({ number, received }) => position(number, received),
        wary,
        before?.type === type ? before.of : undefined
      )
      return { ...pager, own: { type, of: pager.state } }
    }
    case "cursor": {
      const pager = cursorPager(page, before?.type === "cursor" ? before.of : undefined)
      return { ...pager, own: { type: "cursor", of: pager.state } }
    }
    case "link": {
      const pager = linkPager(page, before?.type === "link" ? before.of : undefined)
      return { ...pager, own: { type: "link", of: pager.state } }
    }
    case "keyset": {
      const pager = keysetPager(page, wary, before?.type === "keyset" ? before.of : undefined)
      return { ...pager, own: { type: "keyset", of: pager.state } }
    }
  }
}

/**
 * The pager of one read, with the checks that hold for every kind; `wary` as in `ReadOptions`. `before` is the state
 * that a pager of the same list had; it is taken over, so give a copy of one that is still in use.
 */
export const makePager = (declared: Page, wary = false, before?: PagerState): Pager<PagerState> => {
  const pager = pagerOf(declared, wary, before?.own)
  let total = before?.total ?? undefined
  let hinted = before?.hinted ?? undefined
  return {
    first: pager.first,
    ...(pager.see === undefined ? {} : { see: pager.see }),
    get state() {
      return structuredClone({ own: pager.own, total: total ?? null, hinted: hinted ?? null })
    },
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
