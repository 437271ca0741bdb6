/**
 * The places of records in an answer of JSON where one pointer to an array does not say them: values of an object,
 * records in wrappers, several arrays. And the names under which a record has what stands around it: keys of objects,
 * bounds of its window.
 */
import { anyItem, pointerTo, tokensOf } from "./Pointer.ts"

export interface RecordPlace {
  /** The tokens of its pointer; `*` is every item of an array and every value of an object. One of them is `*`. */
  readonly tokens: ReadonlyArray<string>
  /** The pointer names an array and ends without `*`: an object in its place is a mistake. */
  readonly isArray?: true
}

/**
 * The name under which a record has its key in the object that holds it. `level` counts the `*` of the pointer from the
 * last one, which is 0.
 */
export const keyName = (level: number): string => `${"../".repeat(level)}#key`

export const isKeyName = (name: string): boolean => /^(?:\.\.\/)*#key$/.test(name)

export type WindowBound = "from" | "to"

export const windowBounds: ReadonlyArray<WindowBound> = ["from", "to"]

/** The name under which a record of the outermost list has a bound of the window in which it was read. */
export const boundName = (bound: WindowBound): string => `../${bound}`

export const isBoundName = (name: string | undefined): boolean =>
  windowBounds.some((bound) => boundName(bound) === name)

/** The name under which a record has the time at which what it leads to was loaded. It is no field of the source. */
export const loadedName = "../loaded"

/** Undefined if the pointer is malformed. */
export const placeOf = (pointer: string): RecordPlace | undefined => {
  const tokens = tokensOf(pointer)
  if (tokens === undefined) return undefined
  return tokens.includes(anyItem) ? { tokens } : { tokens: [...tokens, anyItem], isArray: true }
}

/** The places as YAML writes them. */
export const placeTexts = (places: ReadonlyArray<RecordPlace>): ReadonlyArray<string> =>
  places.map(({ isArray, tokens }) => pointerTo(isArray === true ? tokens.slice(0, -1) : tokens))

/** How many `*` lead to a record, where they are fewest. */
export const levelsOf = (places: ReadonlyArray<RecordPlace>): number =>
  Math.min(...places.map(({ isArray, tokens }) => (isArray === true ? 0 : tokens.filter(isAny).length)))

const isAny = (token: string): boolean => token === anyItem

/** Whether a value could be at both places, or one of them is within the other. */
export const overlap = (one: RecordPlace, other: RecordPlace): boolean =>
  one.tokens.every((token, at) => {
    const twin = other.tokens[at]
    return twin === undefined || twin === token || isAny(twin) || isAny(token)
  })

/** The way to the outermost list. */
export const wayTo = ({ tokens }: RecordPlace): ReadonlyArray<string> => tokens.slice(0, tokens.indexOf(anyItem))
