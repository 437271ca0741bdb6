/** Guesses the sign before the fractions of a file's numbers, and their types where it is a comma. */
import { numberParser } from "../../config/values/NumberFormat.ts"
import { ambiguous } from "../../config/values/NumberText.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { guessValue, hasValue, type ValueGuess } from "./GuessValue.ts"

const isWhole = (text: string): boolean => /^[-+]?\d+$/.test(text)
/** `1.234`: more than a thousand in one file, one and a quarter in another. */
const isGroup = (text: string): boolean => /^[-+]?[1-9]\d{0,2}(?:[.,]\d{3})+$/.test(text)
const isMonth = (text: string): boolean => /^\d\d?\.\d{4}$/.test(text)
const inCommas = numberParser("1.234,56")
const inPoints = numberParser("1,234.56")

type Sign = "," | "."

/** The sign that a column of numbers shows. */
const signOf = (values: ReadonlyArray<unknown>): Sign | undefined => {
  const texts = values.filter(hasValue).map((value) => String(value).trim())
  const all = (parse: typeof inCommas) => texts.every((text) => ![undefined, ambiguous].includes(parse(text)))
  const fractions = texts.filter((text) => !isWhole(text) && !isGroup(text))
  if (fractions.length === 0 || fractions.every(isMonth)) return undefined
  return all(inCommas) ? "," : all(inPoints) ? "." : undefined
}

/** A comma, if columns of numbers show one and none shows a point. */
export const decimalIn = (records: ReadonlyArray<SourceRecord>): "," | undefined => {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))]
  const signs = new Set(names.map((name) => signOf(records.map((record) => record[name]))))
  return signs.has(",") && !signs.has(".") ? "," : undefined
}

/** The guess for values of a file whose numbers have a decimal comma, so that a point groups thousands. */
export const guessInCommas = (values: ReadonlyArray<unknown>, name: string): ValueGuess => {
  const found = guessValue(values, name)
  const isNumber = values.every((value) => inCommas(value) !== undefined)
  const isFraction = values.some((value) => !isWhole(String(value).trim()))
  const isCode = values.some((value) => /^\s*[-+]?0\d/.test(String(value)))
  if (isNumber && isFraction && !isCode) return { type: "decimal" }
  if (found.type !== "decimal") return found
  const [word] = (found.format ?? "").split(" ")
  return word === "currency" || word === "percent" ? { type: "decimal", format: word } : { type: "text" }
}
