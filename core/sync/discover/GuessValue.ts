/**
 * Guesses the type of a field from its values. A guess never changes a digit: what could be an identifier stays text.
 * Where two readings are possible, the guess says so.
 */
import type { ColumnType } from "../../config/Column.ts"
import { compilePattern } from "../../config/values/DatePattern.ts"
import { isZeroDate, parseIso } from "../../config/values/DateText.ts"
import { numberParser } from "../../config/values/NumberFormat.ts"
import { ambiguous, pointMayGroup } from "../../config/values/NumberText.ts"
import { parseRfc822 } from "../../config/values/Rfc822.ts"

export interface ValueGuess {
  readonly type: ColumnType
  readonly format?: string
  /** The words of a boolean. */
  readonly words?: readonly [yes: string, no: string]
  /** Other formats that fit all values as well. */
  readonly others?: ReadonlyArray<string>
}

type Test = (values: ReadonlyArray<unknown>, name: string) => ValueGuess | undefined

const texts =
  (guess: (texts: ReadonlyArray<string>, name: string) => ValueGuess | undefined): Test =>
  (values, name) => {
    const all = values.filter((value) => typeof value === "string")
    return all.length === values.length ? guess(all, name) : undefined
  }

const every =
  (type: ColumnType, fits: (value: unknown) => boolean): Test =>
  (values) =>
    values.every(fits) ? { type } : undefined

const everyText = (guess: ValueGuess, fits: (text: string) => boolean): Test =>
  texts((all) => (all.every((text) => fits(text.trim())) ? guess : undefined))

/**
 * Money as text, such as `1250.50`. Excludes text that a number type would alter or misread: `09.2024` and `007.5`
 * begin with a zero, and `10.2024` is a month, like its neighbour.
 */
const isDecimalText = (text: string): boolean =>
  /^-?(?:0|[1-9]\d*)\.\d+$/.test(text) && !/^(?:1[0-2]|[1-9])\.(?:19|20)\d\d$/.test(text)

/** Where each text could be thousands, none shows that its point stands before a fraction. */
const decimals: Test = (values) => {
  const isDecimal = (value: unknown) => typeof value === "number" || (typeof value === "string" && isDecimalText(value))
  const all = values.filter((value) => typeof value === "string")
  return values.every(isDecimal) && !(all.length > 0 && everyPointMayGroup(all)) ? { type: "decimal" } : undefined
}

/** Excludes fractions finer than the microseconds that PostgreSQL stores. */
const isMoment = (text: string): boolean => text.length > 10 && parseIso(text) !== undefined && !/[.,]\d{7}/.test(text)

const pairs: ReadonlyArray<readonly [yes: string, no: string]> = [
  ["да", "нет"],
  ["истина", "ложь"],
  ["вкл", "выкл"],
  ["так", "ні"],
  ["on", "off"],
  ["ja", "nein"],
  ["j", "n"],
  ["oui", "non"],
  ["sí", "no"],
  ["si", "no"],
  ["tak", "nie"]
]

const usualWords = new Set(["yes", "no", "y", "n"])

/** A letter alone could be a code; the other one of its pair makes it a truth value. */
const isLoneLetter = (words: ReadonlyArray<string>): boolean => words.length === 1 && words[0]?.length === 1

/** Booleans in words: those of one pair. */
const inWords = texts((all) => {
  const seen = new Map(all.map((text) => [text.trim().toLowerCase(), text.trim()] as const))
  if (isLoneLetter([...seen.keys()])) return undefined
  if ([...seen.keys()].every((word) => usualWords.has(word))) return { type: "boolean" }
  const pair = pairs.find((words) => [...seen.keys()].every((word) => words.includes(word)))
  if (pair === undefined) return undefined
  const [yes, no] = pair.map((word) => seen.get(word) ?? likeCased(word, [...seen.values()][0] ?? ""))
  return yes === undefined || no === undefined ? undefined : { type: "boolean", words: [yes, no] }
})

const likeCased = (word: string, example: string): string => {
  const [first = ""] = example
  if (example.length > 1 && example === example.toUpperCase()) return word.toUpperCase()
  return first === first.toUpperCase() ? `${word.slice(0, 1).toUpperCase()}${word.slice(1)}` : word
}

