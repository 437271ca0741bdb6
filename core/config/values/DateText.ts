/** Converts dates and times from vendors' formats to text that PostgreSQL reads the same way everywhere. */

/** The parts of a moment; parts that the text lacks are absent. */
export interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Digits after the point, up to microseconds. */
  readonly fraction: string
  /** `Z` or `+03:00`; empty if the text is naive. */
  readonly offset: string
}

const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*(Z|z|[+-]\d{2}(?::?\d{2})?))?)?$/

const daysIn = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31

/** Whether there is such a date and time of day. */
export const isMoment = (parts: Parts): boolean =>
  parts.year >= 1 &&
  parts.month >= 1 &&
  parts.month <= 12 &&
  parts.day >= 1 &&
  parts.day <= daysIn(parts.year, parts.month) &&
  // False for what is no number.
  parts.hour <= 23 &&
  parts.minute <= 59 &&
  parts.second <= 59 &&
  offsetValid(parts.offset)

const offsetValid = (offset: string): boolean => {
  if (offset === "" || offset.toUpperCase() === "Z") return true
  const minutes = Number(offset.slice(-2))
  return Number(offset.slice(1, 3)) <= 15 && (offset.length === 3 || minutes <= 59)
}

/** Parses ISO 8601 with `T` or a space, with or without seconds, fraction and offset; a date alone is its midnight. */
export const parseIso = (text: string): Parts | undefined => {
  const found = iso.exec(text)
  if (found === null) return undefined
  const parts: Parts = {
    year: Number(found[1]),
    month: Number(found[2]),
    day: Number(found[3]),
    hour: Number(found[4] ?? 0),
    minute: Number(found[5] ?? 0),
    second: Number(found[6] ?? 0),
    fraction: (found[7] ?? "").slice(0, 6),
    offset: found[8] ?? ""
  }
  return isMoment(parts) ? parts : undefined
}

const digits = (text: string, from: number, to: number): number => {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

const plainDateAt = (text: string): boolean => {
  if (text[4] !== "-" || text[7] !== "-") return false
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

/** `2026-03-05`: the common case, recognised without parsing its parts. */
export const isPlainDate = (text: string): boolean => text.length === 10 && plainDateAt(text)

/** `2026-03-05T09:12:44Z` and `…44.120Z`: what most APIs send, and PostgreSQL accepts unchanged. */
export const isPlainTimestamp = (text: string): boolean => {
  const end = text.length - 1
  if ((end !== 19 && end !== 23) || text[end] !== "Z" || text[10] !== "T" || text[13] !== ":" || text[16] !== ":")
    return false
  if (end === 23 && (text[19] !== "." || digits(text, 20, 23) < 0)) return false
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59 && plainDateAt(text)
}

/** How databases write an empty date: `0000-00-00`, `00.00.0000 00:00:00`, `00000000`. */
const zeros = /^(?:0000([-./])00\1(?:00)|00([-./])00\2(?:0000)|0{8})(?:[T ]?00:?00(?::?00(?:\.0+)?)?Z?)?$/

export const isZeroDate = (text: string): boolean => zeros.test(text)

const two = (value: number): string => String(value).padStart(2, "0")

export const dateText = (parts: Parts): string =>
  `${String(parts.year).padStart(4, "0")}-${two(parts.month)}-${two(parts.day)}`

export const timeText = (parts: Parts): string =>
  `${two(parts.hour)}:${two(parts.minute)}:${two(parts.second)}${parts.fraction === "" ? "" : `.${parts.fraction}`}`

/** A naive moment gets the name of its time zone, which PostgreSQL resolves with its own tables. */
export const timestampText = (parts: Parts, timezone: string): string =>
  `${dateText(parts)} ${timeText(parts)}${parts.offset === "" ? ` ${timezone}` : parts.offset.toUpperCase()}`
