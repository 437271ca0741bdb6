/** Text for the daemon's own tables: neither `text` nor `jsonb` holds a NUL or half of a surrogate pair. */
import { type Reason, render } from "../../reason/Reason.ts"

export const toStorable = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd")

/** The sentence of a reason, storable. */
export const storableSentence = (why: Reason): string => toStorable(render(why))

/** Returns the value as JSON with names and texts storable. */
export const json = (value: unknown): string => {
  const text = JSON.stringify(value)
  return suspicious.test(text) ? JSON.stringify(cleaned(JSON.parse(text))) : text
}

/** Matches what JSON.stringify writes for a NUL and for half of a pair. */
const suspicious = /\\u(?:0000|d[89a-f])/i

const cleaned = (value: unknown): unknown => {
  if (typeof value === "string") return toStorable(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [toStorable(name), cleaned(inner)]))
}
