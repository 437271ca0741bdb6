/**
 * Pages that the vendor names: by a cursor, or by the address of the next one. The list ends if none is named, or if
 * the same one is named again and brings nothing new.
 */
import type { Page } from "../../config/RequestTemplate.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { type Completeness, partial } from "../Source.ts"
import { elementValue } from "./FactValues.ts"
import {
  completenessOf,
  type PageRead,
  type PageRequest,
  type Pager,
  placeParams,
  sizeOf,
  wrongLastFlag
} from "./Pager.ts"

/** Servers accept some KiB of an address; a longer cursor or link cannot be requested. */
const maxNameLength = 1 << 14

export interface NamedState {
  /** The names so far. */
  readonly seen: Array<string>
  asked: string | null
  askedAgain: boolean
  /** Whether the page before was marked as the last one. */
  beyond: boolean
  refuted: Reason | null
  largest: number
}

const start = (): NamedState => ({
  seen: [],
  asked: null,
  askedAgain: false,
  beyond: false,
  refuted: null,
  largest: 0
})

const wordFor = (what: "cursor" | "next link"): Reason =>
  what === "cursor" ? reason("read.cursor") : reason("read.nextLink")

interface Naming {
  readonly first: PageRequest
  readonly what: "cursor" | "next link"
  readonly nameOf: (page: PageRead) => string | undefined
  readonly requestOf: (name: string, page: PageRead) => PageRequest
}

const named = ({ first, nameOf, requestOf, what }: Naming, state: NamedState = start()): Pager<NamedState> => {
  const seen = new Set(state.seen)
  const ask = (name: string, page: PageRead): PageRequest => {
    seen.add(name)
    state.seen.push(name)
    state.asked = name
    return requestOf(name, page)
  }
  const ended = (page: PageRead): Completeness =>
    state.refuted === null ? completenessOf(page) : partial(state.refuted)
  return {
    state,
    first,
    next: (page) => {
      const { hasMore, hints, number, records, repeats } = page
      if (state.beyond) {
        if (records === 0 || repeats !== undefined) return completenessOf(page)
        state.beyond = false
        state.refuted = wrongLastFlag
      }
      const name = nameOf(page)
      const same = name !== undefined && name === state.asked
      if (name === undefined) return ended(page)
      if (name.length > maxNameLength) {
        return partial(reason("read.longName", { what: wordFor(what), page: number, limit: maxNameLength }))
      }
      if (hasMore === false && state.refuted === null) {
        if (seen.has(name)) return completenessOf(page)
        state.beyond = true
        return { ...ask(name, page), beyond: "stated" }
      }
      if (same && (records === 0 || hints?.less === true)) return ended(page)
      if (same && state.askedAgain && repeats === number - 1) {
        return records < state.largest
          ? ended(page)
          : partial(reason("read.stuck", { page: number, earlier: number - 1 }))
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
      state.largest = Math.max(state.largest, records)
      if (same && !state.askedAgain) {
        state.askedAgain = true
        return requestOf(name, page)
      }
      return seen.has(name)
        ? partial(reason("read.nameRepeated", { what: wordFor(what), page: number }))
        : ask(name, page)
    }
  }
}

/** Whether it is an empty object or list. */
const isNoneOf = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0

export const cursorPager = (
  declared: Extract<Page, { readonly type: "cursor" }>,
  state?: NamedState
): Pager<NamedState> => {
  const { param, size } = declared
  const ofSize = sizeOf(declared)
  const pager = named(
    {
      first: placeParams(ofSize),
      what: "cursor",
      nameOf: ({ cursor }) => {
        const value = elementValue(cursor)
        if (value === undefined || value === null || value === "" || value === false || isNoneOf(value))
          return undefined
        return typeof value === "string" ? value : JSON.stringify(value)
      },
      // In a body, the vendor gets its number back as a number.
      requestOf: (name, { cursor }) => placeParams({ ...ofSize, [param]: typeof cursor === "number" ? cursor : name })
    },
    state
  )
  return {
    ...pager,
    next: (page) => {
      const { cursor, hasMore, number, records } = page
      const value = elementValue(cursor)
      if (typeof value === "object" && value !== null && !isNoneOf(value)) return partial(reason("read.cursorShape"))
      return cursor === undefined && hasMore !== false && number === 1 && size !== undefined && records >= size
        ? partial(reason("read.cursorMissing"))
        : pager.next(page)
    }
  }
}

export const linkPager = (
  declared: Extract<Page, { readonly type: "link" }>,
  state?: NamedState
): Pager<NamedState> => {
  const first = placeParams(sizeOf(declared))
  return named(
    {
      first,
      what: "next link",
      nameOf: ({ link }) => link,
      // The address has its parameters; a body is sent as for the first page.
      requestOf: (url) => ({ ...first, url, query: {} })
    },
    state
  )
}
