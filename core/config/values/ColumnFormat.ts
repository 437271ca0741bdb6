/** The `format` of a column: a pattern for dates and times, or the signs in numbers. */
import { type Reason, reason } from "../../reason/Reason.ts"
import { fieldsOf, namedFormats } from "./DatePattern.ts"
import { isNumberFormat, numberFormats } from "./NumberFormat.ts"

const numbers = new Set(["integer", "bigint", "decimal", "double"])

/** The fault of the `format` of a column of that type; `undefined` if it is valid. */
export const formatProblem = (format: string, type: string): Reason | undefined => {
  if (numbers.has(type)) {
    return isNumberFormat(format) ? undefined : reason("format.number", { format, formats: numberFormats.join(", ") })
  }
  if (type !== "date" && type !== "time" && type !== "timestamp") {
    return reason("format.otherType", { type })
  }
  if (namedFormats.has(format)) return type === "time" ? reason("format.noTime", { format }) : undefined
  const fields = fieldsOf(format)
  if (fields === undefined || format === "") {
    return reason("format.noPattern", { format, example: "yyyy-MM-dd'T'HH:mm:ss" })
  }
  const lacks = (letters: string) => [...letters].some((letter) => !fields.has(letter))
  const hasHour = fields.has("H") || fields.has("h")
  if (fields.has("h") !== fields.has("a") || (fields.has("h") && fields.has("H"))) {
    return reason("format.twelve", { format })
  }
  if (type === "time") return lacks("m") || !hasHour ? reason("format.noTime", { format }) : undefined
  if (!lacks("yM")) return undefined
  return fields.has("m") && !hasHour ? reason("format.minutes", { format }) : reason("format.noDate", { format })
}
