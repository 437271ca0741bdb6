/**
 * A record that its reader could not take apart, on its way to where it is told as rejected. It is among the others, since
 * one bad line must not stop a list, and has no fields but those that are surely its own.
 */
import type { Reason } from "../reason/Reason.ts"
import type { SourceRecord } from "./Source.ts"

export interface UnreadableRecord {
  readonly why: Reason
  /** What of it could be read, for a person to look at. */
  readonly shown: SourceRecord
}

const sign = Symbol("unreadable")

export const unreadable = (why: Reason, shown: SourceRecord, sure: SourceRecord): SourceRecord => ({
  ...sure,
  [sign]: { why, shown } satisfies UnreadableRecord
})

/** No source can write the sign, so that what is there was put there above. */
export const unreadableOf = (record: SourceRecord): UnreadableRecord | undefined =>
  (record as { readonly [sign]?: UnreadableRecord })[sign]
