/** Finds the child records in a record, and the records around them; compiled once per entity. */
import type { Entity } from "../../config/Entity.ts"
import { anyItem, followAll, tokensOf } from "../../config/Pointer.ts"
import { isNothing } from "../../upstream/pages/UsualNames.ts"
import { isJsonObject } from "../../upstream/records/Json.ts"
import { type KeyedRecord, keyedRecord } from "../../upstream/records/KeyedRecord.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { errorIn, isContinued } from "./ContinuedList.ts"

/** The record around one that is itself in the record of another child. */
const containers = new WeakMap<SourceRecord, SourceRecord>()

export const containerOf = (record: SourceRecord | undefined, up: number): SourceRecord | undefined => {
  let found = record
  for (let level = 0; level < up; level++) found = found && containers.get(found)
  return found
}

export const isRecord = (value: unknown): value is SourceRecord => typeof value === "object" && value !== null

/** Records that were made of a value that is no object. */
const wraps = new WeakSet<SourceRecord>()

const wrapped = (record: SourceRecord): SourceRecord => {
  wraps.add(record)
  return record
}

/** Receives reports of places below which the source may have rows that the read does not show. */
interface UnknownRows {
  readonly childrenLost: () => void
  /** The list is absent: neither empty nor null. */
  readonly listAbsent: () => void
  readonly listContinues: () => void
  /** `name`: of the field around the list that says so. */
  readonly listFailed: (name: string) => void
}

type Tokens = ReadonlyArray<string>
type Children = (record: SourceRecord) => ReadonlyArray<SourceRecord>

/** Whether a text or a number stands where an object leads to the list: `{ "tax": "no access" }`. */
const isBlocked = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(isBlocked) : typeof value !== "object" && value !== undefined && !isNothing(value)

/** The value at the tokens. Fields beside a list may mean anything; an object of its own around it is about the list. */
const listAt = (start: unknown, tokens: Tokens, unknown: UnknownRows): unknown => {
  // What lies around the list, the outermost first.
  const around = tokens.map((_, at) => followAll(start, tokens.slice(0, at)))
  if (around.length > 1) {
    const holder = around.at(-1)
    if (isContinued(holder)) unknown.listContinues()
    const error = errorIn(holder)
    if (error !== undefined) unknown.listFailed(error)
  }
  if (around.some(isBlocked)) unknown.childrenLost()
  return followAll(start, tokens)
}

/** Whether the last name of the way, or one before it, is in no object there. */
const isAbsent = (value: unknown, tokens: Tokens): boolean => {
  if (value === undefined) return true
  const [token, ...rest] = tokens
  if (token === undefined || typeof value !== "object" || value === null) return false
  if (token === anyItem) return Object.values(value).some((member) => isAbsent(member, rest))
  if (Array.isArray(value) && !/^\d+$/.test(token)) return value.some((item) => isAbsent(item, tokens))
  return isAbsent(Object.getOwnPropertyDescriptor(value, token)?.value, rest)
}

/**
 * Returns the child records. XML gives one object for one child and nothing for none, so a single value is a list too.
 * A child that is not an object is also a record: if skipped, its row would seem to be gone from the source.
 */
const plainChildren =
  (tokens: Tokens, unknown: UnknownRows): Children =>
  (record) => {
    const found = listAt(record, tokens, unknown)
    const children: ReadonlyArray<unknown> = Array.isArray(found) ? found : found == null ? [] : [found]
    return children.map((child) => (isRecord(child) ? child : wrapped({ value: child })))
  }

/** The tokens before the first `*`, and those behind each. */
const partsOf = (tokens: Tokens): ReadonlyArray<Tokens> => {
  const at = tokens.indexOf(anyItem)
  return at < 0 ? [tokens] : [tokens.slice(0, at), ...partsOf(tokens.slice(at + 1))]
}

const membersOf = (holder: object): ReadonlyArray<readonly [key: string | null, value: unknown]> =>
  Array.isArray(holder) ? holder.map((item: unknown) => [null, item] as const) : Object.entries(holder)

/** The records in objects, lists and wrappers, as `*` leads to them, each with the keys of the objects that hold it. */
const keyedChildren = (tokens: Tokens, keyed: KeyedRecord, unknown: UnknownRows): Children => {
  const [outer = [], ...inner] = partsOf(tokens)
  const within = (
    holder: unknown,
    [part = [], ...deeper]: ReadonlyArray<Tokens>,
    keys: ReadonlyArray<string | null>
  ): ReadonlyArray<SourceRecord> => {
    if (holder === undefined || holder === null) return []
    if (typeof holder !== "object") {
      unknown.childrenLost()
      return []
    }
    return membersOf(holder).flatMap(([key, member]) => {
      const around = [key, ...keys]
      if (deeper.length > 0) return within(listAt(member, part, unknown), deeper, around)
      const value = followAll(member, part)
      const record = keyed(value, around)
      return isJsonObject(value) ? record : wrapped(record)
    })
  }
  return (record) => within(listAt(record, outer, unknown), inner, [])
}

const childrenAt = (records: string, keyed: KeyedRecord, unknown: UnknownRows): Children => {
  const tokens = tokensOf(records) ?? []
  const children = tokens.includes(anyItem) ? keyedChildren(tokens, keyed, unknown) : plainChildren(tokens, unknown)
  return (record) => {
    if (isAbsent(record, tokens)) unknown.listAbsent()
    return children(record)
  }
}

/** A record between is looked into, whatever its columns. */
const between: KeyedRecord = keyedRecord(undefined)

/** Whether a record that contains others has its key; `level` 0 is the outermost. `container` is the record around it. */
export type IsKnown = (level: number, record: SourceRecord, container: SourceRecord | undefined) => boolean

/**
 * From the outermost record to those of a child, or of a child of children; compiled once per entity. A record between
 * that is no object is reported, because what it contains is unknown, and so is a list that is not whole, and a record
 * with neither key nor children: an error in the place of a record has neither.
 */
export const childRecords = (
  { between: ways = [], columns, records }: Entity,
  unknown: UnknownRows,
  isKnown: IsKnown
): Children => {
  const ofKnown =
    (children: Children, level: number) =>
    (record: SourceRecord, container?: SourceRecord): ReadonlyArray<SourceRecord> => {
      const found = children(record)
      if (found.length === 0 && !isKnown(level, record, container)) unknown.childrenLost()
      return found
    }
  const children = childrenAt(records, keyedRecord(columns), unknown)
  if (ways.length === 0) return ofKnown(children, 0)
  const within =
    (inner: Children): Children =>
    (record) => {
      const found = inner(record)
      for (const child of found) containers.set(child, record)
      return found
    }
  const whole = ways.reduceRight<Children>((inner, outer, at) => {
    const values = within(childrenAt(outer, between, unknown))
    const known = ofKnown(inner, at + 1)
    return (record) =>
      values(record).flatMap((value) => {
        if (!wraps.has(value)) return known(value, record)
        unknown.childrenLost()
        return []
      })
  }, within(children))
  return ofKnown(whole, 0)
}
