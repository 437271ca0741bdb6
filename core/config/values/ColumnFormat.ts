/** The `format` of a column: a pattern for dates and times, or the signs in numbers. */
import { type Reason, reason } from "../../reason/Reason.ts"
import { epochs, fieldsOf } from "./DatePattern.ts"

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
