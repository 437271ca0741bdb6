/** What is told in the daemon's own tables. Neither `text` nor `jsonb` holds a NUL or half of a surrogate pair. */
import { type Reason, render } from "../reason/Reason.ts"

export const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd")

/** The sentence of a reason. */
export const sentence = (why: Reason): string => storable(render(why))

/** As JSON, names and texts alike. */
export const json = (value: unknown): string => {
  const text = JSON.stringify(value)
  return suspicious.test(text) ? JSON.stringify(cleaned(JSON.parse(text))) : text
}

/** What JSON.stringify writes for a NUL and for half of a pair. */
const suspicious = /\\u(?:0000|d[89a-f])/i

const cleaned = (value: unknown): unknown => {
  if (typeof value === "string") return storable(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [storable(name), cleaned(inner)]))
}
