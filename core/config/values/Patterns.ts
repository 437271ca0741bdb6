/**
 * How dates, times and numbers are written. Patterns for dates and times: `'Quoted'` text stands for itself; read, the letters yMdHmsS are fields of any width;
 * written, a field has its full width.
 */
import { type Reason, reason } from "../../reason/Reason.ts"

/** Numbers since 1970: seconds, milliseconds, microseconds; read, each may have a fraction. */
const epochs = new Set(["unix", "unix-ms", "unix-us"])

const written = new Set(["yyyy", "MM", "dd", "HH", "mm", "ss", "SSS"])

/** Whether a moment can be written by it: a pattern, `iso`, `unix`, `unix-ms` or `unix-us`. */
export const isDateFormat = (format: string): boolean => {
  if (format === "iso" || epochs.has(format)) return true
  const fields = format.replace(/'[^']*'/g, " ").match(/([a-zA-Z'])\1*/g) ?? []
  return fields.length > 0 && fields.every((field) => written.has(field))
}

/** The field letters of a pattern, each once; `undefined`: a letter that is no field, or a quote left open. */
const fieldsOf = (pattern: string): ReadonlySet<string> | undefined => {
  const bare = pattern.replace(/'[^']*'/g, "")
  const letters = bare.match(/[a-zA-Z']/g) ?? []
  return letters.every((letter) => "yMdHmsS".includes(letter)) ? new Set(letters) : undefined
}

/** How numbers are written: thousands with a comma and a point before the fraction, or the other way round. */
const numberFormats = ["1,234.56", "1.234,56"] as const

const numbers = new Set(["integer", "bigint", "decimal", "double"])

/** What is wrong with the `format` of a column of that type; `undefined`: nothing. */
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
