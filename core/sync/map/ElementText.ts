/**
 * The text of an XML element. An attribute beside it makes an object of it, whose text is `#text`; a column means the
 * same text whether an element has attributes or not.
 */
import type { Pointer } from "../../config/Column.ts"
import { isJsonObject } from "../../upstream/records/Json.ts"

const text = "#text"

/** The element whose text is pointed at. The record itself always is an object. */
export const elementOf = ({ tokens, up }: Pointer): Pointer | undefined =>
  tokens.length > 1 && tokens.at(-1) === text ? { up, tokens: tokens.slice(0, -1) } : undefined

/** The text beside attributes and children, for a list those of its items; undefined if there is none. */
export const ownText = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    const texts = value.flatMap((item) => ownText(item) ?? [])
    return texts.length === 0 ? undefined : texts
  }
  return isJsonObject(value) ? value[text] : value
}

/** The text in place of an element that has nothing but attributes beside it, also in a list; null if it is empty. */
export const plainText = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plainText)
  if (!isJsonObject(value)) return value
  const isPlain = Object.keys(value).every((name) => name === text || name.startsWith("@"))
  return isPlain ? (value[text] ?? null) : value
}
