/** How a figure went with time: the line of least squares through its samples. */

export interface Sample {
  /** Milliseconds since the beginning. */
  readonly at: number
  readonly value: number
}

const hour = 3_600_000

/** By how much it grows in an hour; of fewer than two moments there is none. */
export const perHour = (samples: ReadonlyArray<Sample>): number => {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length
  const [at, value] = [mean((one) => one.at), mean((one) => one.value)]
  const spread = samples.reduce((sum, one) => sum + (one.at - at) ** 2, 0)
  if (spread === 0) return Number.NaN
  return (samples.reduce((sum, one) => sum + (one.at - at) * (one.value - value), 0) / spread) * hour
}

/** The share below which so much of them lies, as in 0.99. */
export const percentile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((one, other) => one - other).at(Math.ceil(share * values.length) - 1) ?? Number.NaN
