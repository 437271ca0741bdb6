/** Finds the value of a column in a record, and the child records in a parent's record; compiled once per entity. */
import type { Column, Pointer } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { followAll, tokensOf, withoutPlaces } from "../../config/Pointer.ts"
import type { Scalar } from "../../config/schema/Scalars.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { goesOn } from "./ContinuedList.ts"

/** The parameters that the row of `forEach` gives to the records of one request, by name. */
export type Params = Readonly<Record<string, Scalar>>

/** Returns `undefined` if the record has nothing there, not even a null. */
export type Read = (record: SourceRecord, parent: SourceRecord | undefined, params?: Params) => unknown

export const isRecord = (value: unknown): value is SourceRecord => typeof value === "object" && value !== null

/** `depth`: how many records contain one of the entity; the outermost one is the parent. */
export const pointed = ({ tokens, up }: Pointer, depth: number): Read => {
  const [first] = tokens
  if (up > 0 && up < depth) return (record) => followAll(containerOf(record, up), tokens)
  if (up > 0) return (_, parent) => followAll(parent, tokens)
  // The common case without a call, safe for every name that objects do not inherit.
  if (tokens.length === 1 && first !== undefined && !(first in Object.prototype)) return (record) => record[first]
  return (record) => followAll(record, tokens)
}

/** Personal data below the column's place is left out. */
export const cellReader = (column: Column, depth = 0): Read => {
  const read = placeReader(column, depth)
  const { without } = column
  return without === undefined ? read : (record, parent, params) => withoutPlaces(read(record, parent, params), without)
}

const placeReader = (column: Column, depth: number): Read => {
  switch (column.source._tag) {
    case "Pointer": {
      const { otherwise, pointer } = column.source
      const read = pointed(pointer, depth)
      if (otherwise === undefined) return read
      const second = pointed(otherwise, depth)
      return (record, parent) => {
        const value = read(record, parent)
        return value === undefined ? second(record, parent) : value
      }
    }
    case "Joined": {
      const reads = column.source.pointers.map((pointer) => pointed(pointer, depth))
      return (record, parent) => {
        const values = reads.map((read) => read(record, parent))
        return values.every((value) => value === undefined) ? undefined : values
      }
    }
    case "Record":
      return (record) => record
    case "Parameter": {
      const { name } = column.source
      return (_, __, params) => params?.[name]
    }
    case "Constant": {
      const { value } = column.source
      return () => value
    }
  }
}

/** The record around one that is itself in the record of another child. */
const containers = new WeakMap<SourceRecord, SourceRecord>()

const containerOf = (record: SourceRecord | undefined, up: number): SourceRecord | undefined => {
  let found = record
  for (let level = 0; level < up; level++) found = found && containers.get(found)
  return found
}

const wraps = new WeakSet<SourceRecord>()

/** A value that is no object, as a record. */
const wrapped = (value: unknown): SourceRecord => {
  const record = { value }
  wraps.add(record)
  return record
}

/** Receives reports of places below which the source may have rows that the read does not show. */
interface UnknownRows {
  readonly childrenLost: () => void
  readonly listContinues: () => void
}

type Children = (record: SourceRecord) => ReadonlyArray<SourceRecord>

/**
 * Returns the child records. XML gives one object for one child and nothing for none, so a single value is a list too.
 * A child that is not an object is also a record: if skipped, its row would seem to be gone from the source.
 */
const childrenAt = (records: string, unknown: Pick<UnknownRows, "listContinues">): Children => {
  const tokens = tokensOf(records) ?? []
  // Fields of the record itself may mean anything; an object of its own around the list is about the list.
  const holder = tokens.length > 1 ? tokens.slice(0, -1) : undefined
  return (record) => {
    if (holder !== undefined && goesOn(followAll(record, holder))) unknown.listContinues()
    const found = followAll(record, tokens)
    const children: ReadonlyArray<unknown> = Array.isArray(found) ? found : found == null ? [] : [found]
    return children.map((child) => (isRecord(child) ? child : wrapped(child)))
  }
}

/**
 * From the outermost record to those of a child, or of a child of children; compiled once per entity. A record between
 * that is no object is reported, because what it contains is unknown, and so is a list that is not whole.
 */
export const childRecords = ({ between = [], records }: Entity, unknown: UnknownRows): Children => {
  const children = childrenAt(records, unknown)
  if (between.length === 0) return children
  const within =
    (inner: Children): Children =>
    (record) => {
      const found = inner(record)
      for (const child of found) containers.set(child, record)
      return found
    }
  return between.reduceRight<Children>((inner, outer) => {
    const values = within(childrenAt(outer, unknown))
    return (record) =>
      values(record).flatMap((value) => {
        if (!wraps.has(value)) return inner(value)
        unknown.childrenLost()
        return []
      })
  }, within(children))
}
