/** The effect of a locale on cells: how numbers and dates look, and what typed text becomes. */
import { DateTime, Option } from "effect"
import type { CellState, Locale, NumberFormat, Value } from "./Model.ts"

interface Habits {
  readonly decimal: string
  readonly group: string
  readonly date: string
  readonly currency: string
  readonly truths: readonly [string, string]
  /** The order of day, month and year in a typed date. */
  readonly order: "dmy" | "mdy"
  readonly dateSeparators: string
}

const habits: Readonly<Record<Locale, Habits>> = {
  ru_RU: {
    decimal: ",",
    group: "\u00a0",
    date: "dd.MM.yyyy",
    currency: '#,##0.00\u00a0"₽"',
    truths: ["ИСТИНА", "ЛОЖЬ"],
    order: "dmy",
    dateSeparators: "./-"
  },
  en_US: {
    decimal: ".",
    group: ",",
    date: "M/d/yyyy",
    currency: '"$"#,##0.00',
    truths: ["TRUE", "FALSE"],
    order: "mdy",
    dateSeparators: "/-"
  },
  de_DE: {
    decimal: ",",
    group: ".",
    date: "dd.MM.yyyy",
    currency: '#,##0.00\u00a0"€"',
    truths: ["WAHR", "FALSCH"],
    order: "dmy",
    dateSeparators: "./-"
  }
}

const epochDay = 25_569
const dayMillis = 86_400_000

const isMoment = (format: NumberFormat | undefined): boolean =>
  format?.type === "DATE" || format?.type === "TIME" || format?.type === "DATE_TIME"

const usualPattern = ({ type }: NumberFormat, locale: Locale): string => {
  const { currency, date } = habits[locale]
  switch (type) {
    case "DATE":
      return date
    case "TIME":
      return "H:mm:ss"
    case "DATE_TIME":
      return `${date} H:mm:ss`
    case "PERCENT":
      return "0.00%"
    case "CURRENCY":
      return currency
    case "NUMBER":
      return "#,##0.00"
    case "TEXT":
      return "@"
  }
}

/** The text on the screen. */
export const displayText = (value: Value, format: NumberFormat | undefined, locale: Locale): string => {
  const { decimal, truths } = habits[locale]
  if (typeof value === "boolean") return truths[value ? 0 : 1]
  if (typeof value === "string") return value
  if (format === undefined || format.type === "TEXT") return String(value).replace(".", decimal)
  const pattern = format.pattern ?? usualPattern(format, locale)
  return isMoment(format) ? momentShown(value, pattern) : numberShown(value, pattern, locale)
}

const starts: Readonly<Record<string, number>> = { y: 0, M: 5, d: 8, H: 11, h: 11, m: 14, s: 17 }

const momentShown = (serial: number, pattern: string): string => {
  const at = Option.getOrUndefined(DateTime.make(Math.round((serial - epochDay) * dayMillis)))
  if (at === undefined) return String(serial)
  const iso = DateTime.formatIso(at)
  // A single m is a month; with hours it is minutes, and the month is M.
  return (/h/i.test(pattern) ? pattern : pattern.replaceAll("m", "M")).replace(
    /"([^"]*)"|([yMdHhms])\2*/g,
    (token: string, quoted: string | undefined, letter: string) => {
      const start = starts[letter]
      if (start === undefined) return quoted ?? token
      const digits = letter === "y" ? iso.slice(4 - Math.min(token.length, 4), 4) : iso.slice(start, start + 2)
      return token.length === 1 ? String(Number(digits)) : digits
    }
  )
}

