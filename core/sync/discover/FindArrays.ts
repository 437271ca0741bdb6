/** Finds the lists in an answer: arrays, objects keyed by ids, and what wraps each of their records. */
import { follow, tokensOf, tokenText } from "../../config/Pointer.ts"
import { isJsonObject, type JsonObject } from "../../upstream/records/Json.ts"

export interface FoundArray {
  /** A JSON Pointer; empty if the answer is the list. `/*` stands for every item, or every value of an object. */
  readonly pointer: string
  readonly length: number
  /** Whether its items are objects, that is records. */
  readonly isOfRecords: boolean
  /** The number of cells of its items, which are rows: arrays of one length. */
  readonly cells?: number
  /** The list is an object, whose names are no fields: they may be the ids. */
  readonly isKeyed?: true
}

/** An envelope is shallow; anything deeper belongs to a record. */
const maxDepth = 4

/** A number, a day, a UUID or another long identifier; the name of a field is none of these. */
const isId = (name: string): boolean =>
  /^\d+(?:-\d\d-\d\d)?$/.test(name) ||
  /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(name) ||
  /^(?=.*\d)[\da-f]{16,}$/i.test(name)

/** Whether all of them have most of their fields in common. */
const areAlike = (objects: ReadonlyArray<JsonObject>): boolean => {
  const all = objects.map((one) => new Set(Object.keys(one)))
  const [first = new Set<string>(), ...others] = all
  const common = [...first].filter((name) => others.every((names) => names.has(name))).length
  const union = new Set(all.flatMap((names) => [...names])).size
  return common > 0 && common * 2 >= union
}

/**
 * Whether objects are lists of one kind: their values are records, and their names are ids or the records are alike. Each
 * of them may be too short to show it.
 */
export const areKeyedLists = (objects: ReadonlyArray<JsonObject>): boolean => {
  const names = new Set(objects.flatMap((one) => Object.keys(one)))
  const values = objects.flatMap((one) => Object.values(one))
  if (values.length === 0 || !values.every(isJsonObject)) return false
  return [...names].every(isId) || (names.size > 2 && areAlike(values))
}

export const isKeyedList = (value: JsonObject): boolean => areKeyedLists([value])

/** The name within each item that leads to the record: `node` of `{ cursor, node: {…} }`. */
const wrapperIn = (items: ReadonlyArray<unknown>): string | undefined => {
  const [first] = items
  if (!isJsonObject(first)) return undefined
  const names = Object.keys(first).filter((name) => isJsonObject(first[name]))
  const [name] = names
  const others = Object.keys(first).filter((one) => one !== name)
  const isWrapper = names.length === 1 && others.every((one) => /^(?:cursor|type|__typename|kind|etag)$/i.test(one))
  return isWrapper && name !== undefined && items.every((item) => isJsonObject(item) && isJsonObject(item[name]))
    ? name
    : undefined
}

/** How many cells each of the rows has, if that is what the items are. */
const cellsOf = ([first, ...others]: ReadonlyArray<unknown>): number | undefined =>
  Array.isArray(first) && first.length > 1 && others.every((one) => Array.isArray(one) && one.length === first.length)
    ? first.length
    : undefined

/** The list of texts beside rows that has one for each of their cells; empty if there is none. */
export const titlesOf = (
  answer: unknown,
  { cells }: FoundArray,
  arrays: ReadonlyArray<FoundArray>
): ReadonlyArray<string> =>
  arrays
    .map(({ pointer }) => follow(answer, tokensOf(pointer) ?? []))
    .find(
      (list): list is ReadonlyArray<string> =>
        Array.isArray(list) && list.length === cells && list.every((one) => typeof one === "string")
    ) ?? []

