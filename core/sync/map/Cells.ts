/** Finds the value of a column in a record, and the child records in a parent's record; compiled once per entity. */
import type { Column, Pointer } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { followAll, tokensOf, withoutPlaces } from "../../config/Pointer.ts"
import type { Scalar } from "../../config/schema/Scalars.ts"
import type { SourceRecord } from "../../upstream/Source.ts"

/** The parameters that the row of `forEach` gives to the records of one request, by name. */
export type Params = Readonly<Record<string, Scalar>>

/** Returns `undefined` if the record has nothing there, not even a null. */
export type Read = (record: SourceRecord, parent: SourceRecord | undefined, params?: Params) => unknown

export const isRecord = (value: unknown): value is SourceRecord => typeof value === "object" && value !== null

export const pointed = ({ tokens, up }: Pointer): Read => {
  const [first] = tokens
  if (up === 1) return (_, parent) => followAll(parent, tokens)
  // The common case without a call, safe for every name that objects do not inherit.
  if (tokens.length === 1 && first !== undefined && !(first in Object.prototype)) return (record) => record[first]
  return (record) => followAll(record, tokens)
}

/** Personal data below the column's place is left out. */
export const cellReader = (column: Column): Read => {
  const read = placeReader(column)
  const { without } = column
  return without === undefined ? read : (record, parent, params) => withoutPlaces(read(record, parent, params), without)
}

const placeReader = (column: Column): Read => {
  switch (column.source._tag) {
    case "Pointer": {
      const { otherwise, pointer } = column.source
      const read = pointed(pointer)
      if (otherwise === undefined) return read
      const second = pointed(otherwise)
      return (record, parent) => {
        const value = read(record, parent)
        return value === undefined ? second(record, parent) : value
      }
    }
    case "Joined": {
      const reads = column.source.pointers.map(pointed)
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

/**
 * Returns the child records. XML gives one object for one child and nothing for none, so a single value is a list too.
 * A child that is not an object is also a record: if skipped, its row would seem to be gone from the source.
 */
export const childRecords = (entity: Entity): ((record: SourceRecord) => ReadonlyArray<SourceRecord>) => {
  const tokens = tokensOf(entity.records) ?? []
  return (record) => {
    const found = followAll(record, tokens)
    const children: ReadonlyArray<unknown> = Array.isArray(found) ? found : found == null ? [] : [found]
    return children.map((child) => (isRecord(child) ? child : { value: child }))
  }
}
