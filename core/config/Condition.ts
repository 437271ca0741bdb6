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
  /** A record that fulfils these says of itself that it is gone. */
  readonly deletedWhen?: DeletedWhen
}

export interface DeletedWhen {
  readonly conditions: ReadonlyArray<Condition>
  /** The boolean column that marks the rows of such records; absent: they are deleted. */
  readonly mark?: string
}

/** Every place that the conditions look at. */
export const placesIn = ({ deletedWhen, where = [] }: Selection): ReadonlyArray<Pointer> =>
  [...where, ...(deletedWhen?.conditions ?? [])].flatMap(({ otherwise, pointer }) =>
    otherwise === undefined ? [pointer] : [pointer, otherwise]
  )