const foundIn = (pointer: string, value: unknown): FoundArray | undefined => {
  if (Array.isArray(value)) {
    const wrapper = wrapperIn(value)
    const at = wrapper === undefined ? pointer : `${pointer}/*/${tokenText(wrapper)}`
    const cells = cellsOf(value)
    return {
      pointer: at,
      length: value.length,
      isOfRecords: value.length > 0 && value.every(isJsonObject),
      ...(cells === undefined ? {} : { cells })
    }
  }
  if (!isJsonObject(value) || !isKeyedList(value)) return undefined
  return { pointer: `${pointer}/*`, length: Object.keys(value).length, isOfRecords: true, isKeyed: true }
}

/** What `find` finds in the order of the answer, nearest to its root first; it is not looked into. */
const searched = <A>(answer: unknown, find: (pointer: string, value: unknown) => A | undefined): ReadonlyArray<A> => {
  const found: Array<A> = []
  let level: ReadonlyArray<readonly [pointer: string, value: unknown]> = [["", answer]]
  for (let depth = 0; depth <= maxDepth; depth++) {
    const all = level.map(([pointer, value]) => find(pointer, value))
    found.push(...all.filter((one) => one !== undefined))
    level = level.flatMap(([pointer, value], at) =>
      isJsonObject(value) && all[at] === undefined && !isKeyedList(value)
        ? Object.entries(value).map(([name, inner]) => [`${pointer}/${tokenText(name)}`, inner] as const)
        : []
    )
  }
  return found
}

/** The lists; those inside lists belong to their records. */
export const arraysIn = (answer: unknown): ReadonlyArray<FoundArray> => searched(answer, foundIn)

/** What an envelope calls what it holds. */
const envelopeName = /^(?:data|d|results?|response|payload|body|content)$/i

/**
 * The pointers to the values of objects that may be lists: too few to be sure, with fields as records have them. Beside a
 * list at `taken` the names must look like ids, since an envelope has such objects too.
 */
export const possibleKeyedLists = (answer: unknown, taken?: string): ReadonlyArray<string> =>
  searched(answer, (pointer, value) => {
    if (!isJsonObject(value) || isKeyedList(value)) return undefined
    const values = Object.values(value)
    const isRecord = (one: unknown): one is JsonObject =>
      isJsonObject(one) && Object.values(one).some((inner) => typeof inner !== "object")
    if (values.length === 0 || values.length > 2 || !values.every(isRecord) || !areAlike(values)) return undefined
    if (Object.keys(value).every((name) => envelopeName.test(name))) return undefined
    return taken === undefined || taken.startsWith(`${pointer}/`) || Object.keys(value).every((name) => /\d/.test(name))
      ? `${pointer}/*`
      : undefined
  })

/** The longest list of records; in a tie, the one nearest to the root. */
export const likeliestArray = (arrays: ReadonlyArray<FoundArray>): FoundArray | undefined =>
  arrays
    .filter(({ isOfRecords }) => isOfRecords)
    .reduce<FoundArray | undefined>(
      (best, one) => (best === undefined || one.length > best.length ? one : best),
      undefined
    )

/** Accepts `data` for `/data`. */
export const pointerOf = (written: string): string =>
  written === "" || written.startsWith("/") ? written : `/${written}`

/** The lists whose records have the same fields as those of one of them; itself first. */
export const similarArrays = (
  answer: unknown,
  best: FoundArray,
  arrays: ReadonlyArray<FoundArray>
): ReadonlyArray<FoundArray> => {
  const names = fieldsAt(answer, best.pointer)
  const others = arrays.filter(
    (one) => one !== best && one.isOfRecords && names !== undefined && fieldsAt(answer, one.pointer) === names
  )
  return [best, ...others]
}

/** The names of the first record of an array, as one text. */
const fieldsAt = (answer: unknown, pointer: string): string | undefined => {
  const list = follow(answer, tokensOf(pointer) ?? [])
  const first: unknown = Array.isArray(list) ? list[0] : undefined
  return isJsonObject(first) ? Object.keys(first).toSorted().join() : undefined
}
