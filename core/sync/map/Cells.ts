/** Finds the value of a column in a record or in those around it; compiled once per entity. */
import type { Column, Pointer } from "../../config/Column.ts"
import { followAll, withoutPlaces } from "../../config/Pointer.ts"
import type { Scalar } from "../../config/schema/Scalars.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { containerOf } from "./ChildRecords.ts"

/** The parameters that the row of `forEach` gives to the records of one request, by name. */
export type Params = Readonly<Record<string, Scalar>>

/** Returns `undefined` if the record has nothing there, not even a null. */
export type Read = (record: SourceRecord, parent: SourceRecord | undefined, params?: Params) => unknown

/** The record itself (`up: 0`), or one around it; see `pointed`. */
export const recordAround = (
  up: number,
  depth: number
): ((record: SourceRecord, parent: SourceRecord | undefined) => SourceRecord | undefined) =>
  up > 0 && up >= depth ? (_, parent) => parent : (record) => containerOf(record, up)

/** `depth`: how many records contain one of the entity; the outermost one is the parent. */
export const pointed = ({ tokens, up }: Pointer, depth: number): Read => {
  const [first] = tokens
  if (up > 0) {
    const around = recordAround(up, depth)
    return (record, parent) => followAll(around(record, parent), tokens)
  }
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
