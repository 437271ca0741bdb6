/** The receivers of the records of a read; there may be several. */
import type { Effect } from "effect"
import type { Scalar } from "../../config/schema/Scalars.ts"
import type { LastRequest } from "../../observe/LastRequest.ts"
import type { Completeness, SourceRecord } from "../../upstream/Source.ts"
import type { BufferServices, Failure } from "../load/BufferedRows.ts"
import type { PartOfRead } from "./Cursor.ts"
import type { Target } from "./Target.ts"

/** The cost of the read, counted by the pipeline for all of its targets. */
export interface ReadCost {
  readonly requests: number
  readonly bytes: number
}

/** The cost with the last requests, which the audit row gets if the read failed or was partial. */
export interface ReadSpent extends ReadCost {
  readonly lastRequests: ReadonlyArray<LastRequest>
}

export interface Receiver {
  readonly target: Target
  /** The number of rows so far. */
  readonly mapped: number
  readonly begin: (part: PartOfRead, readAt: number) => void
  /** A request of this time was sent; records that are added from now on answer it. Milliseconds since 1970. */
  readonly requested?: (at: number) => void
  /** Records that are added from now on are of another window of time. */
  readonly window?: () => void
  /** The answer to a request of this time says that the source has no record with this key, given as texts by column. */
  readonly gone?: (key: Readonly<Record<string, Scalar>>, at: number) => void
  /** Takes a cursor that the source gave. */
  readonly given?: (cursor: string) => void
  readonly end: (completeness: Completeness) => void
  /** The rows of this parent stay, although none of them came. */
  readonly skip?: (part: PartOfRead) => void
  readonly add: (records: ReadonlyArray<SourceRecord>) => Effect.Effect<void, Failure, BufferServices>
  /** Whether rows moved while the part was read and missed ones will not be requested again. */
  readonly mayLack?: (completeness: Completeness) => boolean
  /** Adds the records of a repeated part that did not come before. */
  readonly fill?: (records: ReadonlyArray<SourceRecord>) => Effect.Effect<void, Failure, BufferServices>
  /** Loads the rows read so far, if it is time. */
  readonly checkpoint?: (cost: ReadCost) => Effect.Effect<void, Failure, BufferServices>
  /** Discards what was read and not loaded, for a read that starts again. */
  readonly reset: Effect.Effect<void, Failure, BufferServices>
}
