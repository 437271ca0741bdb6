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

/** Timestamps as they are bound: with an offset, or in a zone that has a name. */
const atOffset = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d)(?::?(\d\d))?$/
const inZone = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))? (.+)$/

const plus = (millis: number, fraction = ""): number => millis * 1_000 + Number(fraction.slice(0, 6).padEnd(6, "0"))

/** Returns microseconds, which a number holds exactly until the year 2255; undefined if the text has no offset. */
export const microsAtOffset = (text: string): number | undefined => {
  if (isPlainTimestamp(text)) return plus(Date.parse(text))
  const [, date, time, fraction, offset, minutes = "00"] = atOffset.exec(text) ?? []
  if (offset === undefined) return undefined
  return plus(Date.parse(`${date}T${time}${offset === "Z" ? offset : `${offset}:${minutes}`}`), fraction)
}

/** As in PostgreSQL, an hour that occurs twice means the second one. */
const microsInZone = (text: string): number => {
  const [, date, time, fraction, timeZone = ""] = inZone.exec(text) ?? []
  const at = DateTime.makeZoned(`${date}T${time}`, { timeZone, adjustForTimeZone: true, disambiguation: "later" })
  return Option.match(at, {
    onNone: () => Number.NaN,
    onSome: (found) => plus(DateTime.toEpochMillis(found), fraction)
  })
}

const micros = (text: string): number => microsAtOffset(text) ?? microsInZone(text)

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
