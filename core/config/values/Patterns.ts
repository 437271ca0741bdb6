/**
 * The formats of dates, times and numbers. In patterns for dates and times, `'quoted'` text is literal; when reading,
 * the letters yMdHmsS are fields of any width; when writing, a field has its full width.
 */
import { type Reason, reason } from "../../reason/Reason.ts"

/** Numbers since 1970: seconds, milliseconds, microseconds; when read, each may have a fraction. */
const epochs = new Set(["unix", "unix-ms", "unix-us"])

const written = new Set(["yyyy", "MM", "dd", "HH", "mm", "ss", "SSS"])

/** Whether a moment can be written in it: a pattern, `iso`, `unix`, `unix-ms` or `unix-us`. */
export const isDateFormat = (format: string): boolean => {
  if (format === "iso" || epochs.has(format)) return true
  const fields = format.replace(/'[^']*'/g, " ").match(/([a-zA-Z'])\1*/g) ?? []
  return fields.length > 0 && fields.every((field) => written.has(field))
}

/** The field letters of a pattern, each once; `undefined` if a letter is not a field, or a quote is not closed. */
const fieldsOf = (pattern: string): ReadonlySet<string> | undefined => {
  const bare = pattern.replace(/'[^']*'/g, "")
  const letters = bare.match(/[a-zA-Z']/g) ?? []
  return letters.every((letter) => "yMdHmsS".includes(letter)) ? new Set(letters) : undefined
}

/** The formats of numbers: thousands with a comma and a point before the fraction, or the other way round. */
const numberFormats = ["1,234.56", "1.234,56"] as const

const numbers = new Set(["integer", "bigint", "decimal", "double"])

/** The fault of the `format` of a column of that type; `undefined` if it is valid. */
export const formatProblem = (format: string, type: string): Reason | undefined => {
  if (numbers.has(type)) {
    return numberFormats.some((known) => known === format) ? undefined : reason("format.number", { format })
  }
  if (type !== "date" && type !== "time" && type !== "timestamp") {
    return reason("format.otherType", { type })
  }
  if (epochs.has(format)) return undefined
  const fields = fieldsOf(format)
  if (fields === undefined || format === "") {
    return reason("format.noPattern", { format, example: "yyyy-MM-dd'T'HH:mm:ss" })
  }
  const lacks = (letters: string) => [...letters].some((letter) => !fields.has(letter))
  if (type === "time") return lacks("Hm") ? reason("format.noTime", { format }) : undefined
  if (!lacks("yM")) return undefined
  return fields.has("m") && !fields.has("H")
    ? reason("format.minutes", { format })
    : reason("format.noDate", { format })
}
