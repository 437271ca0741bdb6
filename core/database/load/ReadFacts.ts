/** The facts about a read that the load needs: its completeness, its rejects, the moves of its cursors. */
import type { LastRequest } from "../../observe/LastRequest.ts"
import type { Reason } from "../../reason/Reason.ts"
import type { KnownFields } from "./SourceFields.ts"

export interface RejectedRecord {
  /** The position in the read, counted from 1. */
  readonly position: number
  readonly key: Readonly<Record<string, string>> | null
  readonly field: string | null
  readonly why: Reason
  /** The raw value, cut to a recognisable length. */
  readonly value: string | null
  /** The whole record, cut likewise; for a child entity, the child. */
  readonly record: string | null
}

export interface CursorMove {
  /** The parent's parameters as JSON, or '' if the read is one request. */
  readonly part: string
  /** Null if the cursor is deleted. */
  readonly value: string | null
  /** ISO 8601, the time of the part's first request. */
  readonly read_at: string
}

/** The result of the read, by which the statement judges the deletes. */
export interface ReadFacts {
  readonly complete: boolean
  /** The number of records whose key could not be read, so that the rows they would have kept are unknown. */
  readonly unreadableKeys: number
  /** Mapped rows, duplicates included: in this statement, and in the run's earlier checkpoints. */
  readonly rows: number
  readonly before: number
  /** How many of all these rows came before in another window of time, and are no duplicates; absent if none. */
  readonly again?: number
  /** The number of those checkpoints. */
  readonly loads: number
  readonly fetched: number
  readonly rejected: number
  readonly requests: number
  readonly bytes: number
  readonly warnings: ReadonlyArray<Reason>
  /** Information that is not a warning; absent if there is none. */
  readonly notes?: ReadonlyArray<Reason>
  /** Present for a read that is not whole, or a run that failed. */
  readonly lastRequests: ReadonlyArray<LastRequest>
  /** Whether the read started at a cursor, so that older rows did not come. */
  readonly since: boolean
  /** The moves of the cursors of an incremental read; a part that did not arrive whole keeps its cursor. */
  readonly cursors: ReadonlyArray<CursorMove>
  /** Whether the cursors move past records that are not in the table. */
  readonly pastRejected?: boolean
  readonly rejects: ReadonlyArray<RejectedRecord>
  /** Keys of rejected records, one array per key column. */
  readonly protectedKeys: ReadonlyArray<ReadonlyArray<string>>
  /** Columns whose field is no longer in any record, to be reported. */
  readonly vanished?: ReadonlyArray<string>
  /** The new state of the source's known fields. */
  readonly fields?: KnownFields
  /**
   * The keys of records that say that they are gone, one array per key column, and the number of rows before each; absent
   * if the entity has no such records.
   */
  readonly tombstones?: ReadonlyArray<ReadonlyArray<string>>
  /**
   * The keys of which an answer said that the source has no such record, one array per key column, and the times of the
   * requests (ISO 8601); absent if there are none.
   */
  readonly gone?: ReadonlyArray<ReadonlyArray<string>>
  /** Whether records come in the order of their changes, so that the last of a key counts. */
  readonly ordered?: boolean
  /** The parents that were read, one array per `within` column. */
  readonly parents: ReadonlyArray<ReadonlyArray<string>>
  /** The parents that were skipped, one array per `skipped` column; absent if there are none. */
  readonly skipped?: ReadonlyArray<ReadonlyArray<string>>
  /** The number of rows that the first of two reads missed; absent after one read, or if the second proves nothing. */
  readonly missed?: number
  /** Milliseconds from the start of the run, after which it must not write. */
  readonly deadline?: number
}
