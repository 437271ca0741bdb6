/** The places of values and records: JSON Pointers, top-level names, and the parent's record. */
import { type Reason, reason } from "../reason/Reason.ts"
import type { Column, Pointer } from "./Column.ts"

/** The tokens of an RFC 6901 pointer; `undefined`: it is malformed. */
export const tokensOf = (pointer: string): ReadonlyArray<string> | undefined => {
  if (pointer === "") return []
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return undefined
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))
}

/** A name as a token of a pointer. */
export const tokenText = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1")

/** The pointer of which `tokensOf` makes the tokens. */
export const pointerTo = (tokens: ReadonlyArray<string>): string =>
  tokens.map((token) => `/${tokenText(token)}`).join("")

/** The value at the tokens: objects by their own keys, arrays by index; undefined if the path ends early. */
export const follow = (start: unknown, tokens: ReadonlyArray<string>): unknown =>
  tokens.reduce<unknown>(
    (value, token) =>
      typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, token)?.value : undefined,
    start
  )

/** The places of declared columns in an entity's own records. */
export const ownTokens = (columns: ReadonlyArray<Column>): ReadonlyArray<ReadonlyArray<string>> =>
  columns.flatMap(({ source }) => pointersOf(source).flatMap(({ tokens, up }) => (up === 0 ? [tokens] : [])))

/** Every place where a column may look. */
export const pointersOf = (source: Column["source"]): ReadonlyArray<Pointer> => {
  if (source._tag === "Joined") return source.pointers
  if (source._tag !== "Pointer") return []
  return source.otherwise === undefined ? [source.pointer] : [source.pointer, source.otherwise]
}

const index = /^\d+$/

/**
 * Like `follow`, but a list on the path is searched item by item: in XML one child is an object and two are a list, and
 * the values of both are wanted. A list returns what was found in its items; undefined if none of them has the value.
 */
export const followAll = (start: unknown, tokens: ReadonlyArray<string>): unknown => {
  let value = start
  for (const [at, token] of tokens.entries()) {
    if (Array.isArray(value) && !index.test(token)) {
      const rest = tokens.slice(at)
      const found = value.flatMap((item) => followAll(item, rest) ?? [])
      return found.length === 0 ? undefined : found
    }
    if (typeof value !== "object" || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, token)?.value
  }
  return value
}

/** In the place of records and below it: every item of an array and every value of an object. */
export const anyItem = "*"

/** Whether a value could be at both places, or within the outer one. */
export const isWithin = (place: ReadonlyArray<string>, outer: ReadonlyArray<string>): boolean =>
  outer.every((token, at) => place[at] === token || place[at] === anyItem || (token === anyItem && at < place.length))

/**
 * The value without what is at some places below it, in which `*` is any name; undefined if it is one of them. Lists as
 * in `followAll`.
 */
export const withoutPlaces = (value: unknown, places: ReadonlyArray<ReadonlyArray<string>>): unknown => {
  if (places.some(({ length }) => length === 0)) return undefined
  if (typeof value !== "object" || value === null || places.length === 0) return value
  if (Array.isArray(value)) {
    const inItem = (at: number) =>
      places.flatMap((place) => {
        const [token = "", ...rest] = place
        if (token === anyItem) return [rest]
        return index.test(token) ? (Number(token) === at ? [rest] : []) : [place]
      })
    return value.map((item: unknown, at) => withoutPlaces(item, inItem(at)))
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
      const kept = withoutPlaces(
        inner,
        places.flatMap(([token, ...rest]) => (token === name || token === anyItem ? [rest] : []))
      )
      return kept === undefined ? [] : [[name, kept]]
    })
  )
}

/** Parses `name`, `/a/b/0`, `../name`, `../a/b` or `../../name`; returns a reason if it is invalid. */
export const parsePointer = (from: string): Pointer | Reason => {
  if (from === "") return reason("pointer.empty", { key: "from" })
  const [steps = ""] = /^(?:\.\.\/)*/.exec(from) ?? []
  const up = steps.length / 3
  if (up === 0 && !from.startsWith("/")) return { up, tokens: [from] }
  const tokens = tokensOf(up === 0 ? from : `/${from.slice(steps.length)}`)
  if (tokens === undefined) return reason("pointer.escape", { pointer: from })
  if (tokens.at(-1) === "") return reason("pointer.slash", { pointer: from })
  return { up, tokens }
}

/** The form that `from` would use: a plain top-level name, unless it reads like a pointer. */
export const pointerText = (tokens: ReadonlyArray<string>): string => {
  const [only = "", ...deeper] = tokens
  return deeper.length === 0 && !/^\.*\//.test(only) ? only : pointerTo(tokens)
}

/** The object that contains a field, given the field's name from `pointerText`; '' is the record itself. */
export const placeOf = (name: string): string => (name.startsWith("/") ? name.slice(0, name.lastIndexOf("/")) : "")

/** `start_date` becomes `startDate`, the vendor's spelling. */
export const camelCase = (column: string): string =>
  column.replace(/(?<=[^_])_+([^_])/g, (_, letter: string) => letter.toUpperCase())

/** `MeasureUnit` becomes `measure_unit`. */
export const snakeCase = (value: string): string =>
  value
    .replace(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, "_")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase()
