/** Whoever takes the records of a read, of which there may be several. */
import type { Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import type { LastRequest } from "../../observe/LastRequest.ts"
import type { Completeness, SourceRecord } from "../../upstream/Source.ts"
import type { Failure, Needs } from "../load/BufferedRows.ts"
import type { CursorRule, PartOfRead } from "./Cursor.ts"

export interface Target {
  readonly entity: Entity
  /** See `LoadVariant.within`. */
  readonly within: ReadonlyArray<string>
  /** Of an incremental read. */
  readonly cursor?: CursorRule | undefined
  /** See `LoadVariant.misses`. */
  readonly misses?: string | undefined
  /** See `KnownFields.source`. */
  readonly source: string
  /** What tells the record that a child lies in from others, where the child's key does not. */
  readonly parentOf?: ((parent: SourceRecord) => string) | undefined
  /** What children of the entity take from its records. */
  readonly taken?: ReadonlyArray<ReadonlyArray<string>>
}

/** What the read cost, counted by the pipeline for all targets of a read. */
export interface ReadCost {
  readonly requests: number
  readonly bytes: number
}

/** The same with what an audit row is told of a read that did not go as it should. */
export interface ReadSpent extends ReadCost {
  readonly lastRequests: ReadonlyArray<LastRequest>
}

export interface Receiver {
  readonly target: Target
  /** Rows so far. */
  readonly mapped: number
  readonly begin: (part: PartOfRead, readAt: number) => void
  /** The source gave a cursor. */
  readonly given?: (cursor: string) => void
  readonly end: (completeness: Completeness) => void
  readonly add: (records: ReadonlyArray<SourceRecord>) => Effect.Effect<void, Failure, Needs>
  /** Whether rows moved while the part was read, and those that were missed will not be asked for again. */
  readonly mayLack?: (completeness: Completeness) => boolean
  /** Takes of a part that is read again what did not come before. */
  readonly fill?: (records: ReadonlyArray<SourceRecord>) => Effect.Effect<void, Failure, Needs>
  /** Loads what was read so far, where it is time. */
  readonly checkpoint?: (cost: ReadCost) => Effect.Effect<void, Failure, Needs>
  /** Forgets what was read and not loaded, for a read that begins again. */
  readonly reset: Effect.Effect<void, Failure, Needs>
}
