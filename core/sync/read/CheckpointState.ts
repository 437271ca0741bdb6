/** What a mapper knew at the last checkpoint of its run, to which it goes back when the read begins again. */
import type { Crossed } from "../map/KeyOwners.ts"

export interface CheckpointState {
  readonly fetched: number
  readonly rejected: number
  readonly mapped: number
  readonly repaired: number
  readonly crossed: Crossed | undefined
  /** How many of `rejects`. */
  readonly rejects: number
  readonly duplicates: boolean
  /** By cell, whether any record had its field. */
  readonly seen: ReadonlyArray<boolean>
}

export const emptyCheckpoint = { fetched: 0, rejected: 0, mapped: 0, repaired: 0, crossed: undefined, rejects: 0 }
