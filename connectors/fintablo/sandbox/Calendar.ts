/** Dates for the invented data, in the vendor's formats and relative to the Clock's day in the chain's time zone. */
import { DateTime, Effect } from "effect"

export interface Calendar {
  /** `dd.mm.yyyy`, this many days from today. */
  readonly day: (offset: number) => string
  /** `mm.yyyy`, this many months from the current one. */
  readonly month: (offset: number) => string
  /** Unix seconds of noon, this many days from today. */
  readonly noon: (offset: number) => number
}

/** Kaliningrad keeps UTC+2 all year; computing with a fixed offset is far cheaper than with a named zone. */
const zone = DateTime.zoneMakeOffset(2 * 60 * 60 * 1000)

export const calendar: Effect.Effect<Calendar> = Effect.map(DateTime.now, (now) => {
  const today = now.pipe(DateTime.setZone(zone), DateTime.startOf("day"))
  const at = (days: number) => DateTime.add(today, { days })
  const twoDigits = (value: number) => String(value).padStart(2, "0")
  const month = ({ month, year }: DateTime.DateTime.Parts) => `${twoDigits(month)}.${year}`
  return {
    day: (offset) => {
      const parts = DateTime.toParts(at(offset))
      return `${twoDigits(parts.day)}.${month(parts)}`
    },
    month: (offset) => month(DateTime.toParts(DateTime.add(DateTime.startOf(today, "month"), { months: offset }))),
    noon: (offset) => seconds(DateTime.add(at(offset), { hours: 12 }))
  }
})

const seconds = (at: DateTime.DateTime) => Math.floor(DateTime.toEpochMillis(at) / 1000)

/** Unix seconds of noon on a `dd.mm.yyyy`. */
export const noonOf = (date: string): number => {
  const [day = 1, month = 1, year = 1970] = date.split(".").map(Number)
  return seconds(DateTime.makeZonedUnsafe({ year, month, day, hour: 12 }, { timeZone: zone, adjustForTimeZone: true }))
}
