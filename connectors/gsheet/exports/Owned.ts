/**
 * Which rows are the daemon's: those whose key the query gives, or gave in a run before. A heading, a total or a note
 * that stands in the key column is nobody's key, whatever it looks like.
 */
import type { Owned } from "../../../core/plugin/Connector.ts"
import { isBlank, isError, NumberCell } from "../Cells.ts"
import { type Given, kindOf } from "./Given.ts"
import { type Keys, keyOf } from "./Keys.ts"
import type { Sheet } from "./Sheet.ts"

/** The same tab by the same headers: what was remembered of another place says nothing about this one. */
export const placeOf = (book: string, { sheetId }: Pick<Sheet, "sheetId">, keys: Keys): string =>
  JSON.stringify([book, sheetId, ...keyOf(keys)])

/** Whether a row whose key the query does not give is the daemon's all the same. */
export type IsOwn = (key: string, parts: ReadonlyArray<string>, row: number) => boolean

export interface OwnParts {
  readonly sheet: Sheet
  readonly keys: Keys
  readonly given: Given
  readonly columns: ReadonlyMap<string, number>
  /** What the last run left here; absent: nothing is known of this place. */
  readonly owned: Owned | undefined
}

export const isOwnBy = (parts: OwnParts): IsOwn => {
  const { owned } = parts
  if (owned === undefined) return looksOwn(parts)
  const known = new Set(owned.keys)
  return (key) => known.has(key)
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** How a code is written, as `AA-0`; nothing of words, which may say anything. */
const formOf = (key: string): string | undefined => {
  if (uuid.test(key)) return "uuid"
  if (/\s/.test(key) || !/\d/.test(key)) return undefined
  return key
    .replace(/\p{Lu}+/gu, "A")
    .replace(/\p{Ll}+/gu, "a")
    .replace(/\d+/g, "0")
}

/** In a place that is seen for the first time: written as a key of the query is, and filled wherever the query always is. */
const looksOwn = ({ columns, given, keys, sheet }: OwnParts): IsOwn => {
  const headers = keyOf(keys)
  const all = [...given.rows.values()]
  const forms = headers.map((_, at) => new Set(given.parts.map((parts) => formOf(parts[at] ?? ""))))
  const always = Object.entries(keys.columns).flatMap(([header, name]) =>
    headers.includes(header) || all.some((values) => values[header]?.value === undefined)
      ? []
      : [{ column: columns.get(header) ?? 0, isNumber: kindOf(given, name) === "number" }]
  )
  return (_, parts, row) =>
    always.length > 0 &&
    parts.every((part, at) => formOf(part) !== undefined && forms[at]?.has(formOf(part)) === true) &&
    always.every(({ column, isNumber }) => {
      const cell = sheet.rows[row]?.[column]
      return isNumber ? cell instanceof NumberCell : cell === false || (!isBlank(cell) && !isError(cell))
    })
}
