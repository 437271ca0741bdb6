/** Random values for a sandbox's invented data: the same seed gives the same sequence. */
import { Effect, Random } from "effect"

export interface Draw {
  /** Both bounds are included. */
  readonly int: (min: number, max: number) => number
  readonly pick: <A>(choices: readonly [A, ...ReadonlyArray<A>]) => A
  readonly chance: (probability: number) => boolean
  /** Rubles with kopecks. */
  readonly money: (min: number, max: number) => number
  readonly uuid: () => string
}

export const draw = (seed: number): Effect.Effect<Draw> =>
  Effect.map(Random.Random, (random) => {
    const int = (min: number, max: number) => min + Math.floor(random.nextDoubleUnsafe() * (max - min + 1))
    const hex = (digits: number) =>
      int(0, 16 ** digits - 1)
        .toString(16)
        .padStart(digits, "0")
    return {
      int,
      pick: (choices) => {
        const chosen = choices[int(0, choices.length - 1)]
        return chosen === undefined ? choices[0] : chosen
      },
      chance: (probability) => random.nextDoubleUnsafe() < probability,
      money: (min, max) => int(min * 100, max * 100) / 100,
      uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
    } satisfies Draw
  }).pipe(Random.withSeed(seed))
