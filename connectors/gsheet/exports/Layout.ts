/** Where in a tab the daemon's columns are, where its groups stand, and which row has which key. */
import { isBlank, textOf, tidy } from "../Cells.ts"
import { headersOf, listOf, type Problem } from "../Headers.ts"
import { type Keys, keyOf, marksOf } from "./Keys.ts"
import type { Sheet } from "./Sheet.ts"

export interface Layout {
  /** Of the daemon's headers, those of marks among them. */
  readonly columns: ReadonlyMap<string, number>
  /** By key, the row it stands in, from top to bottom. */
  readonly rows: ReadonlyMap<string, number>
  /** By key, the first column of each group. */
  readonly groups: ReadonlyMap<string, number>
  /** Where the next group goes. */
  readonly nextGroup: number
}

export const layoutOf = (sheet: Sheet, keys: Keys): Layout | Problem => {
  const headers = headersOf(sheet, keys.headerRow)
  const columns = new Map<string, number>()
  for (const header of new Set([...Object.keys(keys.columns), ...Object.keys(marksOf(keys))])) {
    const [index, second] = headers.flatMap((each, at) => (each === tidy(header) ? [at] : []))
    const cell = (at: number) => sheet.cell(keys.headerRow - 1, at)
    if (index === undefined) return `${cell(0)} begins the headers, and none is "${header}"; ${listOf(headers)}`
    if (second !== undefined) return `${cell(index)} and ${cell(second)} both say "${header}": rename one of them`
    columns.set(header, index)
  }
  const rows = rowsOf(sheet, keys, columns)
  if (typeof rows === "string") return rows
  const groups = groupsOf(sheet, keys, headers, columns)
  return typeof groups === "string" ? groups : { columns, rows, ...groups }
}

const rowsOf = (sheet: Sheet, keys: Keys, columns: Layout["columns"]): Layout["rows"] | Problem => {
  const places = keyOf(keys).map((header) => columns.get(header) ?? 0)
  const found = new Map<string, number>()
  for (let row = keys.headerRow; row < sheet.rows.length; row++) {
    const parts = places.map((column) => textOf(sheet.rows[row]?.[column]))
    // Sums, headings of sections, rows that people left free: all of them are theirs.
    if (parts.includes("")) continue
    const key = JSON.stringify(parts)
    const other = found.get(key)
    if (other !== undefined) {
      const [column = 0] = places
      const both = `${sheet.cell(other, column)} and ${sheet.cell(row, column)}`
      return `${both} both have the key "${parts.join(", ")}": delete one of the rows`
    }
    found.set(key, row)
  }
  return found
}

const groupsOf = (
  sheet: Sheet,
  { headerRow, pivot }: Keys,
  headers: ReadonlyArray<string>,
  columns: Layout["columns"]
): Pick<Layout, "groups" | "nextGroup"> | Problem => {
  const groups = new Map<string, number>()
  const own = new Set(columns.values())
  let nextGroup = Math.max(-1, ...own) + 1
  if (pivot === undefined) return { groups, nextGroup }
  const row = (pivot.groups[pivot.key] ?? 1) - 1
  const repeated = new Set(pivot.headers.map(tidy))
  let current: string | undefined
  for (const [index, header] of headers.entries()) {
    const head = sheet.rows[row]?.[index]
    if (own.has(index)) current = undefined
    else if (!isBlank(head)) {
      current = textOf(head)
      const other = groups.get(current)
      if (other !== undefined) {
        return `${sheet.cell(row, other)} and ${sheet.cell(row, index)} both say "${current}": delete one of the groups`
      }
      groups.set(current, index)
    }
    if (!repeated.has(header) || own.has(index)) continue
    if (current === undefined) {
      return `${sheet.cell(headerRow - 1, index)} says "${header}" and stands in no group: ${sheet.cell(row, index)} is blank`
    }
    nextGroup = index + 1
  }
  return { groups, nextGroup }
}
