/** Splits a list into the parts that one request takes. */

export interface Limits {
  /** The sum of the sizes in a part; one item that exceeds it is a part of its own. */
  readonly size: number
  /** The number of items in a part. */
  readonly count?: number
}

export const chunksOf = <A>(
  items: ReadonlyArray<A>,
  sizeOf: (item: A) => number,
  { count = Number.POSITIVE_INFINITY, size: max }: Limits
): ReadonlyArray<ReadonlyArray<A>> => {
  const chunks: Array<Array<A>> = []
  let size = 0
  for (const item of items) {
    const added = sizeOf(item)
    const last = chunks.at(-1)
    if (last === undefined || last.length >= count || size + added > max) {
      chunks.push([item])
      size = added
    } else {
      last.push(item)
      size += added
    }
  }
  return chunks
}
