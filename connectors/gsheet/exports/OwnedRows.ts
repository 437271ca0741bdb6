/**
 * Decides which rows belong to the daemon: those whose key the query returns now, or returned in an earlier run. Other
 * text in the key column, such as a heading, a total or a note, is not a key, whatever it looks like. In a tab of which
 * nothing is stored, only the present keys count.
 */
import type { OwnedRows } from "../../../core/sdk.ts"
import { isBlank } from "../Cells.ts"
import { type Keys, keyOf } from "./ExportKeys.ts"
import type { Sheet } from "./Sheet.ts"

/** The same tab with the same key headers: what is stored for another place does not apply to this one. */
export const placeOf = (book: string, { sheetId }: Pick<Sheet, "sheetId">, keys: Keys): string =>
  JSON.stringify([book, sheetId, ...keyOf(keys)])

/** Whether a row belongs to the daemon although the query no longer returns its key. */
export const ownershipOf = (owned: OwnedRows | undefined): ((key: string) => boolean) => {
  const known = new Set(owned?.keys)
  return (key) => known.has(key)
}

/** Whether a person has written into a row, outside the daemon's columns or as a note; formulas there do not count. */
export const isWrittenIn = (
  { marks, rows }: Pick<Sheet, "marks" | "rows">,
  row: number,
  columns: ReadonlyMap<string, number>
): boolean => {
  const [own, of] = [new Set(columns.values()), marks[row]]
  const isTyped = (column: number) => !own.has(column) && of?.computed.has(column) !== true
  return of?.isNoted === true || (rows[row] ?? []).some((cell, column) => isTyped(column) && !isBlank(cell))
}
