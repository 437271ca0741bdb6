/**
 * A list that is read in windows of time, for vendors that cap how much of it one request reaches. Every window is a
 * read of its own, and the list is whole if each of them is.
 */
import { Channel, DateTime, Duration } from "effect"
import type { Bound, Windows } from "../../config/RequestTemplate.ts"
import { formatDate } from "../../config/values/DatePattern.ts"
import { momentAt } from "../../config/values/Moments.ts"
import { reason } from "../../reason/Reason.ts"
import { type Completeness, completeIn, type Source } from "../Source.ts"

/** The values of `{from}` and `{to}`. */
export type Window = Readonly<Record<"from" | "to", string>>

/** A larger number is a mistake in a date. */
export const maxWindows = 10_000

const dayMillis = 86_400_000

const boundAt = (bound: Bound, now: DateTime.Zoned): DateTime.Zoned => {
  if (!("day" in bound)) return momentAt(bound, now)
  // The schema has checked it.
  const [year = 1970, month = 1, day = 1] = bound.day.split("-").map(Number)
  return DateTime.makeZonedUnsafe({ year, month, day }, { timeZone: now.zone, adjustForTimeZone: true })
}

/** The step between two dates of the format: a window may only be inclusive if it consists of whole days or months. */
const unitOf = (format: string): Partial<DateTime.DateTime.PartsForMath> =>
  format.replace(/'[^']*'/g, "").includes("d") ? { days: 1 } : { months: 1 }

/** Undefined if there are too many; none if the first begins behind the end. */
export const windowsOf = (
  { format, from, inclusive, step, to }: Windows,
  now: DateTime.Zoned
): ReadonlyArray<Window> | undefined => {
  const start = boundAt(from, now)
  const end = boundAt(to, now)
  const millis = Duration.toMillis(step.offset)
  const longest = millis + (step.months ?? 0) * 31 * dayMillis
  if (DateTime.toEpochMillis(end) - DateTime.toEpochMillis(start) > maxWindows * longest) return undefined
  const days = Math.floor(millis / dayMillis)
  // Counted from the first one, so that a month that is shorter moves none behind it.
  const at = (count: number) =>
    DateTime.add(start, {
      months: count * (step.months ?? 0),
      days: count * days,
      milliseconds: count * (millis % dayMillis)
    })
  const isIn = (moment: DateTime.Zoned) =>
    inclusive ? DateTime.isLessThanOrEqualTo(moment, end) : DateTime.isLessThan(moment, end)
  const unit = unitOf(format)
  const windows: Array<Window> = []
  for (let first = at(0), next = at(1), count = 1; isIn(first); first = next, next = at(++count)) {
    if (count > maxWindows) return undefined
    const last = inclusive ? DateTime.subtract(next, unit) : next
    windows.push({ from: formatDate(first, format), to: formatDate(DateTime.min(last, end), format) })
  }
  return windows
}

export const windowsProblem = (windows: ReadonlyArray<Window> | undefined) => {
  if (windows === undefined) return reason("request.manyWindows", { limit: maxWindows })
  return windows.length === 0 ? reason("request.noWindow") : undefined
}

const both = (one: Completeness, other: Completeness): Completeness => {
  if (one._tag === "Partial") return one
  return other._tag === "Partial" ? other : completeIn(one.pages + other.pages)
}

/** Reads one window after the other. */
export const inWindows = (windows: ReadonlyArray<Window>, read: (window: Window) => Source): Source =>
  Channel.suspend(() => {
    let end: Completeness = completeIn(0)
    const part = (window: Window) =>
      Channel.mapDone(read(window), (ended) => {
        end = both(end, ended)
      })
    return Channel.fromIterable(windows).pipe(
      Channel.flatMap(part),
      Channel.mapDone(() => end)
    )
  })
