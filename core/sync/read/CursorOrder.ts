/** The order of a cursor column's values as PostgreSQL would sort them, from the text they are bound as. */
import { BigDecimal, DateTime, Option } from "effect"
import type { Column } from "../../config/Column.ts"
import { isPlainTimestamp } from "../../config/values/DateText.ts"

type Key = number | bigint | string | BigDecimal.BigDecimal

export interface CursorOrders {
  readonly isLater: (left: string, right: string) => boolean
  /** Whether the value is after that time; only dates and times can be. */
  readonly isAfter: (text: string, millis: number) => boolean
}

const moment = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))? ?(.*)$/

/** Returns microseconds, which a number holds exactly until the year 2255. */
const micros = (text: string): number => {
  if (isPlainTimestamp(text)) return Date.parse(text) * 1_000
  const [, date, time, fraction = "", zone = ""] = moment.exec(text) ?? []
  const wall = `${date}T${time}`
  // As in PostgreSQL, an hour that occurs twice means the second one.
  const at: Option.Option<DateTime.DateTime> = /^(?:Z|[+-]\d\d)/.test(zone)
    ? DateTime.make(wall + (zone.length === 3 ? `${zone}:00` : zone.replace(/^(...)(\d\d)$/, "$1:$2")))
    : DateTime.makeZoned(wall, { timeZone: zone, adjustForTimeZone: true, disambiguation: "later" })
  return Option.match(at, {
    onNone: () => Number.NaN,
    onSome: (found) => DateTime.toEpochMillis(found) * 1_000 + Number(fraction.slice(0, 6).padEnd(6, "0"))
  })
}

const keyOf = (column: Column): ((text: string) => Key) => {
  switch (column.type) {
    case "integer":
    case "bigint":
      return BigInt
    case "double":
      return Number
    case "decimal":
      return BigDecimal.fromStringUnsafe
    case "timestamp":
      return micros
    default:
      return (text) => text
  }
}

export const cursorOrders = (column: Column, timezone: string): CursorOrders => {
  const key = keyOf(column)
  const isLater = (left: string, right: string): boolean => {
    const [one, other] = [key(left), key(right)]
    return BigDecimal.isBigDecimal(one) && BigDecimal.isBigDecimal(other)
      ? BigDecimal.isGreaterThan(one, other)
      : one > other
  }
  switch (column.type) {
    case "timestamp":
      return { isLater, isAfter: (text, millis) => !(micros(text) <= millis * 1_000) }
    case "date": {
      const today = (millis: number) =>
        DateTime.formatIsoDate(DateTime.setZoneNamedUnsafe(DateTime.makeUnsafe(millis), timezone))
      return { isLater, isAfter: (text, millis) => text > today(millis) }
    }
    default:
      return { isLater, isAfter: () => false }
  }
}
