/**
 * A list that is read in windows of time, for vendors that cap how much of it one request reaches. Every window is a
 * read of its own, and the list is whole if each of them is. The state between two pages or windows is data, from which a
 * read can continue.
 */
import { Array as Arr, Channel, DateTime, Duration } from "effect"
import { boundName, type WindowBound } from "../../config/RecordPlaces.ts"
import type { Bound, Windows } from "../../config/RequestTemplate.ts"
import { formatDate } from "../../config/values/DatePattern.ts"
import { isOfDays, momentAt, smallestUnit } from "../../config/values/Moments.ts"
import { reason } from "../../reason/Reason.ts"
import { type Completeness, completeIn, type Source } from "../Source.ts"
import type { PagesState } from "./ListProgress.ts"
import type { PagesOptions } from "./Pages.ts"

/** The values of `{from}` and `{to}`. */
export type Window = Readonly<Record<WindowBound, string>>

/** `moments`: the same bounds as moments with an offset, for columns. */
export interface DatedWindow extends Window {
  readonly moments: () => Readonly<Record<WindowBound, string>>
  /** In milliseconds since 1970. */
  readonly begins: number
  /** Undefined if it cannot be halved: it is a second, or a day where the format has no time. */
  readonly halves: () => readonly [DatedWindow, DatedWindow] | undefined
}

/** A larger number is a mistake in a date. */
export const maxWindows = 10_000

const dayMillis = 86_400_000

const boundAt = (bound: Bound, now: DateTime.Zoned): DateTime.Zoned => {
  if (!("day" in bound)) return momentAt(bound, now)
  // The schema has checked it.
  const [year = 1970, month = 1, day = 1] = bound.day.split("-").map(Number)
  return DateTime.makeZonedUnsafe({ year, month, day }, { timeZone: now.zone, adjustForTimeZone: true })
}

/** Whether a bound is a whole day, and not a moment of it. */
const isDay = (bound: Bound): boolean =>
  "day" in bound || (bound.date === "today" && Duration.toMillis(bound.offset) % dayMillis === 0)

/**
 * The end of the last window: the last day of an inclusive one, otherwise the first time behind the day or moment `to`
 * that the format can write. A vendor for whom `{to}` is outside would leave out what is of the same day or minute.
 */
const endAt = ({ format, inclusive, to }: Pick<Windows, "format" | "inclusive" | "to">, now: DateTime.Zoned) => {
  const end = boundAt(to, now)
  if (inclusive) return end
  const unit = isDay(to) && !isOfDays(format) ? "day" : smallestUnit(format)
  return DateTime.add(DateTime.endOf(end, unit), { milliseconds: 1 })
}

/** The step between two dates of the format: a window may only be inclusive if it consists of whole days or months. */
const unitOf = (format: string): Partial<DateTime.DateTime.PartsForMath> =>
  format.replace(/'[^']*'/g, "").includes("d") ? { days: 1 } : { months: 1 }

/** Undefined if there are too many; none if the first begins behind the end. */
export const windowsOf = (
  { format, from, inclusive, step, to }: Windows,
  now: DateTime.Zoned
): ReadonlyArray<DatedWindow> | undefined => {
  const start = boundAt(from, now)
  const end = endAt({ format, inclusive, to }, now)
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
  const windows: Array<DatedWindow> = []
  for (let first = at(0), next = at(1), count = 1; isIn(first); first = next, next = at(++count)) {
    if (count > maxWindows) return undefined
    const last = DateTime.min(inclusive ? DateTime.subtract(next, unit) : next, end)
    windows.push(windowOf({ format, inclusive }, first, last))
  }
  return windows
}

/** `last` is a day of the window if that is inclusive, else its end. */
const windowOf = (
  form: Pick<Windows, "format" | "inclusive">,
  first: DateTime.Zoned,
  last: DateTime.Zoned
): DatedWindow => {
  const { format } = form
  const momentOf = (one: DateTime.Zoned) =>
    DateTime.formatIsoOffset(isOfDays(format) ? DateTime.startOf(one, "day") : one)
  return {
    from: formatDate(first, format),
    to: formatDate(last, format),
    moments: () => ({ from: momentOf(first), to: momentOf(last) }),
    begins: DateTime.toEpochMillis(first),
    halves: () => {
      const half = isOfDays(format) ? halfOfDays(form, first, last) : halfOfTime(first, last)
      return half && [windowOf(form, first, half.end), windowOf(form, half.begin, last)]
    }
  }
}

