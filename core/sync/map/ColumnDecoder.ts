/**
 * Turns what a vendor sent into text that PostgreSQL is certain to accept as the declared type. It is lenient about
 * form (`"1 234,56"`, `"true"`, `1`, `""` for nothing) and strict about meaning: a value that cannot be read for sure
 * is rejected. So is `true` for a number, because finding a row that PostgreSQL refuses means searching all rows.
 */
import type { BooleanWords, Column, ColumnType } from "../../config/Column.ts"
import { compilePattern } from "../../config/values/DatePattern.ts"
import {
  dateText,
  isPlainDate,
  isPlainTimestamp,
  isZeroDate,
  type Parts,
  parseIso,
  timestampText,
  timeText
} from "../../config/values/DateText.ts"
import { isDurationFormat } from "../../config/values/DurationText.ts"
import { decidingFormats, isStyle, numberParser, wholeParser } from "../../config/values/NumberFormat.ts"
import { ambiguous } from "../../config/values/NumberText.ts"
import { parseRfc822 } from "../../config/values/Rfc822.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { unmark } from "../../upstream/records/ExactNumbers.ts"
import { epoch } from "./Epoch.ts"
import { arrayLiteral, cleanJson, cleanText, maxDepth, type Repairs } from "./SourceText.ts"

/** A value that cannot become the declared type. */
export class RejectedValue {
  readonly why: Reason
  readonly value: unknown
  constructor(why: Reason, value: unknown) {
    this.why = why
    this.value = value
  }
}

export type DecodedValue = string | null | RejectedValue

/** Compiled once per column. `repairs` counts the texts whose characters had to be replaced. */
export type Decoder = (value: unknown) => DecodedValue

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const numeral = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i
const int4 = 2_147_483_647n
const int8 = 9_223_372_036_854_775_807n

/** Made once: a source may send nothing but rejected values. */
const whys = {
  whole: reason("reject.notWhole"),
  decimal: reason("reject.notDecimal"),
  double: reason("reject.notDouble"),
  boolean: reason("reject.notBoolean"),
  uuid: reason("reject.notUuid"),
  time: reason("reject.notTime"),
  deep: reason("reject.deep", { limit: maxDepth })
} as const

/** Reads a number, or rejects text that is not one. */
const numberReader = (
  format: string | undefined,
  unformatted: Reason,
  parserOf: typeof numberParser = numberParser
): ((value: unknown) => string | RejectedValue) => {
  const parse = parserOf(format)
  const two = reason("reject.twoNumbers", { formats: decidingFormats(format) })
  const isSpan = format !== undefined && isDurationFormat(format)
  const none =
    format === undefined || isStyle(format)
      ? unformatted
      : reason(isSpan ? "reject.notSpan" : "reject.notNumber", { format })
  return (value) => {
    const text = parse(value)
    if (text === ambiguous) return new RejectedValue(two, value)
    return text ?? new RejectedValue(none, value)
  }
}

/** `1.5e3`, `17.0`; nothing where it is no whole number. */
const integral = (text: string): bigint | undefined => {
  const [, sign, digits = "", fraction = "", exponent = "0"] = numeral.exec(text) ?? []
  if (sign === undefined) return undefined
  const [all, end] = [digits + fraction, digits.length + Number(exponent)]
  if (/[^0]/.test(all.slice(Math.max(0, end)))) return undefined
  const exact = BigInt(all.slice(0, Math.max(0, end)).padEnd(Math.max(0, end), "0"))
  return sign === "-" ? -exact : exact
}

const whole = (limit: bigint, format: string | undefined): Decoder => {
  const read = numberReader(format, whys.whole, wholeParser)
  const isPlain = format === undefined
  const outside = reason("reject.range", { type: limit === int4 ? "integer" : "bigint" })
  return (value) => {
    if (isPlain && typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 2_147_483_647)
      return String(value)
    const text = read(value)
    if (text instanceof RejectedValue) return text
    const exact = integral(text)
    if (exact === undefined) return new RejectedValue(whys.whole, value)
    return exact > limit || exact < -limit - 1n ? new RejectedValue(outside, value) : String(exact)
  }
}

const double = (format: string | undefined): Decoder => {
  const read = numberReader(format, whys.double)
  return (value) => {
    const text = read(value)
    if (text instanceof RejectedValue) return text
    const parsed = Number(text)
    return Number.isFinite(parsed) ? String(parsed) : new RejectedValue(whys.double, value)
  }
}

const usualWords: BooleanWords = { true: ["true", "t", "yes", "y", "1"], false: ["false", "f", "no", "n", "0"] }

/** Declared words replace the usual ones; what JSON has for true and false is always understood. */
const truth = (declared: BooleanWords | undefined): Decoder => {
  const { false: no, true: yes } = declared ?? usualWords
  const truths = new Map([
    ...yes.map((word) => [word.trim().toLowerCase(), "true"] as const),
    ...no.map((word) => [word.trim().toLowerCase(), "false"] as const)
  ])
  const why = declared === undefined ? whys.boolean : reason("reject.notWord", { words: [...yes, ...no].join(", ") })
  return (value) => {
    if (typeof value === "boolean") return String(value)
    // `[1]` would be written as 1.
    const text = typeof value === "object" ? undefined : truths.get(String(value).trim().toLowerCase())
    return text ?? new RejectedValue(why, value)
  }
}

