/** Cells as the API sends them unformatted: text, booleans, and numbers (including dates) with all their digits. */
import { DateTime, Option } from "effect"
import type { Column } from "../../core/sdk.ts"

/** The source text of a number: as a double it could lose digits, and as a string it would look like text. */
export class NumberCell {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

export type Cell = string | boolean | NumberCell | undefined

/** The rows of one range, which may have different lengths; `cell` gives the address of a cell in the sheet. */
export interface Cells {
  readonly rows: ReadonlyArray<ReadonlyArray<Cell>>
  readonly cell: (row: number, column: number) => string
}

/** Parses JSON with numbers as `NumberCell`s. The source of a number is ECMAScript 2026, and not yet in the types. */
export const parseCells = (json: string): unknown =>
  JSON.parse(json, (_key: string, value: unknown, ...[context]: ReadonlyArray<{ readonly source?: string }>) =>
    typeof value === "number" ? new NumberCell(context?.source ?? String(value)) : value
  )

export const isCell = (value: unknown): value is Cell =>
  value === undefined || typeof value === "string" || typeof value === "boolean" || value instanceof NumberCell

/** An unticked checkbox counts as blank: people fill whole columns with them in advance. */
export const isBlank = (cell: Cell): boolean =>
  cell === undefined || cell === false || (typeof cell === "string" && cell.trim() === "")

export const textOf = (cell: Cell): string => {
  if (cell instanceof NumberCell) return plainNumber(cell.source)
  return cell === undefined ? "" : tidyText(String(cell))
}

/** The text as a person reads it: composed letters, single plain spaces, no invisible characters. */
export const tidyText = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, "")
    .replace(/\s+/g, " ")
    .trim()

/** In English, as the API sends them, and as people paste them from a sheet in ru, uk, de, fr, es, it, pt or pl. */
const errors: ReadonlySet<string> = new Set(
  `#REF! #N/A #VALUE! #DIV/0! #NAME? #NUM! #NULL! #ERROR! #SPILL! #CALC! #ССЫЛКА! #Н/Д #ЗНАЧ! #ДЕЛ/0! #ИМЯ? #ЧИСЛО! #ПУСТО!
  #ОШИБКА! #ПОСИЛАННЯ! #ЗНАЧЕННЯ! #ДІЛ/0! #ІМ'Я? #BEZUG! #NV #WERT! #ZAHL! #FEHLER! #VALEUR! #NOM? #NOMBRE! #NUL! #ERREUR!
  #¡REF! #¡VALOR! #¡DIV/0! #¿NOMBRE? #¡NUM! #¡NULO! #RIF! #N/D #VALORE! #NOME? #ERRORE! #VALOR! #NÚM! #NULO! #ERRO!
  #ADR! #N/D! #ARG! #DZIEL/0! #NAZWA? #LICZBA! #ZERO!`.split(/\s+/)
)

const loading =
  /^(?:Loading|Загрузка|Завантаження|Wird geladen|Lädt|Chargement|Cargando|Caricamento|Carregando|Ładowanie|Wczytywanie) ?(?:\.\.\.|…)$/i

/** Whether a formula is still loading its data. */
export const isLoading = (cell: Cell): boolean => typeof cell === "string" && loading.test(tidyText(cell))

/** Whether the cell shows the error of a formula, or is still loading its data. */
export const isError = (cell: Cell): boolean =>
  typeof cell === "string" && (errors.has(tidyText(cell).toUpperCase()) || isLoading(cell))

/** `1.2345678901234568E16` with all its digits before the point, `1E-7` with all its digits after it. */
export const plainNumber = (source: string): string => {
  const found = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(source)
  if (found === null) return source
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = found
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  const before = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0")
  const after = point <= 0 ? "0".repeat(-point) + digits : digits.slice(point)
  return `${sign}${before.replace(/^0+(?=\d)/, "")}${/[1-9]/.test(after) ? `.${after}` : ""}`
}

/** A JavaScript number, but only if it is exact. */
const exact = ({ source }: NumberCell): number | string => {
  const text = plainNumber(source)
  return String(Number(text)) === text ? Number(text) : text
}

export const dayMillis = 86_400_000
/** Day 0 of a spreadsheet is 1899-12-30. */
export const epochDay = 25_569

/** The local time that a serial number of days represents, in the format that the column reads. */
const moment = (serial: number, { format, type }: Column): string | undefined => {
  const millis = Math.round((serial - epochDay) * dayMillis)
  const at = Option.getOrUndefined(DateTime.make(millis))
  if (at === undefined) return undefined
  const iso = DateTime.formatIso(at).slice(0, -1)
  if (type === "time" && (serial < 0 || serial >= 1)) return undefined
  // They have a zone, which a cell lacks.
  if (format === "rfc822" || format === "/Date()/") return undefined
  return written(format ?? (type === "time" ? "HH:mm:ss" : "iso"), iso)
}

const starts: Readonly<Record<string, number>> = { y: 0, M: 5, d: 8, H: 11, m: 14, s: 17, S: 20 }

const months = "January February March April May June July August September October November December".split(" ")

/** Formats an ISO moment with a pattern such as `dd.MM.yyyy`. */
const written = (pattern: string, iso: string): string =>
  pattern === "iso"
    ? iso
    : pattern.replace(/'([^']*)'|([yMdHhmsSa])\2*/g, (token: string, quoted: string | undefined, letter: string) => {
        const hour = Number(iso.slice(11, 13))
        if (letter === "a") return hour < 12 ? "AM" : "PM"
        if (letter === "h") return String(hour % 12 || 12).padStart(token.length, "0")
        if (letter === "M" && token.length > 2) {
          const month = months[Number(iso.slice(5, 7)) - 1] ?? ""
          return token.length === 3 ? month.slice(0, 3) : month
        }
        const start = starts[letter]
        if (start === undefined) return quoted ?? token
        if (letter === "y") return iso.slice(4 - token.length, 4)
        const digits = iso.slice(start, start + Math.max(2, token.length))
        return token.length === 1 ? String(Number(digits)) : digits
      })

const moments: ReadonlySet<string> = new Set(["date", "time", "timestamp"])

/** The value of a cell in a record: null for a blank cell, and the date for a number in a date column. */
export const recordValue = (cell: Cell, column: Column | undefined): unknown => {
  if (cell === undefined || (typeof cell === "string" && cell.trim() === "")) return null
  if (!(cell instanceof NumberCell)) return cell
  if (column === undefined || !moments.has(column.type) || column.format?.startsWith("unix") === true)
    return exact(cell)
  return moment(Number(cell.source), column) ?? exact(cell)
}
