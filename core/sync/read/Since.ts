/** The starting value of an incremental read (the stored cursor, less the overlap, in the vendor's form), and its age. */
import { BigDecimal, DateTime, Duration, Option } from "effect"
import type { Entity, Incremental } from "../../config/Entity.ts"
import { formatDate } from "../../config/values/DatePattern.ts"
import { spanOf } from "../../reason/Reason.ts"

export const sinceOf = (entity: Entity, incremental: Incremental, stored: string): string => {
  if (typeof incremental.overlap === "number") return lessBy(stored, incremental.overlap)
  const at = Option.getOrUndefined(DateTime.make(stored))
  const column = entity.columns.find((candidate) => candidate.name === incremental.cursor)
  if (at === undefined || (column?.type !== "timestamp" && column?.type !== "date")) return stored
  if (incremental.format === "text") return stored
  const from = DateTime.setZoneNamedUnsafe(DateTime.subtractDuration(at, incremental.overlap), entity.timezone)
  return formatDate(beforeRepeated(from), incremental.format)
}

/** Converts `2026-03-01T10:10:00+00:00`, as PostgreSQL writes it in JSON, to the form that is bound. */
export const storedText = (value: string): string => value.replace(/^(\d{4}-\d\d-\d\d)T/, "$1 ")

/** Stops at zero unless the cursor was negative: below it there is no id, and no time since 1970. */
const lessBy = (stored: string, overlap: number): string => {
  const at = Option.getOrUndefined(BigDecimal.fromString(stored))
  if (at === undefined || overlap === 0) return stored
  const from = BigDecimal.subtract(at, BigDecimal.fromBigInt(BigInt(overlap)))
  return BigDecimal.isNegative(from) && !BigDecimal.isNegative(at) ? "0" : BigDecimal.format(from)
}

/**
 * When the clock is put back, an hour occurs twice. Without a zone nobody can tell which one a time means, and a later
 * time may be written as an earlier one. Changes in the second hour would seem older than those in the first, so both
 * are read in full.
 */
const beforeRepeated = (from: DateTime.Zoned): DateTime.Zoned => {
  const first = sameClock(from, "earlier")
  const repeated = DateTime.toEpochMillis(sameClock(from, "later")) - DateTime.toEpochMillis(first)
  return repeated > 0 ? DateTime.subtract(first, { milliseconds: repeated }) : from
}

const sameClock = (at: DateTime.Zoned, disambiguation: "earlier" | "later"): DateTime.Zoned =>
  DateTime.makeZonedUnsafe(DateTime.toParts(at), { timeZone: at.zone, adjustForTimeZone: true, disambiguation })

/** Formats a duration in its two largest units: nobody needs the milliseconds of a week. */
export const ageText = (millis: number): string =>
  spanOf(Duration.millis(Math.max(0, millis)))
    .split(" ")
    .slice(0, 2)
    .join(" ")