const moment = (format: string | undefined, timezone: string): ((value: unknown) => Parts | undefined) => {
  const number = epoch(format, timezone)
  if (number !== undefined) return number
  const parse = textParser(format)
  const textOf = dateTextOf(format)
  return (value) => {
    const text = textOf(value)
    return text === undefined ? undefined : parse(text)
  }
}

/**
 * What a pattern reads. A number is read by a pattern of digits alone (`20260305` by `yyyyMMdd`), with the zeros that it
 * cannot begin with.
 */
const dateTextOf = (format = ""): ((value: unknown) => string | undefined) => {
  const isCompact = /^(?:yyyy|MM|dd|HH|mm|ss)+$/.test(format)
  return (value) => {
    if (typeof value === "string") return value.trim()
    return isCompact && Number.isSafeInteger(value) ? String(value).padStart(format.length, "0") : undefined
  }
}

const textParser = (format: string | undefined): ((text: string) => Parts | undefined) => {
  if (format === undefined || format === "iso") return parseIso
  return format === "rfc822" ? parseRfc822 : compilePattern(format)
}

/** Nothing for a date of zeros, which stands for none; a rejection for anything else. */
const noMoment = (format: string | undefined, why: Reason): ((value: unknown) => DecodedValue) => {
  const textOf = dateTextOf(format)
  return (value) => (isZeroDate(textOf(value) ?? "") ? null : new RejectedValue(why, value))
}

const clock = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,6})\d*)?)?$/
/** PostgreSQL would round it, up to 24:00:00. In timestamps it is cut off, too. */
const finer = /(\.\d{6})\d+$/

const scalarDecoder = (type: ColumnType, column: Column, timezone: string, repairs: Repairs): Decoder => {
  const plain = column.format === undefined || column.format === "iso"
  // A value nested that deeply is not shown either.
  const json: Decoder = (value) => cleanJson(value, repairs) ?? new RejectedValue(whys.deep, null)
  switch (type) {
    case "text":
      return (value) =>
        typeof value === "string" ? cleanText(value, repairs) : typeof value === "object" ? json(value) : String(value)
    case "uuid":
      return (value) => {
        const text = typeof value === "string" ? value.trim() : ""
        return uuid.test(text) ? text.toLowerCase() : new RejectedValue(whys.uuid, value)
      }
    case "integer":
      return whole(int4, column.format)
    case "bigint":
      return whole(int8, column.format)
    case "decimal":
      return numberReader(column.format, whys.decimal)
    case "double":
      return double(column.format)
    case "boolean":
      return truth(column.words)
    case "date": {
      const parse = moment(column.format, timezone)
      const none = noMoment(column.format, reason("reject.notDate", { format: column.format ?? "yyyy-MM-dd" }))
      return (value) => {
        if (plain && typeof value === "string" && isPlainDate(value)) return value
        const parts = parse(value)
        return parts === undefined ? none(value) : dateText(parts)
      }
    }
    case "time": {
      const parse = column.format === undefined ? undefined : compilePattern(`yyyy ${column.format}`)
      const why = reason("reject.notTimeOf", { format: column.format ?? "HH:mm:ss" })
      const textOf = dateTextOf(column.format)
      return (value) => {
        const text = textOf(value)
        if (text === undefined) return new RejectedValue(whys.time, value)
        const parts = parse?.(`2000 ${text}`)
        if (parts !== undefined) return timeText(parts)
        return parse === undefined && clock.test(text)
          ? text.replace(",", ".").replace(finer, "$1")
          : new RejectedValue(why, value)
      }
    }
    case "timestamp": {
      const parse = moment(column.format, timezone)
      const none = noMoment(column.format, reason("reject.notTimestamp", { format: column.format ?? "ISO 8601" }))
      return (value) => {
        if (plain && typeof value === "string" && isPlainTimestamp(value)) return value
        const parts = parse(value)
        return parts === undefined ? none(value) : timestampText(parts, timezone)
      }
    }
    case "json":
      return json
  }
}

/** An empty string counts as null, except in text. */
const empty = (value: unknown): boolean =>
  typeof value === "string" && (value === "" || (value.charCodeAt(0) <= 32 && value.trim() === ""))

export const decoder = (column: Column, timezone: string, repairs: Repairs): Decoder => {
  const type = column.lookup === undefined ? column.type : "text"
  const decode = scalarDecoder(type, column, timezone, repairs)
  // JSON distinguishes a number from text; all other types want its digits.
  const scalar: Decoder = type === "json" ? decode : (value) => decode(unmark(value))
  const { false: no = [], true: yes = [] } = column.words ?? {}
  const keepsEmpty = type === "text" || type === "json" || [...no, ...yes].includes("")
  if (!column.array || column.lookup !== undefined) {
    return (value) => (value === null || value === undefined || (!keepsEmpty && empty(value)) ? null : scalar(value))
  }
  return (value) => {
    if (value === null || value === undefined || empty(value)) return null
    const items: Array<string | null> = []
    for (const item of Array.isArray(value) ? value : [value]) {
      const decoded = item === null || item === undefined || (!keepsEmpty && empty(item)) ? null : scalar(item)
      if (decoded instanceof RejectedValue) return decoded
      items.push(decoded)
    }
    return arrayLiteral(items)
  }
}
