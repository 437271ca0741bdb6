/** The wanted content of a cell: numbers as numbers, dates as Sheets' serial numbers, everything else as text. */
import { DateTime, Option } from "effect"
import type { ExportColumn } from "../../../core/sdk.ts"
import { type Cell, dayMillis, epochDay, isError, NumberCell, plainNumber, textOf, tidyText } from "../Cells.ts"

export interface TargetCell {
  /** Absent: the cell is to be empty. */
  readonly value?: string | number | boolean
  /** Without it Sheets would show a date as a number. */
  readonly format?: "DATE" | "TIME" | "DATE_TIME"
}

export const emptyCell: TargetCell = {}

/** Converts PostgreSQL's text of a value. A value that has no number, such as a date before Christ, stays text. */
export const targetCellOf = (text: string | null, kind: ExportColumn["kind"]): TargetCell => {
  if (text === null || text === "") return emptyCell
  switch (kind) {
    case "boolean":
      return { value: text === "t" || text === "true" }
    case "number":
      return { value: isExact(text) ? Number(text) : text }
    case "date":
      return serial(text, `${text}T00:00:00Z`, "DATE")
    case "timestamp":
      return serial(text, `${text.replace(" ", "T")}Z`, "DATE_TIME")
    case "time": {
      const [hours = 0, minutes = 0, seconds = 0] = text.split(":").map(Number)
      return { value: (hours * 3_600 + minutes * 60 + seconds) / 86_400, format: "TIME" }
    }
    case "text":
      return { value: text.replaceAll("\r\n", "\n") }
  }
}

/**
 * Whether Sheets keeps the number. A longer whole number is an identifier and must stay exact; a fraction may be
 * rounded.
 */
export const isExact = (text: string): boolean => {
  const number = Number(text)
  return Number.isFinite(number) && (!/^-?\d+$/.test(text) || Number.isSafeInteger(number))
}

const isoDate = /^\d{4}-\d\d-\d\d/

const serial = (text: string, iso: string, format: NonNullable<TargetCell["format"]>): TargetCell => {
  const at = isoDate.test(text) ? Option.getOrUndefined(DateTime.make(iso)) : undefined
  return at === undefined ? { value: text } : { value: DateTime.toEpochMillis(at) / dayMillis + epochDay, format }
}

export const cellEquals = (cell: Cell, { value }: TargetCell): boolean => {
  if (value === undefined) return cell === undefined || cell === ""
  return cell instanceof NumberCell ? Number(cell.source) === value : cell === value
}

/**
 * The text that identifies a row or a group, as a person reads it: equal for a cell and for the value written to it.
 */
export const keyText = ({ value }: TargetCell, kind: ExportColumn["kind"]): string => {
  if (value === undefined) return ""
  return asDeclared(typeof value === "number" ? plainNumber(String(value)) : tidyText(String(value)), kind)
}

/** undefined if the cell is the error of a formula, which is not a key. */
export const keyOfCell = (cell: Cell, kind: ExportColumn["kind"]): string | undefined =>
  isError(cell) ? undefined : asDeclared(textOf(cell), kind)

/** If the query returns numbers, `007` and `7,0` are 7; if it returns text, `007` and `7` are two keys. */
const asDeclared = (text: string, kind: ExportColumn["kind"]): string => {
  if (kind === "text" || kind === "boolean" || !/^[+-]?\d+(?:[.,]\d+)?$/.test(text)) return text
  const number = text.replace(",", ".")
  return isExact(number) ? plainNumber(String(Number(number))) : text
}

/** The cell's text for people. */
export const shownCell = (cell: Cell): string | null => (cell === undefined || cell === "" ? null : textOf(cell))

export const shownText = ({ format, text, value }: TargetCell & { readonly text: string | null }): string | null => {
  if (value === undefined) return null
  return format === undefined ? String(value) : text
}

const collator = new Intl.Collator("und")

/** Numbers by their size, then texts by the alphabet, then empty cells. */
export const compare = (one: TargetCell["value"], other: TargetCell["value"]): number => {
  if (typeof one === "number" && typeof other === "number") return one - other
  const [rank, otherRank] = [rankOf(one), rankOf(other)]
  return rank === otherRank ? collator.compare(String(one), String(other)) : rank - otherRank
}

const rankOf = (value: TargetCell["value"]): number => {
  if (value === undefined) return 2
  return typeof value === "number" ? 0 : 1
}

/** The value of a cell in the form of a target value. */
export const entryOf = (cell: Cell): TargetCell["value"] => {
  if (cell instanceof NumberCell) return Number(cell.source)
  return cell === "" ? undefined : cell
}
