/** Moments that a declaration names by the clock: `today`, `now`, and either of them with a span, as in `today-30d`. */
import { DateTime, Duration } from "effect"
import type { DateValue, Span } from "../RequestTemplate.ts"
import { formatDate } from "./DatePattern.ts"

/** The units of a span; months and years are of the calendar. */
export const momentPattern = /^(today|now)(?:([+-])(\d{1,6})(ms|s|m|h|d|w|mo|y))?$/u

const millis: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000
}
const months: Readonly<Record<string, number>> = { mo: 1, y: 12 }

/** A span on its own: `7d`, `1mo`. */
export const spanPattern = /^(\d{1,6})(ms|s|m|h|d|w|mo|y)$/u

export const spanOf = (text: string): Span | undefined => {
  const [, count, unit = ""] = spanPattern.exec(text) ?? []
  if (count === undefined) return undefined
  const inMonths = Number(count) * (months[unit] ?? 0)
  return {
    offset: Duration.millis(Number(count) * (millis[unit] ?? 0)),
    ...(inMonths === 0 ? {} : { months: inMonths })
  }
}

const defaultFormats = { today: "yyyy-MM-dd", now: "yyyy-MM-dd'T'HH:mm:ss" } as const

/** Undefined if the text names no moment. */
export const momentOf = (text: string, format?: string): DateValue | undefined => {
  const [, base, sign, count = "0", unit = "ms"] = momentPattern.exec(text) ?? []
  if (base !== "today" && base !== "now") return undefined
  return {
    date: base,
    ...(spanOf(`${count}${unit}`) ?? { offset: Duration.zero }),
    sign: sign === "-" ? -1 : 1,
    format: format ?? defaultFormats[base]
  }
}

const dayMillis = 86_400_000

/** Days are calendar days, so that a day with 23 hours does not move the boundary. */
export const momentAt = ({ date, months = 0, offset, sign }: DateValue, now: DateTime.Zoned): DateTime.Zoned => {
  const start = date === "today" ? DateTime.startOf(now, "day") : now
  const millis = Duration.toMillis(offset)
  return DateTime.add(start, {
    months: sign * months,
    days: sign * Math.floor(millis / dayMillis),
    milliseconds: sign * (millis % dayMillis)
  })
}

export const formatMoment = (moment: DateValue, now: DateTime.Zoned): string =>
  formatDate(momentAt(moment, now), moment.format)

/** Whether a format writes no time of day. */
export const isOfDays = (format: string): boolean =>
  format !== "iso" && !format.startsWith("unix") && !/[HhmsS]/.test(format.replace(/'[^']*'/g, ""))

const units = [
  ["S", "millisecond"],
  ["s", "second"],
  ["m", "minute"],
  ["H", "hour"],
  ["d", "day"],
  ["M", "month"]
] as const

/** The unit to which a format cuts what it writes. */
export const smallestUnit = (format: string): (typeof units)[number][1] | "year" => {
  if (format === "unix") return "second"
  if (format === "iso" || format.startsWith("unix")) return "millisecond"
  const fields = format.replace(/'[^']*'/g, "")
  return units.find(([letter]) => fields.includes(letter))?.[1] ?? "year"
}
