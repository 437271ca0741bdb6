/** The state of a mapper at the last checkpoint of its run, restored when the read starts again. */
import type { KeyCollisions } from "../map/KeyOwners.ts"

export interface CheckpointState {
  readonly fetched: number
  readonly rejected: number
  readonly mapped: number
  readonly repaired: number
  readonly crossed: KeyCollisions | undefined
  /** The number of entries in `rejects`. */
  readonly rejects: number
  readonly duplicates: boolean
  /** Whether any record had the field, by cell. */
  readonly seen: ReadonlyArray<boolean>
}

export const emptyCheckpoint = { fetched: 0, rejected: 0, mapped: 0, repaired: 0, crossed: undefined, rejects: 0 }
