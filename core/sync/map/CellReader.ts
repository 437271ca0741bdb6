/** Finds the value of a column in a record or in those around it; compiled once per entity. */
import type { Column, Pointer } from "../../config/Column.ts"
import { depthOf, type Entity } from "../../config/Entity.ts"
import { followAll, withoutPlaces } from "../../config/Pointer.ts"
import type { Scalar } from "../../config/schema/Scalars.ts"
import { readAtColumn } from "../../config/VersionedEntity.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { containerOf } from "./ChildRecords.ts"
import { elementOf, ownText, plainText } from "./ElementText.ts"

/** What the records of one request have in common, by name: the parameters of its row of `forEach`, and its time. */
export type Params = Readonly<Record<string, Scalar>>

/** Returns `undefined` if the record has nothing there, not even a null. */
export type CellReader = (record: SourceRecord, parent: SourceRecord | undefined, params?: Params) => unknown

/** The record itself (`up: 0`), or one around it; see `valueAt`. */
export const recordAround = (
  up: number,
  depth: number
): ((record: SourceRecord, parent: SourceRecord | undefined) => SourceRecord | undefined) =>
  up > 0 && up >= depth ? (_, parent) => parent : (record) => containerOf(record, up)

/** The entity whose records hold the values. */
export type RecordEntity = Pick<Entity, "between" | "format" | "parent">

/** The value at a place or, if there is nothing, not even a null, at the other one that is declared. */
export const firstValueAt = (
  { otherwise, pointer }: { readonly pointer: Pointer; readonly otherwise?: Pointer },
  holder: RecordEntity,
  isWhole = false
): CellReader => {
  const read = pointed(pointer, holder, isWhole)
  if (otherwise === undefined) return read
  const second = pointed(otherwise, holder, isWhole)
  return (record, parent) => {
    const value = read(record, parent)
    return value === undefined ? second(record, parent) : value
  }
}

/** Of XML the text of an element, unless the element is wanted as a whole. */
const pointed = (pointer: Pointer, holder: RecordEntity, isWhole: boolean): CellReader => {
  const depth = depthOf(holder)
  if (holder.format !== "xml") return valueAt(pointer, depth)
  const element = elementOf(pointer)
  if (element !== undefined) {
    const read = valueAt(element, depth)
    return (record, parent) => ownText(read(record, parent))
  }
  const read = valueAt(pointer, depth)
  return isWhole ? read : (record, parent) => plainText(read(record, parent))
}

/** `depth`: how many records contain one of the entity; the outermost one is the parent. */
const valueAt = ({ tokens, up }: Pointer, depth: number): CellReader => {
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
export const cellReader = (column: Column, holder: RecordEntity): CellReader => {
  const { type, without } = column
  if (without === undefined) return placeReader(column, holder, type === "json")
  const read = placeReader(column, holder, true)
  const isText = holder.format === "xml" && type !== "json"
  return (record, parent, params) => {
    const kept = withoutPlaces(read(record, parent, params), without)
    return isText ? plainText(kept) : kept
  }
}

const placeReader = (column: Column, holder: RecordEntity, isWhole: boolean): CellReader => {
  switch (column.source._tag) {
    case "Pointer":
      return firstValueAt(column.source, holder, isWhole)
    case "Joined": {
      const reads = column.source.pointers.map((pointer) => pointed(pointer, holder, isWhole))
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
    case "RequestTime":
      return (_, __, params) => params?.[readAtColumn]
    case "Constant": {
      const { value } = column.source
      return () => value
    }
  }
}
