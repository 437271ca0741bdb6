/** Finds the probably intended name: the known name with the smallest edit distance, if it is near enough. */
import { type Reason, reason } from "../reason/Reason.ts"

/** People treat `maxDelete`, `max_delete` and `max-delete` as one word. */
const plain = (name: string): string => name.toLowerCase().replace(/[_\-\s]/g, "")

export const nearest = (name: string, names: Iterable<string>): string | undefined => {
  const written = plain(name)
  let best: string | undefined
  let smallest = Math.max(1, Math.floor(Math.max(written.length, 3) / 3)) + 1
  for (const candidate of names) {
    const known = plain(candidate)
    // Every surplus letter is an edit, and the input may be a million letters long.
    if (Math.abs(known.length - written.length) >= smallest) continue
    const found = distance(written, known)
    if (found < smallest) {
      best = candidate
      smallest = found
    }
  }
  return best
}

/** Adds the probably intended name, if one is near enough. */
export const withNearest = (why: Reason, name: string, known: Iterable<string>): Reason =>
  withSuggestion(why, nearest(name, known))

/** Adds the probably intended name, or all known names. */
export const withKnownNames = (why: Reason, name: string, known: ReadonlyArray<string>): Reason =>
  known.length === 0 || nearest(name, known) !== undefined
    ? withNearest(why, name, known)
    : reason("value.among", { why, names: known.join(", ") })

/** `there is no … — did you mean "table"?` */
export const withSuggestion = (why: Reason, name: string | undefined): Reason =>
  name === undefined ? why : reason("value.suggested", { why, name })

/** Optimal string alignment: a swap of neighbours counts as one edit. */
const distance = (a: string, b: string): number => {
  let beforeLast: ReadonlyArray<number> = []
  let last: ReadonlyArray<number> = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      )
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
