/**
 * Which rows are the daemon's: those whose key the query gives, or gave in a run before. A heading, a total or a note
 * that stands in the key column is nobody's key, whatever it looks like; so is every code in a tab of which nothing is
 * remembered.
 */
import type { Owned } from "../../../core/plugin/Connector.ts"
import { isBlank } from "../Cells.ts"
import { type Keys, keyOf } from "./Keys.ts"
import type { Sheet } from "./Sheet.ts"

/** The same tab by the same headers: what was remembered of another place says nothing about this one. */
export const placeOf = (book: string, { sheetId }: Pick<Sheet, "sheetId">, keys: Keys): string =>
  JSON.stringify([book, sheetId, ...keyOf(keys)])

/** Whether a row whose key the query does not give is the daemon's all the same. */
export const isOwnBy = (owned: Owned | undefined): ((key: string) => boolean) => {
  const known = new Set(owned?.keys)
  return (key) => known.has(key)
}

/** Whether a person has written into a row, beside the daemon's columns or as a note; formulas there say nothing new. */
export const isWrittenIn = (
  { marks, rows }: Pick<Sheet, "marks" | "rows">,
  row: number,
  columns: ReadonlyMap<string, number>
): boolean => {
  const [own, of] = [new Set(columns.values()), marks[row]]
  const isTyped = (column: number) => !own.has(column) && of?.computed.has(column) !== true
  return of?.isNoted === true || (rows[row] ?? []).some((cell, column) => isTyped(column) && !isBlank(cell))
}
