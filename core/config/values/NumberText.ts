/**
 * Converts numbers from vendors' formats to text with digits and a point. An ambiguous number is rejected unless the
 * field's `format` says which one is meant.
 */

const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e([+-]?\d+))?$/i

/** `1,234`: more than a thousand in one country, one and a quarter in another. */
const twoMeanings = /^[+-]?[1-9]\d{0,2},\d{3}$/

const checked = (text: string): string | undefined => {
  const exponent = number.exec(text)
  return exponent === null || text.length > 1_000 || Math.abs(Number(exponent[1] ?? 0)) > 1_000 ? undefined : text
}

/** Spaces of any width and apostrophes only ever group thousands. */
const everywhere = "[\\s'\u2019]"
const separator = new RegExp(`[.,]|${everywhere}`)

/** A grouped number never begins with 0, and each further group has three digits. */
const groupedBy = (separator: string): RegExp => new RegExp(`^[+-]?[1-9]\\d{0,2}(?:${separator}\\d{3})+$`)

const inGroups = {
  ",": [groupedBy(","), groupedBy(everywhere)],
  ".": [groupedBy("\\."), groupedBy(everywhere)]
} as const

/**
 * Converts `1 234,56`, `1.234,56` and `1,234.56` to `1234.56`, given the grouping sign; the other one is the decimal
 * point.
 */
const ungrouped = (text: string, groups: keyof typeof inGroups): string | undefined => {
  const point = groups === "," ? "." : ","
  const end = text.indexOf(point)
  const whole = end < 0 ? text : text.slice(0, end)
  if (separator.test(whole) && !inGroups[groups].some((form) => form.test(whole))) return undefined
  return checked(whole.split(separator).join("") + (end < 0 ? "" : `.${text.slice(end + 1)}`))
}

/** Removes surrounding space, and space after a sign. */
const trimmed = (text: string): string => text.trim().replace(/^([+-])\s+/, "$1")

/**
 * `undefined`: not a number, such as a boolean; `ambiguous`: one of two numbers, and the declaration does not say
 * which.
 */
export type NumberText = (value: unknown) => string | undefined
export const ambiguous = "ambiguous"

const ofOther = (value: unknown): string | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined
  return typeof value === "bigint" ? String(value) : undefined
}

const undeclared: NumberText = (value) => {
  if (typeof value !== "string") return ofOther(value)
  if (isPlain(value)) return value
  const text = trimmed(value)
  if (twoMeanings.test(text)) return ambiguous
  // The last of two different signs is the decimal point; so is a single one.
  return ungrouped(text, text.lastIndexOf(".") >= text.lastIndexOf(",") ? "," : ".")
}

const isPlain = (text: string): boolean => text.length < 100 && /^-?\d+(?:\.\d+)?$/.test(text)

/** `1.299,00`. In its column, `1.299` would be more than a thousand, too. */
const pointsGroup = /\.\d{3},/
/** `1.299`: as programs write a fraction, and as people write more than a thousand. */
export const pointMayGroup = (text: string): boolean =>
  text.includes(".") && /^[+-]?[1-9]\d{0,2}\.\d{3}$/.test(trimmed(text))

/** As programs write: `1.299` is a little more than one, so `1.299,00` is ambiguous. */
const byProgram: NumberText = (value) => {
  const text = undeclared(value)
  if (text === value || text === undefined || typeof value !== "string") return text
  return pointsGroup.test(value) ? ambiguous : text
}

/** As people write: `1.299,00` is more than a thousand, so `1.299` is ambiguous. */
const byPeople: NumberText = (value) => {
  const text = undeclared(value)
  return typeof value === "string" && pointMayGroup(value) ? ambiguous : text
}

/** `1.234`, `0.500`: groups, or what looks like groups. */
const inPoints = /^[+-]?\d{1,3}(?:\.\d{3})+$/

/** The text of a JSON number that a double would change: it always has a point, whatever is declared. */
const isExact = (text: string): boolean => /e/i.test(text) || text.replaceAll(/\D/g, "").length > 15

/** Where the point groups, `12.5` is not as declared: accepted, `1.25` and `1.250` of one list would differ by a thousand. */
const declaredAs =
  (groups: keyof typeof inGroups): NumberText =>
  (value) => {
    if (typeof value !== "string") return ofOther(value)
    const text = trimmed(value)
    const hasOtherPoint = groups === "." && text.includes(".") && (inPoints.test(text) || !isExact(text))
    return (hasOtherPoint ? undefined : checked(text)) ?? ungrouped(text, groups)
  }

const declared = (format: string | undefined): NumberText | undefined =>
  format === "1,234.56" || format === "1.234,56" ? declaredAs(format === "1,234.56" ? "," : ".") : undefined

/** No column takes both `1.299` and `1.299,00`, unless its format says what the point is. */
export const numberText = (format: string | undefined): NumberText => declared(format) ?? byProgram

/** For whole numbers, where a fraction is not expected, and for numbers with a unit, which were written for people. */
export const writtenNumber = (format: string | undefined): NumberText => declared(format) ?? byPeople
