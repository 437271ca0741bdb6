/** Text as PostgreSQL can hold it. */
import { withNumbers } from "../../upstream/records/ExactNumbers.ts"

/** Matches what JSON.stringify writes for a NUL character or half of a surrogate pair. */
const suspicious = /\\u(?:0000|d[89a-f])/i

/** The number of values with characters that PostgreSQL cannot hold; each such character became U+FFFD. */
export interface Repairs {
  count: number
}

export const cleanText = (text: string, repairs: Repairs): string => {
  if (!text.includes("\0") && text.isWellFormed()) return text
  repairs.count += 1
  return text.toWellFormed().replaceAll("\0", "\ufffd")
}

/** The maximal nesting of arrays and objects in one value; PostgreSQL's stack and this process's hold a few more. */
export const maxDepth = 1_000

const isDeeper = (value: unknown, levels: number): boolean => {
  if (typeof value !== "object" || value === null) return false
  if (levels === 0) return true
  const inner: ReadonlyArray<unknown> = Array.isArray(value) ? value : Object.values(value)
  return inner.some((one) => isDeeper(one, levels - 1))
}

/** Returns the value as JSON; undefined if it is nested too deeply to be written or stored. */
export const toJson = (value: unknown): string | undefined => {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  // Each level takes two brackets, so most values need no check.
  return text !== undefined && text.length > 2 * maxDepth && isDeeper(value, maxDepth) ? undefined : text
}

/**
 * Returns JSON text that `jsonb` accepts, its numbers with every digit; `jsonb` refuses NUL characters and lone
 * surrogates. Undefined if it is nested too deeply.
 */
export const cleanJson = (value: unknown, repairs: Repairs): string | undefined => {
  const text = cleaned(value, repairs)
  return text === undefined ? undefined : withNumbers(text)
}

const cleaned = (value: unknown, repairs: Repairs): string | undefined => {
  const text = toJson(value)
  if (text === undefined || !suspicious.test(text)) return text
  const scan: Repairs = { count: 0 }
  const result = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "string") return cleanText(inner, scan)
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).map(([key, child]) => [cleanText(key, scan), child]))
  })
  if (scan.count > 0) repairs.count += 1
  return result
}

/** Copies a text: a slice of another text keeps all of that in memory. Only for well-formed text. */
export const copyText = (text: string): string => (text.length < 13 ? text : Buffer.from(text).toString())

/** Copies a text, cut if it is long. */
export const copyCut = (text: string, longest: number): string =>
  text.length <= longest ? copyText(text) : copyText(`${text.slice(0, longest).toWellFormed()}…`)

/** Returns a key as it is shown to people. */
export const shownKey = (key: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(key).map(([name, text]) => [name, copyCut(text, 500)]))

/** Returns the value as JSON that PostgreSQL can store, cut if it is long. */
export const toStorableJson = (value: unknown, longest: number): string | null => {
  const json = toJson(value)?.toWellFormed().replaceAll("\\u0000", "\\ufffd") ?? null
  const text = json === null ? null : withNumbers(json)
  return text === null || text.length <= longest ? text : copyCut(text, longest)
}

/** Writes an array in PostgreSQL's own notation. */
export const arrayLiteral = (items: ReadonlyArray<string | null>): string =>
  `{${items.map((item) => (item === null ? "NULL" : `"${item.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`)).join(",")}}`
