/**
 * The state of a list between two pages, as data from which a read can continue. A page that begins with the same
 * record as an earlier one is that page again: the record has a key.
 */
import { hash } from "node:crypto"
import type { Page } from "../../config/RequestTemplate.ts"
import { type Batch, type Completeness, completeIn } from "../Source.ts"
import type { PageFacts, PageRead, PageRequest, Pager } from "./Pager.ts"
import { makePager, type PagerState } from "./Pagers.ts"

/** Everything that is known between two pages, as JSON. */
export interface PagesState {
  readonly pager: PagerState
  /** The next page, with its number counted from 1. */
  readonly request: PageRequest
  readonly number: number
  readonly previous: PageRequest | null
  readonly sum: number
  readonly pages: number
  /** The first record of each page, as a hash, with the number of the page. */
  readonly firsts: ReadonlyArray<readonly [string, number]>
}

export class ListProgress {
  readonly #pager: Pager<PagerState>
  readonly #firsts: Map<string, number>
  #sum: number
  #pages: number
  /** The page before the next one. */
  previous: PageRequest | undefined

  constructor(declared: Page, wary: boolean, from: PagesState | undefined) {
    this.#pager = makePager(declared, wary, from && structuredClone(from.pager))
    this.#firsts = new Map(from?.firsts)
    this.#sum = from?.sum ?? 0
    this.#pages = from?.pages ?? 0
    this.previous = from?.previous ?? undefined
  }

  /** The page at which the list begins. */
  get first(): PageRequest {
    return this.#pager.first
  }

  /** Begins a page with its first records; returns the number of an earlier page that it repeats. */
  begin(number: number, [record]: Batch): number | undefined {
    const print = hash("sha1", printOf(record))
    const earlier = this.#firsts.get(print)
    if (earlier === undefined) {
      this.#firsts.set(print, number)
      this.#pages++
    }
    return earlier
  }

  add(batch: Batch): void {
    this.#sum += batch.length
    this.#pager.see?.(batch)
  }

  /** Ends a page: the next one, or how the list ended. */
  next(page: PageFacts & Pick<PageRead, "number" | "records" | "repeats">): PageRequest | Completeness {
    const next = this.#pager.next({ ...page, sum: this.#sum, pages: this.#pages })
    if (!("_tag" in next)) return next
    return next._tag === "Complete" ? completeIn(next.pages > 1 ? next.pages : this.#pages) : next
  }

  /** `request` is the next page. */
  stateAt(request: PageRequest, number: number): PagesState {
    return {
      pager: this.#pager.state,
      request,
      number,
      previous: this.previous ?? null,
      sum: this.#sum,
      pages: this.#pages,
      firsts: [...this.#firsts]
    }
  }
}

/** A record too deep for `JSON.stringify` is identified by its upper levels. */
const printOf = (record: Batch[0]): string => {
  try {
    return JSON.stringify(record)
  } catch {
    return JSON.stringify(record, (key, value: unknown) => (key === "" || typeof value !== "object" ? value : null))
  }
}
