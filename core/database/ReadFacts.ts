/** What a read says of itself to the load: how whole it is, what it rejected, where its cursors go. */
import type { LastRequest } from "../observe/LastRequest.ts"
import type { Reason } from "../reason/Reason.ts"
import type { KnownFields } from "./SourceFields.ts"

export interface RejectedRecord {
  /** Where in the read, counted from 1. */
  readonly position: number
  readonly key: Readonly<Record<string, string>> | null
  readonly field: string | null
  readonly why: Reason
  /** The raw value, cut to what helps to recognise it. */
  readonly value: string | null
  /** The whole record likewise; of a child entity, the child. */
  readonly record: string | null
}

export interface CursorMove {
  /** The parent's parameters as JSON, or '' where the read is one request. */
  readonly part: string
  /** Null: there is none any more. */
  readonly value: string | null
  /** ISO 8601, when the part's first request went out. */
  readonly read_at: string
}

/** What the read came to; the statement judges the deletes by it. */
export interface ReadFacts {
  readonly complete: boolean
  /** Records whose key could not be read: what they would have kept is unknown. */
  readonly keysLost: number
  /** Rows that were mapped, duplicates included; of this statement, and of the run's checkpoints before it. */
  readonly rows: number
  readonly before: number
  /** How many checkpoints that were. */
  readonly loads: number
  readonly fetched: number
  readonly rejected: number
  readonly requests: number
  readonly bytes: number
  readonly warnings: ReadonlyArray<Reason>
  /** What is good to know and no warning; absent: nothing. */
  readonly notes?: ReadonlyArray<Reason>
  /** Of a read that is not whole, or of a run that failed. */
  readonly lastRequests: ReadonlyArray<LastRequest>
  /** Whether a cursor was asked from, so that older rows did not come. */
  readonly since: boolean
  /** Where the cursors of an incremental read go; a part that did not arrive whole keeps its own. */
  readonly cursors: ReadonlyArray<CursorMove>
  /** They move past records that are not in the table. */
  readonly pastRejected?: boolean
  readonly rejects: ReadonlyArray<RejectedRecord>
  /** Keys of rejected records, one array per key column. */
  readonly keptKeys: ReadonlyArray<ReadonlyArray<string>>
  /** Columns whose field is in no record any more, so that it is told. */
  readonly vanished?: ReadonlyArray<string>
  /** What is known of the source's fields from now on. */
  readonly fields?: KnownFields
  /** The parents that were read, one array per `within` column. */
  readonly parents: ReadonlyArray<ReadonlyArray<string>>
  /** How many rows the first of two reads missed; absent when there was one read, or the second proves nothing. */
  readonly missed?: number
  /** Milliseconds from when the run began, after which it must not write. */
  readonly deadline?: number
}
