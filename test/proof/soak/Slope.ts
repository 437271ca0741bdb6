/** The trend of a figure over time: the least-squares line through its samples. */

export interface Sample {
  /** Milliseconds since the start. */
  readonly at: number
  readonly value: number
}

const hour = 3_600_000

/** Returns the growth per hour, or none if there are fewer than two moments. */
export const perHour = (samples: ReadonlyArray<Sample>): number => {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length
  const [at, value] = [mean((one) => one.at), mean((one) => one.value)]
  const spread = samples.reduce((sum, one) => sum + (one.at - at) ** 2, 0)
  if (spread === 0) return Number.NaN
  return (samples.reduce((sum, one) => sum + (one.at - at) * (one.value - value), 0) / spread) * hour
}

/** Returns the value below which that share of the values is; the share is, for example, 0.99. */
export const percentile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((one, other) => one - other).at(Math.ceil(share * values.length) - 1) ?? Number.NaN
