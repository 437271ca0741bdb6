/** Guesses how a CSV answer is written: what stands between its cells, lines above the header, whether there is one. */
import { type Separator, separators } from "../../config/Entity.ts"

/** The differences from the usual form, as YAML keys of an entity. */
export interface CsvShape {
  readonly separator?: Separator
  readonly skipRows?: number
  readonly header?: false
  readonly quote?: false
}

/** Lines that are looked at. */
const sampleSize = 50

/** The cells of a line, as far as quotation marks of one line tell. */
const cellsOf = (line: string, separator: string): ReadonlyArray<string> => {
  const cells: Array<string> = []
  let [cell, isQuoted] = ["", false]
  for (const char of line) {
    if (char === '"' && (isQuoted || cell.trim() === "")) isQuoted = !isQuoted
    else if (char === separator && !isQuoted) {
      cells.push(cell)
      cell = ""
    } else cell += char
  }
  return [...cells, cell].map((one) => one.trim())
}

const isNumber = (cell: string): boolean => /^[-+]?\d[\d\s.,]*$/.test(cell)

/** How many lines have the most frequent number of cells, and that number. */
const regularity = (lines: ReadonlyArray<string>, separator: Separator) => {
  const counts = new Map<number, number>()
  for (const line of lines) {
    const { length } = cellsOf(line, separator)
    if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1)
  }
  const [[cells, count] = [0, 0]] = [...counts].toSorted(([, one], [, other]) => other - one)
  return { separator, cells, count }
}

export const csvShape = (text: string): CsvShape => {
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\r|\n/)
    .slice(0, sampleSize)
  const separatorLine = /^"?sep=(.)"?$/i.exec(lines[0]?.trim() ?? "")
  if (separatorLine !== null) return {}
  const [best] = separators
    .map((separator) => regularity(lines, separator))
    .toSorted((one, other) => other.count - one.count || other.cells - one.cells)
  if (best === undefined || best.cells === 0) return {}
  const { cells, separator } = best
  const rows = lines.map((line) => cellsOf(line, separator))
  const isRow = (row: ReadonlyArray<string>) =>
    row.length === cells && row.filter((cell) => cell !== "").length * 2 > cells
  const first = rows.findIndex(isRow)
  const skipRows = first > 0 && rows.slice(0, first).some((row) => row.some((cell) => cell !== "")) ? first : 0
  const header = rows[Math.max(first, 0)] ?? []
  const isHeaderless = header.some(isNumber) && rows.slice(first + 1).some((row) => row.length === cells)
  return {
    ...(separator === "," ? {} : { separator }),
    ...(skipRows > 0 ? { skipRows } : {}),
    ...(isHeaderless ? { header: false } : {})
  }
}
