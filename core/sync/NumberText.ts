/**
 * Numbers as vendors write them, turned into text with digits and a point. What could mean two numbers is neither: the
 * field says by its `format` which one is meant.
 */

import type { numberFormats } from "../config/Patterns.ts"

const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e([+-]?\d+))?$/i

/** Spaces of any width and apostrophes group thousands wherever they are used, and never mean anything else. */
const bare = (text: string): string => text.replace(/[\s\u00a0\u202f'\u2019]/g, "")

/** `1,234`: a thousand and more in one country, one and a quarter in another. */
const twoMeanings = /^[+-]?[1-9]\d{0,2},\d{3}$/

const checked = (text: string): string | undefined => {
  const exponent = number.exec(text)
  return exponent === null || text.length > 1_000 || Math.abs(Number(exponent[1] ?? 0)) > 1_000 ? undefined : text
}

/** `1 234,56`, `1.234,56` and `1,234.56` as `1234.56`. */
const guessed = (text: string): string => {
  const comma = text.lastIndexOf(",")
  if (comma < 0) return text
  return text.lastIndexOf(".") > comma ? text.replaceAll(",", "") : text.replaceAll(".", "").replace(",", ".")
}

const grouped = {
  "1,234.56": /^[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.\d+)$/,
  "1.234,56": /^[+-]?(?:\d{1,3}(?:\.\d{3})+(?:,\d*)?|\d+,\d+)$/
} as const satisfies Record<(typeof numberFormats)[number], RegExp>

/** `undefined`: no number, as true and false are none; `ambiguous`: one of two, and the declaration does not say which. */
export type NumberText = (value: unknown) => string | undefined
export const ambiguous = "ambiguous"

const ofOther = (value: unknown): string | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined
  return typeof value === "bigint" ? String(value) : undefined
}

const undeclared: NumberText = (value) => {
  if (typeof value !== "string") return ofOther(value)
  if (value.length < 100 && /^-?\d+(?:\.\d+)?$/.test(value)) return value
  const trimmed = value.trim()
  return twoMeanings.test(trimmed) ? ambiguous : checked(guessed(bare(trimmed)))
}

/**
 * A text that is not grouped as declared is read if it has no comma: a number of the source's own JSON with more digits
 * than a double keeps comes as text, and always with a point.
 */
const declaredAs = (format: keyof typeof grouped): NumberText => {
  const [groups, point] = format === "1,234.56" ? [",", "."] : [".", ","]
  return (value) => {
    if (typeof value !== "string") return ofOther(value)
    const text = bare(value)
    if (grouped[format].test(text)) return checked(text.replaceAll(groups, "").replace(point, "."))
    return text.includes(",") ? undefined : checked(text)
  }
}

export const numberText = (format: string | undefined): NumberText =>
  format === "1,234.56" || format === "1.234,56" ? declaredAs(format) : undeclared
