/**
 * The formats of numbers: how thousands and fractions are written (`1,234.56`, `1.234,56`), `currency`, `percent` or
 * `share`, alone or before one of these, and spans of time, which become seconds.
 */
import { durationSeconds, isDurationFormat } from "./DurationText.ts"
import { ambiguous, type NumberText, numberText, writtenNumber } from "./NumberText.ts"
import { shiftDecimal } from "./Shift.ts"

const styles = ["1,234.56", "1.234,56"] as const
const words = ["currency", "percent", "share"] as const
type Word = (typeof words)[number]

export const numberFormats = [...styles, ...words, "duration", "H:mm", "m:ss"] as const

interface Format {
  readonly word: Word | undefined
  readonly style: string | undefined
}

const parsed = (format: string): Format | undefined => {
  const word = words.find((one) => format === one || format.startsWith(`${one} `))
  const rest = word === undefined ? format : format.slice(word.length + 1)
  const style = styles.find((one) => one === rest)
  return style === undefined && rest !== "" ? undefined : { word, style }
}

export const isNumberFormat = (format: string): boolean =>
  isDurationFormat(format) || (format !== "" && parsed(format) !== undefined)

/** The format with a style, if it is a word without one. */
export const withStyle = (format: string, style: string): string =>
  words.some((word) => word === format) ? `${format} ${style}` : format

/** Whether it only says how thousands and fractions are written. */
export const isStyle = (format: string): boolean => styles.some((style) => style === format)

/** The two formats of which one must be declared if a number can be read as both. */
export const decidingFormats = (format: string | undefined): string => {
  const word = format === undefined ? undefined : parsed(format)?.word
  return styles.map((style) => `\`format: ${word === undefined ? "" : `${word} `}${style}\``).join(" or ")
}

/** The parser of a format; the usual way to write a number without one. */
export const numberParser = (format: string | undefined): NumberText => parser(format, numberText)

/** The same for a column of whole numbers: `1.000` is one or a thousand. */
export const wholeParser = (format: string | undefined): NumberText => parser(format, writtenNumber)

const parser = (format: string | undefined, plain: typeof numberText): NumberText => {
  if (format !== undefined && isDurationFormat(format)) return durationSeconds(format)
  const { style, word } = (format === undefined ? undefined : parsed(format)) ?? { word: undefined, style: undefined }
  const parse = plain(style)
  const written = writtenNumber(style)
  switch (word) {
    case undefined:
      return parse
    case "currency":
      return (value) => (typeof value === "string" ? ofCurrency(value, written) : parse(value))
    case "percent":
      return (value) => {
        const number = typeof value === "string" ? percent.exec(value)?.[1] : undefined
        return number === undefined ? parse(value) : written(number)
      }
    case "share":
      return (value) => (typeof value === "string" ? shareOf(value, written) : undefined)
  }
}

const percent = /^([^%]{0,100})%\s*$/

/** `12,5 %` is 0.125. Without the sign it may be 12.5 or 1250 per cent, so it is none. */
const shareOf = (text: string, parse: NumberText): string | undefined => {
  const number = percent.exec(text)?.[1]
  const per = number === undefined ? undefined : parse(number)
  return per === undefined || per === ambiguous ? per : shiftDecimal(per, 2)
}

/** Longer texts are no sums of money. */
const maxLength = 100

/** A sign such as `$`, `US$` or `₽`, a code of three letters, or an abbreviation. */
const unit = "(?:\\p{Lu}{0,3}\\p{Sc}|[A-Z]{3}|руб\\.?|р\\.|грн\\.?|тг\\.?|лв\\.?|сум|zł|Kč|Ft|kr\\.?|Fr\\.?|lei)"
/** A dash in place of the cents: `19,-`, `99.–`, `99,--`. */
const noCents = /(?<=\d[.,])\s?[-\u2010-\u2015\u2212]{1,2}(?=[^\d\u2010-\u2015\u2212-]*$)/u
/** A minus or, on price tags, no euros: `-,99`. */
const noWhole = /^[^\d]*[-\u2212]\s*,\d/u
const before = new RegExp(`^${unit}\\s*(?=[\\d.,+\\-\u2212])`, "u")
const behind = new RegExp(`(?<=[\\d.,\\s])\\s*${unit}$`, "u")
const minus = /^[-\u2212]\s*|\s*[-\u2212]$/u

/** Takes one unit, and one sign of a negative number: a minus before or behind it, or brackets around it. */
const ofCurrency = (value: string, parse: NumberText): string | undefined => {
  if (value.length > maxLength || noWhole.test(value)) return undefined
  const text = value.trim().replace(noCents, "")
  const inner = /^\((.*)\)$/.exec(text)?.[1]
  const unsigned = (inner ?? text).replace(minus, "")
  const unitless = unsigned.replace(before, "")
  const number = (unitless === unsigned ? unsigned.replace(behind, "") : unitless).trim()
  const bare = number.replace(minus, "")
  const signs = (inner === undefined ? 0 : 1) + (unsigned === (inner ?? text) ? 0 : 1) + (bare === number ? 0 : 1)
  if (signs > 1) return undefined
  const parsedNumber = parse(bare)
  if (parsedNumber === undefined || parsedNumber === ambiguous || signs === 0) return parsedNumber
  return /^[+-]/.test(parsedNumber) ? undefined : `-${parsedNumber}`
}
