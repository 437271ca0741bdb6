/** Numbers, durations and moments in a readable form: `12 345`, `1 min 12 s`, `3 h ago`. */
import { DateTime } from "effect"

/** `12 345`. */
export const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, " ")

/** `1 row`, `12 345 rows`; `many` is for words whose plural is not formed with an s. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`

const minute = 60
const hour = 60 * minute
const day = 24 * hour

const pair = (seconds: number, unit: number, name: string, rest: number, restName: string): string => {
  const remainder = Math.floor((seconds % unit) / rest)
  return `${count(Math.floor(seconds / unit))} ${name}${remainder === 0 ? "" : ` ${remainder} ${restName}`}`
}

/** `850 ms`, `3.2 s`, `1 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export const duration = (millis: number): string => {
  if (millis > 0 && millis < 1000) return `${Math.ceil(millis)} ms`
  const tenths = Math.round(millis / 100)
  if (tenths < 10 * minute) return `${tenths / 10} s`
  const seconds = Math.round(millis / 1000)
  if (seconds < hour) return pair(seconds, minute, "min", 1, "s")
  return seconds < day ? pair(seconds, hour, "h", minute, "min") : pair(seconds, day, "d", hour, "h")
}

/** `just now`, `40 s ago`, `12 min ago`, `3 h ago`, `2 days ago`; a time slightly in the future is now. */
export const ago = (at: DateTime.DateTime, now: DateTime.DateTime): string => {
  const seconds = Math.floor((DateTime.toEpochMillis(now) - DateTime.toEpochMillis(at)) / 1000)
  if (seconds < 5) return "just now"
  if (seconds < minute) return `${seconds} s ago`
  if (seconds < hour) return `${Math.floor(seconds / minute)} min ago`
  if (seconds < 2 * day) return `${Math.floor(seconds / hour)} h ago`
  return `${count(Math.floor(seconds / day))} days ago`
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
const pad2 = (n: number): string => String(n).padStart(2, "0")

/** The shortest unambiguous form, in the time zone of `now`: `07:00:12` today, `4 Mar 07:00`, `2025-12-31`. */
export const moment = (at: DateTime.DateTime, now: DateTime.Zoned): string => {
  const zoned = DateTime.setZone(at, now.zone)
  const then = DateTime.toParts(zoned)
  const today = DateTime.toParts(now)
  if (then.year !== today.year) return DateTime.formatIsoDate(zoned)
  const time = `${pad2(then.hour)}:${pad2(then.minute)}`
  return then.month === today.month && then.day === today.day
    ? `${time}:${pad2(then.second)}`
    : `${then.day} ${months[then.month - 1]} ${time}`
}

/** `850 B`, `4.5 KB`, `1.2 MB`. */
export const size = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, "KB"] : [bytes / 1_000_000, "MB"]
  return `${amount < 100 ? Math.round(amount * 10) / 10 : count(Math.round(amount))} ${unit}`
}
