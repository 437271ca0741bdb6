/**
 * A1 notation: `'Лист 1'!A1:B2`, `A:A`, `1:2`, `A5:A`, or a sheet's title alone. Internally rows and columns count from
 * 0.
 */

/** Ends are exclusive; an absent end is that of the sheet. */
export interface Area {
  readonly top: number
  readonly left: number
  readonly bottom?: number
  readonly right?: number
}

export interface A1Range {
  /** Absent: the first sheet that is not hidden. */
  readonly sheet?: string
  readonly area: Area
}

const whole: Area = { top: 0, left: 0 }

const quoted = /^'((?:[^']|'')+)'(?:!(.+))?$/s
const corner = /^\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,7})?$/

interface Corner {
  readonly row?: number
  readonly column?: number
}

const columnIndex = (letters: string): number =>
  [...letters.toUpperCase()].reduce((index, letter) => index * 26 + letter.charCodeAt(0) - 64, 0) - 1

const cornerOf = (text: string): Corner | undefined => {
  const found = corner.exec(text)
  if (found === null || text === "") return undefined
  const [, letters, digits] = found
  return {
    ...(letters === undefined ? {} : { column: columnIndex(letters) }),
    ...(digits === undefined ? {} : { row: Number(digits) - 1 })
  }
}

const areaOf = (text: string): Area | undefined => {
  const [from = "", to, more] = text.split(":")
  const start = cornerOf(from)
  if (start === undefined || more !== undefined) return undefined
  if (to === undefined) {
    // A single column or row is written twice, as in A:A.
    if (start.row === undefined || start.column === undefined) return undefined
    return { top: start.row, left: start.column, bottom: start.row + 1, right: start.column + 1 }
  }
  const end = cornerOf(to)
  if (end === undefined) return undefined
  const [top, bottom] = span(start.row, end.row)
  const [left, right] = span(start.column, end.column)
  return {
    top,
    left,
    ...(bottom === undefined ? {} : { bottom }),
    ...(right === undefined ? {} : { right })
  }
}

const span = (from: number | undefined, to: number | undefined): readonly [number, number | undefined] => {
  if (from === undefined || to === undefined) return [from ?? to ?? 0, undefined]
  return [Math.min(from, to), Math.max(from, to) + 1]
}

/** Parses A1 notation; `undefined` if it is invalid. A title is only recognised in quotes or before `!`. */
export const parse = (text: string): A1Range | undefined => {
  const inQuotes = quoted.exec(text)
  if (inQuotes !== null) {
    const [, title = "", rest] = inQuotes
    const area = rest === undefined ? whole : areaOf(rest)
    return area === undefined ? undefined : { sheet: title.replaceAll("''", "'"), area }
  }
  const mark = text.lastIndexOf("!")
  if (mark < 0) {
    const area = areaOf(text)
    if (area !== undefined) return { area }
    return text === "" || text.includes("'") ? undefined : { sheet: text, area: whole }
  }
  const area = areaOf(text.slice(mark + 1))
  const sheet = text.slice(0, mark)
  return area === undefined || sheet === "" || sheet.includes("'") ? undefined : { sheet, area }
}

/** Puts the title in quotes; a title alone stays unchanged, since it may also be a named range. */
export const withQuotes = (text: string): string => {
  const sheet = quoted.test(text) ? undefined : parse(text)?.sheet
  const mark = text.lastIndexOf("!")
  return sheet === undefined || mark < 0 ? text : `${quoteTitle(sheet)}${text.slice(mark)}`
}

export const columnName = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : columnName(Math.floor(index / 26) - 1) + columnName(index % 26)

const quoteTitle = (title: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(title) && cornerOf(title) === undefined ? title : `'${title.replaceAll("'", "''")}'`

export const cellName = (sheet: string, row: number, column: number): string =>
  `${quoteTitle(sheet)}!${columnName(column)}${row + 1}`

/** The form in answers: both corners, or one for a single cell. */
export const rangeName = (sheet: string, area: Required<Area>): string => {
  const last = `${columnName(area.right - 1)}${area.bottom}`
  const first = cellName(sheet, area.top, area.left)
  return area.bottom - area.top === 1 && area.right - area.left === 1 ? first : `${first}:${last}`
}
