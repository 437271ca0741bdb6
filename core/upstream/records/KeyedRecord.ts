/**
 * A value with the keys of the objects that hold it, as a record. A value that is not an object is only a record if a
 * column takes it: otherwise a row of nothing but its key would overwrite a good one.
 */
import type { Column } from "../../config/Column.ts"
import { pointersOf } from "../../config/Pointer.ts"
import { keyName } from "../../config/RecordPlaces.ts"
import { reason } from "../../reason/Reason.ts"
import type { SourceRecord } from "../Source.ts"
import { isJsonObject } from "./Json.ts"
import { unreadable } from "./UnreadableRecord.ts"

const noObject = reason("reject.noObject")

const isOfValue = ({ source }: Column): boolean =>
  pointersOf(source).some(({ tokens, up }) => up === 0 && tokens[0] === "value")

/** `keys`: the innermost first; null in an array. */
export type KeyedRecord = (value: unknown, keys: ReadonlyArray<unknown>) => SourceRecord

/** The fields of the keys. */
export const keysIn = (keys: ReadonlyArray<unknown>): SourceRecord => {
  const named: Record<string, unknown> = {}
  for (const [level, key] of keys.entries()) if (key !== null) named[keyName(level)] = key
  return named
}

/** `columns`: those that are read from the records; absent: all values are wanted. */
export const keyedRecord = (columns: ReadonlyArray<Column> | undefined): KeyedRecord => {
  const takesValue = columns === undefined || columns.some(isOfValue)
  return (value, keys) => {
    const named = keysIn(keys)
    if (isJsonObject(value)) return { ...value, ...named }
    return takesValue ? { value, ...named } : unreadable(noObject, { value, ...named }, named)
  }
}
