/** When a schedule of an account fires: at intervals, or by a cron pattern as jobs have it. */
import { DateTime, Duration } from "effect"
import { Schedule } from "../config/Schedule.ts"

export type Cadence =
  | { readonly _tag: "Every"; readonly every: Duration.Duration }
  | { readonly _tag: "Cron"; readonly pattern: string; readonly timezone: string }

/** New schedules of one moment do not all fire at the same one. */
const longestSpread = Duration.minutes(5)

/** The first fire; `drawn` is from 0 to 1. */
export const firstFire = (cadence: Cadence, now: DateTime.Utc, drawn: number): DateTime.Utc | null =>
  cadence._tag === "Cron"
    ? new Schedule(cadence.pattern, cadence.timezone).next(now)
    : DateTime.addDuration(now, Duration.times(Duration.min(cadence.every, longestSpread), drawn))

/** The first fire after `now`, of which `due` is an earlier one: what was missed meanwhile is one fire. */
export const fireAfter = (cadence: Cadence, due: DateTime.Utc, now: DateTime.Utc): DateTime.Utc | null => {
  if (cadence._tag === "Cron") return new Schedule(cadence.pattern, cadence.timezone).next(DateTime.max(due, now))
  const every = Duration.toMillis(cadence.every)
  const passed = Math.max(0, Duration.toMillis(DateTime.distance(due, now)))
  return DateTime.addDuration(due, Duration.millis(every * (Math.floor(passed / every) + 1)))
}

/** About how far apart two fires are. */
export const periodOf = (cadence: Cadence, now: DateTime.Utc): Duration.Duration => {
  if (cadence._tag === "Every") return cadence.every
  const schedule = new Schedule(cadence.pattern, cadence.timezone)
  const next = schedule.next(now)
  const later = next === null ? null : schedule.next(next)
  return next === null || later === null ? Duration.days(365) : DateTime.distance(next, later)
}