const numberShown = (value: number, pattern: string, locale: Locale): string => {
  const { decimal, group } = habits[locale]
  const isPercent = pattern.includes("%")
  const [, digits = ""] = /\.([0#]+)/.exec(pattern) ?? []
  const [whole = "", fraction] = Math.abs(isPercent ? value * 100 : value)
    .toFixed(digits.length)
    .split(".")
  const optional = digits.length - digits.replaceAll("#", "").length
  const kept = (fraction ?? "").replace(new RegExp(`0{0,${optional}}$`), "")
  const grouped = pattern.includes(",") ? whole.replace(/\B(?=(\d{3})+$)/g, group) : whole
  const number = `${value < 0 ? "-" : ""}${grouped}${kept === "" ? "" : decimal + kept}`
  return pattern.replace(/[#0,.]*[#0](?:[#0,.]*)/, () => number).replaceAll('"', "")
}

/** The cell that results from typing this text; `year` is the year of a date without one. */
export const parseEntry = (text: string, locale: Locale, year: number): CellState => {
  if (text.startsWith("'")) return { value: text.slice(1) }
  if (text.startsWith("=") && text.length > 1) return { formula: text }
  const { truths } = habits[locale]
  const upper = text.trim().toUpperCase()
  if (upper === "TRUE" || upper === truths[0]) return { value: true }
  if (upper === "FALSE" || upper === truths[1]) return { value: false }
  const found = numberEntered(text.trim(), locale) ?? momentEntered(text.trim(), locale, year)
  if (found !== undefined) return found
  return /^[+-][\p{L}(]/u.test(text) ? { formula: `=${text}` } : { value: text }
}

const numberEntered = (text: string, locale: Locale): CellState | undefined => {
  const { decimal, group } = habits[locale]
  const parts = /^([-+]?)([$€₽]?)\s?([\d\s\u00a0\u202f.,]*\d(?:[eE][-+]?\d+)?)\s?([%$€₽]?)$/.exec(text)
  if (parts === null) return undefined
  const [, sign = "", before = "", digits = "", after = ""] = parts
  const spaced = /[\s\u00a0\u202f]/.test(digits)
  const bare = group === "\u00a0" ? digits.replace(/[\s\u00a0\u202f](?=\d{3})/g, "") : digits.replaceAll(group, "")
  const plain = bare.replace(decimal, ".")
  if (!/^\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(plain) || (decimal !== "." && bare.includes("."))) return undefined
  const value = Number(sign + plain)
  if (after === "%") return { value: value / 100, format: { type: "PERCENT" } }
  if (before + after !== "") return { value, format: { type: "CURRENCY" } }
  return spaced || (group !== "\u00a0" && digits.includes(group)) ? { value, format: { type: "NUMBER" } } : { value }
}

const serialOf = (year: number, month: number, day: number): number | undefined => {
  const at = Option.getOrUndefined(DateTime.make({ year, month, day }))
  if (at === undefined || month < 1 || month > 12 || DateTime.getPartUtc(at, "day") !== day) return undefined
  return DateTime.toEpochMillis(at) / dayMillis + epochDay
}

const timeOf = (text: string): number | undefined => {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  if (found === null) return undefined
  const [, hours, minutes, seconds = "0"] = found
  return (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) / 86_400
}

const dateOf = (text: string, locale: Locale, year: number): number | undefined => {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (iso !== null) return serialOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const { dateSeparators, order } = habits[locale]
  const found = /^(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?$/.exec(text)
  if (found === null || !dateSeparators.includes(found[2] ?? "")) return undefined
  const [first, second] = [Number(found[1]), Number(found[3])]
  const written = found[4] === undefined ? year : Number(found[4]) + (found[4].length === 2 ? 2_000 : 0)
  return order === "dmy" ? serialOf(written, second, first) : serialOf(written, first, second)
}

const momentEntered = (text: string, locale: Locale, year: number): CellState | undefined => {
  const time = timeOf(text)
  if (time !== undefined) return { value: time, format: { type: "TIME" } }
  const [day = "", clock] = text.split(/[\sT]+/)
  const date = dateOf(day, locale, year)
  if (date === undefined) return undefined
  if (clock === undefined) return { value: date, format: { type: "DATE" } }
  const at = timeOf(clock)
  return at === undefined ? undefined : { value: date + at, format: { type: "DATE_TIME" } }
}
