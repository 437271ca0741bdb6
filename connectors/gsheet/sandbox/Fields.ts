/**
 * Field masks, `sheets(properties(title),merges),spreadsheetId` or `sheets.properties.title`: the requested part of an
 * answer.
 */

type Json = null | string | number | boolean | ReadonlyArray<Json> | { readonly [key: string]: Json }

interface Mask {
  readonly [name: string]: Mask
}

interface ParsedMask {
  readonly mask: Mask
  readonly rest: string
}

/** Names up to the closing parenthesis. */
const list = (text: string): ParsedMask => {
  const first = item(text)
  if (!first.rest.startsWith(",")) return first
  const others = list(first.rest.slice(1))
  return { mask: { ...first.mask, ...others.mask }, rest: others.rest }
}

/** A name, and the requested part of it. */
const item = (text: string): ParsedMask => {
  const [name = ""] = /^[\w*]*/.exec(text) ?? []
  const after = text.slice(name.length)
  if (/^[./]/.test(after)) {
    const { mask, rest } = item(after.slice(1))
    return { mask: { [name]: mask }, rest }
  }
  if (!after.startsWith("(")) return { mask: { [name]: {} }, rest: after }
  const { mask, rest } = list(after.slice(1))
  return { mask: { [name]: mask }, rest: rest.slice(1) }
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const masked = (value: Json, mask: Mask): Json => {
  if (Object.keys(mask).length === 0 || "*" in mask) return value
  if (Array.isArray(value)) return value.map((item) => masked(item, mask))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(mask).flatMap(([name, inner]) => {
      const found = value[name]
      return found === undefined ? [] : [[name, masked(found, inner)]]
    })
  )
}

export const selectFields = (answer: Json, fields: string | null): Json =>
  fields === null ? answer : masked(answer, list(fields).mask)
