/** Finds what was probably meant: the known name at the smallest edit distance, if it is near enough. */

/** `maxDelete`, `max_delete` and `max-delete` are one word to a person. */
const plain = (name: string): string => name.toLowerCase().replace(/[_\-\s]/g, "")

export const nearest = (name: string, known: Iterable<string>): string | undefined => {
  const written = plain(name)
  let best: string | undefined
  let smallest = Math.max(1, Math.floor(Math.max(written.length, 3) / 3)) + 1
  for (const candidate of known) {
    const found = distance(written, plain(candidate))
    if (found < smallest) {
      best = candidate
      smallest = found
    }
  }
  return best
}

/** ` — did you mean "table"?`, or nothing. */
export const suggest = (name: string, known: Iterable<string>): string => {
  const found = nearest(name, known)
  return found === undefined ? "" : ` — did you mean "${found}"?`
}

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
