/** The layout of a tab: the daemon's columns, its groups, and the row of each key. */
import type { OwnedRows } from "../../../core/sdk.ts"
import { isBlank, isLoading, textOf, tidyText } from "../Cells.ts"
import { headersOf, isProblem, listOf, type Problem } from "../Headers.ts"
import { gsheet } from "../reasons.ts"
import { type Keys, keyOf, marksOf } from "./ExportKeys.ts"
import { ownershipOf } from "./OwnedRows.ts"
import { keyFrom, kindOf, type QueryRows } from "./QueryRows.ts"
import type { Sheet } from "./Sheet.ts"
import { keyOfCell } from "./TargetCell.ts"

export interface Layout {
  /** The columns of the daemon's headers, including those of marks. */
  readonly columns: ReadonlyMap<string, number>
  /** The daemon's row for each key, from top to bottom. */
  readonly rows: ReadonlyMap<string, number>
  /** Cells of keys and of group headings that hold errors: their row or group is unknown. */
  readonly unread: ReadonlyArray<UnreadCell>
  /** The first column of each group, by key. */
  readonly groups: ReadonlyMap<string, number>
  /** The column of the next new group. */
  readonly nextGroup: number
}

export interface UnreadCell {
  readonly cell: string
  readonly error: string
  /** The value is still loading, and may be one that the query returns. */
  readonly isLoading: boolean
}

export const layoutOf = (sheet: Sheet, keys: Keys, given: QueryRows, owned?: OwnedRows): Layout | Problem => {
  const headers = headersOf(sheet, keys.headerRow)
  const columns = new Map<string, number>()
  for (const header of new Set([...Object.keys(keys.columns), ...Object.keys(marksOf(keys))])) {
    const [index, second] = headers.flatMap((each, at) => (each === tidyText(header) ? [at] : []))
    const cell = (at: number) => sheet.cell(keys.headerRow - 1, at)
    if (index === undefined) return gsheet("gsheet.noHeader", { cell: cell(0), header, there: listOf(headers) })
    if (second !== undefined) return gsheet("gsheet.sameHeader", { cell: cell(index), other: cell(second), header })
    columns.set(header, index)
  }
  const found = rowsOf(sheet, keys, given, columns, owned)
  if (isProblem(found)) return found
  const groups = groupsOf(sheet, keys, given, headers, columns)
  if (isProblem(groups)) return groups
  return { columns, ...groups, rows: found.rows, unread: [...groups.unread, ...found.unread] }
}

const unreadAt = (sheet: Sheet, row: number, column: number): UnreadCell => {
  const cell = sheet.rows[row]?.[column]
  return { cell: sheet.cell(row, column), error: textOf(cell), isLoading: isLoading(cell) }
}

const rowsOf = (
  sheet: Sheet,
  keys: Keys,
  given: QueryRows,
  columns: Layout["columns"],
  owned: OwnedRows | undefined
): Pick<Layout, "rows" | "unread"> | Problem => {
  const places = keyOf(keys).map((header) => ({
    column: columns.get(header) ?? 0,
    kind: kindOf(given, keys.columns[header])
  }))
  const isOwn = ownershipOf(owned)
  const found = new Map<string, number>()
  const unread: Array<UnreadCell> = []
  for (let row = keys.headerRow; row < sheet.rows.length; row++) {
    const cells = places.map(({ column, kind }) => keyOfCell(sheet.rows[row]?.[column], kind))
    // Rows without a key, with everything in them, belong to people.
    if (cells.includes("")) continue
    const failed = places[cells.indexOf(undefined)]
    if (failed !== undefined) unread.push(unreadAt(sheet, row, failed.column))
    const parts = cells.filter((part) => part !== undefined)
    const key = keyFrom(parts)
    if (failed !== undefined || !(given.rows.has(key) || isOwn(key))) continue
    const other = found.get(key)
    if (other !== undefined) {
      const [{ column } = { column: 0 }] = places
      return gsheet("gsheet.sameKey", {
        cell: sheet.cell(other, column),
        other: sheet.cell(row, column),
        key: parts.join(", ")
      })
    }
    found.set(key, row)
  }
  return { rows: found, unread }
}

const groupsOf = (
  sheet: Sheet,
  { headerRow, pivot }: Keys,
  given: QueryRows,
  headers: ReadonlyArray<string>,
  columns: Layout["columns"]
): Pick<Layout, "groups" | "nextGroup" | "unread"> | Problem => {
  const groups = new Map<string, number>()
  const unread: Array<UnreadCell> = []
  const own = new Set(columns.values())
  let nextGroup = Math.max(-1, ...own) + 1
  if (pivot === undefined) return { groups, nextGroup, unread }
  const row = (pivot.groups[pivot.key] ?? 1) - 1
  const repeated = new Set(pivot.headers.map(tidyText))
  let current: string | undefined
  for (const [index, header] of headers.entries()) {
    const head = sheet.rows[row]?.[index]
    if (own.has(index)) current = undefined
    else if (!isBlank(head)) {
      const key = keyOfCell(head, kindOf(given, pivot.key))
      current = key ?? textOf(head)
      const other = key === undefined ? undefined : groups.get(key)
      if (key === undefined) unread.push(unreadAt(sheet, row, index))
      else if (other === undefined) groups.set(key, index)
      // Notes may be here too, and may repeat the same text.
      else if (given.groups.has(key)) {
        return gsheet("gsheet.sameGroup", {
          cell: sheet.cell(row, other),
          other: sheet.cell(row, index),
          group: current
        })
      }
    }
    if (!repeated.has(header) || own.has(index)) continue
    if (current === undefined) {
      return gsheet("gsheet.inNoGroup", {
        cell: sheet.cell(headerRow - 1, index),
        header,
        head: sheet.cell(row, index)
      })
    }
    nextGroup = index + 1
  }
  return { groups, nextGroup, unread }
}