interface Half {
  readonly end: DateTime.Zoned
  readonly begin: DateTime.Zoned
}

const halfOfTime = (first: DateTime.Zoned, last: DateTime.Zoned): Half | undefined => {
  const seconds = Math.floor((DateTime.toEpochMillis(last) - DateTime.toEpochMillis(first)) / 1_000)
  if (seconds < 2) return undefined
  const middle = DateTime.add(first, { seconds: Math.floor(seconds / 2) })
  return { end: middle, begin: middle }
}

const halfOfDays = (
  { format, inclusive }: Pick<Windows, "format" | "inclusive">,
  first: DateTime.Zoned,
  last: DateTime.Zoned
): Half | undefined => {
  const between = Math.round((DateTime.toEpochMillis(last) - DateTime.toEpochMillis(first)) / dayMillis)
  const days = between + (inclusive ? 1 : 0)
  if (days < 2 || unitOf(format).days === undefined) return undefined
  const begin = DateTime.add(first, { days: Math.floor(days / 2) })
  return { end: inclusive ? DateTime.subtract(begin, { days: 1 }) : begin, begin }
}

export const windowsProblem = (windows: ReadonlyArray<Window> | undefined) => {
  if (windows === undefined) return reason("request.manyWindows", { limit: maxWindows })
  return windows.length === 0 ? reason("request.noWindow") : undefined
}

/** Together they are whole if both are. */
export const both = (one: Completeness, other: Completeness): Completeness => {
  if (one._tag === "Partial") return one
  return other._tag === "Partial" ? other : completeIn(one.pages + other.pages)
}

/** Everything that is known between two pages, as JSON. */
export interface WindowsState {
  /** The time from which the windows are counted, in milliseconds since 1970. */
  readonly now: number
  /** The window of the next page. */
  readonly window: Window
  /** How the windows before it ended. */
  readonly ended: Completeness
  /** Where its pages are; null before the first. */
  readonly pages: PagesState | null
}

export interface WindowsOptions {
  /** The time from which the windows are counted; that of `from`, if there is one. */
  readonly now: number
  /** Continues a read; its completeness is that of all windows. A state whose window there is no more is no state. */
  readonly from?: WindowsState | undefined
  /** Called when all records of a page were handed on and another page or window follows. */
  readonly onPage?: ((state: () => WindowsState) => void) | undefined
}

/** The records of a window with those of its bounds that columns take. */
export const withBounds = ({ kept }: Windows, { moments }: DatedWindow, source: Source): Source => {
  if (kept === undefined) return source
  const values = moments()
  const bounds = Object.fromEntries(kept.map((bound) => [boundName(bound), values[bound]]))
  return Channel.map(
    source,
    Arr.map((record) => ({ ...record, ...bounds }))
  )
}

type ReadWindow = (window: DatedWindow, options: Pick<PagesOptions, "from" | "onPage">) => Source

/** Reads one window after the other. */
export const inWindows = (
  windows: ReadonlyArray<DatedWindow>,
  read: ReadWindow,
  { from, now, onPage }: WindowsOptions
): Source =>
  Channel.suspend(() => {
    const begun = windows.findIndex((one) => one.from === from?.window.from && one.to === from.window.to)
    const left = windows.slice(Math.max(0, begun))
    let end: Completeness = begun < 0 || from === undefined ? completeIn(0) : from.ended
    let pages = begun < 0 ? undefined : (from?.pages ?? undefined)
    const tell = ({ from, to }: Window, at: () => PagesState | null): void => {
      const ended = end
      onPage?.(() => ({ now, window: { from, to }, ended, pages: at() }))
    }
    const part = ([window, next]: readonly [DatedWindow, Window | undefined]) => {
      const source = read(window, { from: pages, onPage: (state) => tell(window, state) })
      pages = undefined
      return Channel.mapDone(source, (ended) => {
        end = both(end, ended)
        if (next !== undefined) tell(next, () => null)
      })
    }
    return Channel.fromIterable(left.map((window, at) => [window, left[at + 1]] as const)).pipe(
      Channel.flatMap(part),
      Channel.mapDone(() => end)
    )
  })
