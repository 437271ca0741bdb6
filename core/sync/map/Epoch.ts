/**
 * Times given as a number since 1970, exact to the microsecond, the precision of PostgreSQL. In .NET's
 * `/Date(1772694000000+0300)/` the offset only says where the time was written.
 */
import { BigDecimal, DateTime, Option } from "effect"
import { dotNetDate } from "../../config/values/DatePattern.ts"
import type { Parts } from "../../config/values/DateText.ts"
import { ambiguous, type NumberText, numberText } from "../../config/values/NumberText.ts"

/** The number of decimal digits between a unit and a microsecond. */
const digits: ReadonlyMap<string, number> = new Map([
  ["unix", 6],
  ["unix-ms", 3],
  ["unix-us", 0],
  [dotNetDate, 3]
])

const dotNet = /^\s*\\?\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?\/\s*$/

const dotNetText: NumberText = (value) => (typeof value === "string" ? dotNet.exec(value)?.[1] : undefined)

/** Cuts off anything finer than a microsecond, as in ISO text; towards the past, also before 1970. */
const microsOf = (text: string, scale: number): bigint => {
  const { value } = BigDecimal.floor(BigDecimal.fromStringUnsafe(text), scale).pipe(BigDecimal.scale(scale))
  return value
}

/** Returns a parser for such numbers; `undefined` if the format is none of them. */
export const epoch = (
  format: string | undefined,
  timezone: string
): ((value: unknown) => Parts | undefined) | undefined => {
  const scale = format === undefined ? undefined : digits.get(format)
  if (scale === undefined) return undefined
  const parse = format === dotNetDate ? dotNetText : numberText(undefined)
  const zone = Option.getOrThrow(DateTime.zoneFromString(timezone))
  return (value) => {
    const text = parse(value)
    if (text === undefined || text === ambiguous) return undefined
    const micros = microsOf(text, scale)
    const below = ((micros % 1_000n) + 1_000n) % 1_000n
    return Option.match(DateTime.make(Number((micros - below) / 1_000n)), {
      onNone: () => undefined,
      onSome: (at) => {
        const zoned = DateTime.setZone(at, zone)
        const local = DateTime.toParts(zoned)
        // A number can give any year or, at the ends of time, none; PostgreSQL reads years of four digits.
        if (!(local.year >= 1 && local.year <= 9_999)) return undefined
        const fraction = `${String(local.millisecond).padStart(3, "0")}${below === 0n ? "" : String(below).padStart(3, "0")}`
        return {
          ...local,
          fraction: fraction === "000" ? "" : fraction,
          offset: DateTime.zonedOffsetIso(zoned)
        }
      }
    })
  }
}
