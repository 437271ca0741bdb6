/** Where the values of a category are kept. A store never fails and never waits for long: what it cannot read is missing. */
import type { Effect, Schema } from "effect"

/** What is kept for a key; times are milliseconds since 1970. */
export interface Kept {
  /** Encoded. Absent: there is no such value. */
  readonly value?: Schema.Json
  readonly freshUntil: number
  /** Later than `freshUntil` where values may be outdated. */
  readonly keptUntil: number
}

export interface Reading {
  /** In the order of the keys. */
  readonly found: ReadonlyArray<Kept | undefined>
  /** The state of the category when it was read: what is written with an earlier one than a removal counts as removed. */
  readonly mark: string
  /** How many of the values could not be understood. */
  readonly errors: number
}

export interface CategoryStore {
  readonly read: (keys: ReadonlyArray<string>) => Effect.Effect<Reading>
  /** Returns how many could not be kept. */
  readonly write: (entries: ReadonlyArray<readonly [key: string, kept: Kept]>, mark: string) => Effect.Effect<number>
  /** Removes one key, or all. */
  readonly remove: (key?: string) => Effect.Effect<void>
  /** How many values this process holds in memory. */
  readonly entries: Effect.Effect<number>
}