const days = [
  "dd.MM.yyyy",
  "d.M.yyyy",
  "dd/MM/yyyy",
  "d/M/yyyy",
  "MM/dd/yyyy",
  "M/d/yyyy",
  "dd-MM-yyyy",
  "yyyy/MM/dd",
  "yyyy.MM.dd",
  "d MMM yyyy",
  "MMM d, yyyy"
] as const
const clocks = ["HH:mm:ss", "HH:mm", "H:mm", "h:mm:ss a", "h:mm a"] as const
const parsers = (formats: ReadonlyArray<string>) => formats.map((format) => [format, compilePattern(format)] as const)

const dayFormats = parsers(days)
const momentFormats = parsers([
  ...days.flatMap((day) => clocks.flatMap((clock) => [`${day} ${clock}`, `${day}, ${clock}`])),
  ...clocks.slice(2).map((clock) => `yyyy-MM-dd ${clock}`)
])

const inFormat = (type: ColumnType, formats: typeof dayFormats): Test =>
  texts((all) => {
    const fitting = formats.filter(([, parse]) => all.every((text) => parse(text.trim()) !== undefined))
    const [first] = fitting
    if (first === undefined) return undefined
    const [format] = first
    // Formats of the same order differ only in leading zeros.
    const others = fitting.map(([other]) => other).filter((other) => orderOf(other) !== orderOf(format))
    return { type, format, ...(others.length === 0 ? {} : { others: others.slice(0, 1) }) }
  })

const orderOf = (format: string): string => format.replaceAll(/([a-zA-Z])\1*/g, "$1")

/** Months. Without one before October, `10.2024` could be a number too. */
const inMonths = texts((all) => {
  const sign = ([".", "/", "-"] as const).find((one) =>
    all.every((text) => /^(?:0[1-9]|1[0-2]).(?:19|20)\d\d$/.test(text.trim()) && text.trim()[2] === one)
  )
  const isMonthly = sign !== undefined && (sign !== "." || all.some((text) => text.trim().startsWith("0")))
  return isMonthly ? { type: "date", format: `MM${sign}yyyy` } : undefined
})

const halves = parsers(["yyyy h:mm a", "yyyy h:mm:ss a"])

const clockOfTwelve = texts((all) => {
  const [found] = halves.filter(([, parse]) => all.every((text) => parse(`2000 ${text.trim()}`) !== undefined))
  return found === undefined ? undefined : { type: "time", format: found[0].slice("yyyy ".length) }
})

const unitless = /^[-+\u2212(]?\s*\d[\d\s.,'\u2019]*\)?$/
const unit = /\p{Sc}|\b(?:RUB|USD|EUR|GBP|KZT|UAH|PLN|CZK|CHF|CNY|TRY|SEK|NOK|DKK)\b|руб\.?|грн\.?|zł|Kč/u

const styles = ["1.234,56", "1,234.56"] as const

/** The format of numbers in which all of them can be read; the style is named where a comma could mean two things. */
const styled = (all: ReadonlyArray<string>, word: string): ValueGuess | undefined => {
  const plain = all.map(numberParser(word === "" ? undefined : word))
  if (plain.some((value) => value === undefined)) return undefined
  const isAmbiguous = plain.some((value) => value === ambiguous)
  if (!isAmbiguous && !(word === "" && everyPointMayGroup(all)))
    return { type: "decimal", ...(word === "" ? {} : { format: word }) }
  const named = styles.map((style) => [style, word === "" ? style : `${word} ${style}`] as const)
  const fitting = named.filter(([style, format]) => {
    const parse = numberParser(format)
    return all.every((text) => parse(text) !== undefined) && !all.some((text) => isOfOther(text, style))
  })
  const [first, second] = fitting
  if (first === undefined) return undefined
  return { type: "decimal", format: first[1], ...(second === undefined ? {} : { others: [second[1]] }) }
}

/** `1.000`, `2.000`, `12`: no fraction is shorter than a group or behind a 0. */
const everyPointMayGroup = (all: ReadonlyArray<string>): boolean =>
  all.some(pointMayGroup) && all.every((text) => pointMayGroup(text) || /^\s*[+-]?\d{1,3}\s*$/.test(text))

/** Whether the text shows the other style: `0,5` and `12,50` have a decimal comma, `1,234.5` has one that groups. */
const isOfOther = (text: string, style: (typeof styles)[number]): boolean => {
  const digits = text.replaceAll(/[^\d.,]/g, "")
  const [commaLast, pointLast] = [digits.lastIndexOf(","), digits.lastIndexOf(".")]
  const groups = (sign: "," | ".") => digits.split(sign).length > 2
  if (style === "1.234,56") return groups(",") || (commaLast >= 0 && pointLast > commaLast)
  return groups(".") || (pointLast >= 0 && commaLast > pointLast) || /^0,|,(?:\d{1,2}|\d{4,})$/.test(digits)
}

const money = texts((all) =>
  all.some((text) => unit.test(text)) &&
  all.every((text) => text.length <= 100 && /\d/.test(text)) &&
  !all.some(isMonth)
    ? styled(all, "currency")
    : undefined
)

const percent = texts((all) =>
  all.every((text) => /^[-+\u2212]?[\d\s.,]+%$/.test(text.trim())) ? styled(all, "percent") : undefined
)

const isMonth = (text: string): boolean => /^\d\d?\.\d{4}$/.test(text)
/** An identifier such as `007`, or a version such as `1.2.3`. */
const isCode = (text: string): boolean => /^[-+]?0\d/.test(text) || /\d\.\d{1,2}\.\d/.test(text)

/** Numbers with a decimal comma or groups; whole numbers in text stay text. */
const grouped = texts((all) => {
  const isNumber = (text: string) => unitless.test(text.trim()) && !isCode(text.trim()) && !isMonth(text)
  return all.every(isNumber) && all.some((text) => /[,.]\d+$/.test(text.trim())) ? styled(all, "") : undefined
})

const timeName =
  /(?:^|_)(?:at|on|time|date|ts|timestamp|created|updated|modified|changed|closed|since|until|expires)(?:$|_)/i

const isTimely = (name: string): boolean => timeName.test(name.replaceAll(/([a-z])([A-Z])/g, "$1_$2"))

/** Numbers since 1970, from 2001 to 2096, where the name tells of a time. */
const epoch: Test = (values, name) => {
  if (!isTimely(name)) return undefined
  const from = (format: string, scale: number): ValueGuess | undefined =>
    values.every((value) => {
      const number = typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value)) ? Number(value) : 0
      return number >= 1e9 * scale && number < 4e9 * scale
    })
      ? { type: "timestamp", format }
      : undefined
  return from("unix", 1) ?? from("unix-ms", 1e3) ?? from("unix-us", 1e6)
}

