/** Conditions on records, as `where` and `deletedWhen` have them: a closed list of comparisons, all of which must hold. */
import type { Pointer } from "./Column.ts"
import type { Scalar } from "./schema/Scalars.ts"

/** Null stands for a value that is null or absent. */
export interface Comparison {
  /** One of these. */
  readonly is?: ReadonlyArray<Scalar>
  /** None of these. */
  readonly not?: ReadonlyArray<Scalar>
  readonly exists?: boolean
  readonly gt?: string | number
  readonly gte?: string | number
  readonly lt?: string | number
  readonly lte?: string | number
}

export interface Condition {
  readonly pointer: Pointer
  /** The second place to look in: the camelCase of a plain name. */
  readonly otherwise?: Pointer
  readonly comparison: Comparison
}

/** The conditions of an entity on its records. */
export interface Selection {
  /** A record that does not fulfil them counts as not in the source. */
  readonly where?: ReadonlyArray<Condition>
}

/** Every place that the conditions look at. */
export const placesIn = ({ where = [] }: Selection): ReadonlyArray<Pointer> =>
  where.flatMap(({ otherwise, pointer }) => (otherwise === undefined ? [pointer] : [pointer, otherwise]))
