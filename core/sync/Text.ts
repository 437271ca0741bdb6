/** Text as PostgreSQL can hold it. */
import { withNumbers } from "../upstream/ExactNumbers.ts"

/** Matches what JSON.stringify writes for a NUL character or half of a surrogate pair. */
const suspicious = /\\u(?:0000|d[89a-f])/i

/** How many values had characters PostgreSQL cannot hold; each such character became U+FFFD. */
export interface Repairs {
  count: number
}

export const clean = (text: string, repairs: Repairs): string => {
  if (!text.includes("\0") && text.isWellFormed()) return text
  repairs.count += 1
  return text.toWellFormed().replaceAll("\0", "\ufffd")
}

/** JSON text that `jsonb` accepts, its numbers with every digit; it refuses NUL characters and lone surrogates. */
export const cleanJson = (value: unknown, repairs: Repairs): string => withNumbers(cleaned(value, repairs))

const cleaned = (value: unknown, repairs: Repairs): string => {
  const text = JSON.stringify(value)
  if (!suspicious.test(text)) return text
  const scan: Repairs = { count: 0 }
  const result = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "string") return clean(inner, scan)
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).map(([key, child]) => [clean(key, scan), child]))
  })
  if (scan.count > 0) repairs.count += 1
  return result
}

/** An array in PostgreSQL's own notation. */
export const arrayLiteral = (items: ReadonlyArray<string | null>): string =>
  `{${items.map((item) => (item === null ? "NULL" : `"${item.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`)).join(",")}}`
