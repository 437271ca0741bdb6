/** Finds the lists in an answer. */
import { tokenText } from "../../config/Pointer.ts"

export interface FoundArray {
  /** A JSON Pointer; empty if the answer is the list. */
  readonly pointer: string
  readonly length: number
  /** Whether its items are objects, that is records. */
  readonly isOfRecords: boolean
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** An envelope is shallow; anything deeper belongs to a record. */
const maxDepth = 4

/** Lists in the order of the answer, those nearest to its root first; lists inside lists belong to their records. */
export const arraysIn = (answer: unknown): ReadonlyArray<FoundArray> => {
  const found: Array<FoundArray> = []
  let level: ReadonlyArray<readonly [pointer: string, value: unknown]> = [["", answer]]
  for (let depth = 0; depth <= maxDepth; depth++) {
    for (const [pointer, value] of level) {
      if (Array.isArray(value)) {
        found.push({ pointer, length: value.length, isOfRecords: value.length > 0 && value.every(isObject) })
      }
    }
    level = level.flatMap(([pointer, value]) =>
      isObject(value)
        ? Object.entries(value).map(([name, inner]) => [`${pointer}/${tokenText(name)}`, inner] as const)
        : []
    )
  }
  return found
}

/** The longest list of records; in a tie, the one nearest to the root. */
export const likeliest = (arrays: ReadonlyArray<FoundArray>): FoundArray | undefined =>
  arrays
    .filter(({ isOfRecords }) => isOfRecords)
    .reduce<FoundArray | undefined>(
      (best, one) => (best === undefined || one.length > best.length ? one : best),
      undefined
    )

/** Accepts `data` for `/data`. */
export const pointerOf = (written: string): string =>
  written === "" || written.startsWith("/") ? written : `/${written}`
