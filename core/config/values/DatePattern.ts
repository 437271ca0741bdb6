/**
 * Patterns for dates and times, to read and to write them: a run of one of the letters `yMdHmsS` is a field, `'quoted'` text
 * stands for itself, and so does any other character (`yyyy-MM-dd'T'HH:mm:ss`). In place of a pattern stand `iso` and the
 * numbers since 1970 `unix` (seconds), `unix-ms` and `unix-us`. Some are only read: an hour of twelve `h` with AM or PM `a`,
 * English names of months `MMM` and `MMMM`, .NET's `/Date()/` and `rfc822`.
 */
import { DateTime } from "effect"
import { isMoment, type Parts } from "./DateText.ts"

/** Seconds, milliseconds and microseconds since 1970; when they are read, each may have a fraction. */
export const epochs: ReadonlySet<string> = new Set(["unix", "unix-ms", "unix-us"])

/** The format of .NET: `/Date(1772694000000+0300)/`. */
export const dotNetDate = "/Date()/"

/** Formats that are no patterns. */
export const namedFormats: ReadonlySet<string> = new Set([...epochs, dotNetDate, "rfc822"])

type Token = { readonly field: string } | { readonly literal: string }

const tokensOf = (pattern: string): ReadonlyArray<Token> =>
  [...pattern.matchAll(/'([^']*)'|([yMdHhmsSa])\2*|[\s\S]/g)].map(([token, quoted, letter]) =>
    letter === undefined ? { literal: quoted ?? token } : { field: token }
  )

/** The fields with which a date or a time is written in full. */
const written = new Set(["yyyy", "MM", "dd", "HH", "mm", "ss", "SSS"])

/** Whether a date or a time can be written in this format. */
export const isDateFormat = (format: string): boolean => {
  if (format === "iso" || epochs.has(format)) return true
  const fields = format.replace(/'[^']*'/g, " ").match(/([a-zA-Z'])\1*/g) ?? []
  return fields.length > 0 && fields.every((field) => written.has(field))
}

/** The field letters of a pattern, each once; `undefined`: a letter that is no field, or a quote left open. */
export const fieldsOf = (pattern: string): ReadonlySet<string> | undefined => {
  const bare = pattern.replace(/'[^']*'/g, "")
  const letters = bare.match(/[a-zA-Z']/g) ?? []
  return letters.every((letter) => "yMdHhmsSa".includes(letter)) ? new Set(letters) : undefined
}

const months = "january february march april may june july august september october november december".split(" ")

/** The number of a month by its English name, or the first three letters of it; 0 if it is none. */
export const monthOf = (name: string): number => {
  const lower = name.toLowerCase()
  return months.findIndex((month) => month === lower || month.slice(0, 3) === lower) + 1
}

const partOf: Readonly<Record<string, keyof Parts | "hourOfTwelve" | "half">> = {
  y: "year",
  M: "month",
  d: "day",
  H: "hour",
  h: "hourOfTwelve",
  a: "half",
  m: "minute",
  s: "second",
  S: "fraction"
}

/**
 * Makes a parser from a pattern. A field of one letter takes one or two digits, a longer one exactly as many as it has
 * letters. A month alone is its first day.
 */
export const compilePattern = (pattern: string): ((text: string) => Parts | undefined) => {
  const order: Array<string> = []
  const source = tokensOf(pattern).map((token) => {
    if ("literal" in token) return token.literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    const { field } = token
    order.push(partOf[field.charAt(0)] ?? "year")
    if (field.startsWith("a")) return "([AaPp])\\.?[Mm]\\.?"
    if (field.startsWith("MMM")) return field.length === 3 ? "([A-Za-z]{3})" : "([A-Za-z]{3,9})"
    return field.length === 1 ? "(\\d{1,2})" : `(\\d{${field.length}})`
  })
  const expression = new RegExp(`^${source.join("")}$`)
  return (text) => {
    const found = expression.exec(text)
    if (found === null) return undefined
    const values: Record<string, string> = {}
    order.forEach((part, index) => {
      values[part] = found[index + 1] ?? ""
    })
    const year = Number(values.year ?? 0)
    const parts: Parts = {
      year: values.year?.length === 2 ? 2000 + year : year,
      month: values.month === undefined ? 1 : Number(values.month) || monthOf(values.month),
      day: Number(values.day ?? 1),
      hour: hourOf(values),
      minute: Number(values.minute ?? 0),
      second: Number(values.second ?? 0),
      fraction: (values.fraction ?? "").slice(0, 6),
      offset: ""
    }
    return isMoment(parts) ? parts : undefined
  }
}

/** 12 AM is midnight and 12 PM noon; 0 and what is above 12 are no hours of twelve. */
const hourOf = ({ half, hour, hourOfTwelve }: Readonly<Record<string, string>>): number => {
  if (hourOfTwelve === undefined) return Number(hour ?? 0)
  const number = Number(hourOfTwelve)
  return number < 1 || number > 12 ? Number.NaN : (number % 12) + (half?.toLowerCase() === "p" ? 12 : 0)
}

const numberOf: Readonly<Record<string, (parts: DateTime.DateTime.PartsWithWeekday) => number>> = {
  y: ({ year }) => year,
  M: ({ month }) => month,
  d: ({ day }) => day,
  H: ({ hour }) => hour,
  m: ({ minute }) => minute,
  s: ({ second }) => second
}

/** Pads to at least as many digits as there are letters; two letters of a year give its last two digits. */
const digitsOf = (field: string, parts: DateTime.DateTime.PartsWithWeekday): string => {
  const letter = field.charAt(0)
  if (letter === "S") {
    return String(parts.millisecond).padStart(3, "0").padEnd(field.length, "0").slice(0, field.length)
  }
  const digits = String(numberOf[letter]?.(parts) ?? field).padStart(field.length, "0")
  return field === "yy" ? digits.slice(-2) : digits
}

/** Writes a date or a time in a format. */
export const formatDate = (at: DateTime.Zoned, format: string): string => {
  switch (format) {
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
  return tokensOf(format)
    .map((token) => ("literal" in token ? token.literal : digitsOf(token.field, parts)))
    .join("")
}