const compactDay = compilePattern("yyyyMMdd")

/** Days without signs between their digits, where the name tells of a time. */
const compact: Test = (values, name) =>
  isTimely(name) &&
  values.every((value) => /^(?:19|20)\d{6}$/.test(String(value)) && compactDay(String(value)) !== undefined)
    ? { type: "date", format: "yyyyMMdd" }
    : undefined

/** From the most to the least specific; the first that fits every value counts. */
const tests: ReadonlyArray<Test> = [
  every("boolean", (value) => typeof value === "boolean" || value === "true" || value === "false"),
  inWords,
  epoch,
  compact,
  // Ids grow, so whole numbers are proposed as bigint from the start.
  every("bigint", (value) => typeof value === "number" && Number.isSafeInteger(value)),
  decimals,
  everyText({ type: "uuid" }, (text) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)),
  everyText({ type: "date" }, (text) => text.length === 10 && parseIso(text) !== undefined),
  everyText({ type: "timestamp" }, isMoment),
  inFormat("date", dayFormats),
  inMonths,
  inFormat("timestamp", momentFormats),
  everyText(
    { type: "timestamp", format: "rfc822" },
    (text) => /^[A-Za-z]{3},? /.test(text) && parseRfc822(text) !== undefined
  ),
  everyText({ type: "timestamp", format: "/Date()/" }, (text) => /^\/Date\(-?\d{1,15}(?:[+-]\d{4})?\)\/$/.test(text)),
  everyText({ type: "time" }, (text) => /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/.test(text)),
  clockOfTwelve,
  everyText({ type: "integer", format: "duration" }, (text) =>
    /^-?P(?=T?\d)(?:\d+[DW])?(?:T(?:\d+[HMS])+)?$/.test(text)
  ),
  percent,
  money,
  grouped,
  every("text", (value) => typeof value !== "object")
]

/** Whether a value is present: null, an empty text and a date of zeros are absent. */
export const hasValue = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== "" && !(typeof value === "string" && isZeroDate(value.trim()))

/** `values`: at least one value, none of them empty. */
export const guessValue = (values: ReadonlyArray<unknown>, name: string): ValueGuess => {
  for (const test of tests) {
    const found = test(values, name)
    if (found !== undefined) return found
  }
  return { type: "json" }
}
