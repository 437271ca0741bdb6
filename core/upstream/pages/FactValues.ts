/** Reads the counts and flags of an answer, in JSON, XML and headers. */
import { isJsonObject } from "../records/Json.ts"

/** The value of an XML element, which may have attributes beside it. */
export const elementValue = (value: unknown): unknown =>
  isJsonObject(value) && "#text" in value ? value["#text"] : value

/** Digits alone: anything else in the place of a count means that the vendor does not count. */
export const countOf = (raw: unknown): number | undefined => {
  const value = elementValue(raw)
  if (typeof value === "string" && !/^\s*\d+\s*$/.test(value)) return undefined
  const count = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

/** A count with signs between its digits, or with a word behind them. */
export const isFormattedCount = (raw: unknown): boolean => {
  const value = elementValue(raw)
  return typeof value === "string" && countOf(value) === undefined && /^\s*\d[\d\s.,'’]*\p{L}*\s*$/u.test(value)
}

export const flagOf = (raw: unknown): boolean | undefined => {
  const value = elementValue(raw)
  if (value === null) return false
  if (typeof value === "boolean") return value
  if (value === 0 || value === 1) return value === 1
  // The address of the next page, or nothing, in the place of a flag.
  return typeof value === "string" ? !/^(?:|false|0)$/i.test(value.trim()) : undefined
}
