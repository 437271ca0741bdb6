/**
 * Dates in the format that a vendor wants: patterns of the letters `yMdHmsS` with quoted literals
 * (`yyyy-MM-dd'T'HH:mm:ss`), or `iso`, `unix` (seconds), `unix-ms`, `unix-us`. Any other character of a pattern is
 * written as it is.
 */
import { DateTime } from "effect"

type Parts = DateTime.DateTime.PartsWithWeekday

const fields: Readonly<Record<string, (parts: Parts) => number>> = {
  y: ({ year }) => year,
  M: ({ month }) => month,
  d: ({ day }) => day,
  H: ({ hour }) => hour,
  m: ({ minute }) => minute,
  s: ({ second }) => second
}

/** Pads to at least as many digits as there are letters; two letters of a year give its last two digits. */
const field = (letters: string, parts: Parts): string => {
  const [letter = ""] = letters
  if (letter === "S")
    return String(parts.millisecond).padStart(3, "0").padEnd(letters.length, "0").slice(0, letters.length)
  const digits = String(fields[letter]?.(parts) ?? letters).padStart(letters.length, "0")
  return letters === "yy" ? digits.slice(-2) : digits
}

export const formatDate = (at: DateTime.Zoned, pattern: string): string => {
  switch (pattern) {
    case "iso":
      return DateTime.formatIso(at)
    case "unix":
      return String(Math.floor(DateTime.toEpochMillis(at) / 1000))
    case "unix-ms":
      return String(DateTime.toEpochMillis(at))
    case "unix-us":
      return `${DateTime.toEpochMillis(at)}000`
  }
  const parts = DateTime.toParts(at)
  return pattern.replaceAll(
    /'([^']*)'|([yMdHmsS])\2*/g,
    (token: string, literal: string | undefined) => literal ?? field(token, parts)
  )
}
