/**
 * Pages after the last key: each request asks for the records after the last one of the page before. Such a list ends
 * with an empty page. It is whole only if its records come in the order of the key and no two of them share one: those
 * that lie elsewhere, or share the key at which a page ends, are never sent.
 */
import { follow } from "../../config/Pointer.ts"
import type { Page } from "../../config/RequestTemplate.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { unmark } from "../records/ExactNumbers.ts"
import { isJsonObject } from "../records/Json.ts"
import { type Batch, partial, type SourceRecord } from "../Source.ts"
import { completenessOf, type PageRequest, type Pager, placeParams, sizeOf, wrongLastFlag } from "./Pager.ts"

type Keyset = Extract<Page, { readonly type: "keyset" }>
type Key = string | number

export interface KeysetState {
  /** The key of the last record, as the vendor wrote it. */
  last: Key | null
  /** Positive if keys grow. */
  direction: number
  largest: number
  /** Whether the page before was taken for the last one, and the fault if it was not. */
  beyond: Reason | null
  fault: Reason | null
}

const start = (): KeysetState => ({ last: null, direction: 0, largest: 0, beyond: null, fault: null })

const whole = /^-?\d+$/
const decimal = /^-?\d+(?:\.\d+)?$/
const moment = /^\d{4}-\d\d-\d\d(?:$|[T ])/

/** Undefined if only the vendor knows their order: that of texts depends on its collation. */
const compared = (one: string, other: string): number | undefined => {
  if (one === other) return 0
  if (whole.test(one) && whole.test(other)) return BigInt(one) < BigInt(other) ? -1 : 1
  if (decimal.test(one) && decimal.test(other)) return Math.sign(Number(one) - Number(other))
  return moment.test(one) && moment.test(other) && one.length === other.length ? (one < other ? -1 : 1) : undefined
}

const textOf = (key: Key): string => String(unmark(key))

const keyOf = (record: SourceRecord, places: Keyset["places"]): Key | undefined => {
  for (const place of places) {
    const found = follow(record, place)
    const value = isJsonObject(found) && "#text" in found ? found["#text"] : found
    if (typeof value === "number" || (typeof value === "string" && value !== "")) return value
  }
  return undefined
}

export const keysetPager = (declared: Keyset, wary: boolean, state: KeysetState = start()): Pager<KeysetState> => {
  const { by, param, places, size, until } = declared
  const request = (): PageRequest =>
    placeParams({ ...sizeOf(declared), ...(state.last === null ? {} : { [param]: state.last }) })

  const step = (record: SourceRecord): void => {
    const { direction, last } = state
    const key = keyOf(record, places)
    if (key === undefined) {
      state.fault ??= reason("read.keysetMissing", { by })
      return
    }
    const order = last === null ? undefined : compared(textOf(last), textOf(key))
    if (last !== null && order !== undefined && (order === 0 || order * direction > 0)) {
      state.fault ??=
        order === 0
          ? reason("read.keysetTwice", { by, key: textOf(key) })
          : reason("read.keysetOrder", { by, key: textOf(key), before: textOf(last) })
    }
    if (direction === 0 && order !== undefined) state.direction = -order
    state.last = key
  }

  return {
    state,
    first: request(),
    see: (batch: Batch) => {
      for (const record of batch) step(record)
    },
    next: ({ hasMore, number, records, repeats, ...page }) => {
      const read = { ...page, number, records, ...(hasMore === undefined ? {} : { hasMore }) }
      if (repeats !== undefined) {
        return state.beyond === null
          ? partial(state.fault ?? reason("read.keysetIgnored", { page: number, earlier: repeats, param }))
          : completenessOf(read)
      }
      if (records > 0 && state.beyond !== null) state.fault ??= state.beyond
      state.beyond = null
      if (records === 0 || state.last === null)
        return state.fault === null ? completenessOf(read) : partial(state.fault)
      const isShort = until === "short" && size !== undefined && records < size && state.largest >= size
      state.largest = Math.max(state.largest, records)
      if (hasMore === false || isShort) {
        if (state.fault !== null) return partial(state.fault)
        if (!wary) return completenessOf(read)
        state.beyond = hasMore === false ? wrongLastFlag : reason("read.pastEnd")
        return { ...request(), beyond: "stated" }
      }
      return request()
    }
  }
}
