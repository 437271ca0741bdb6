/**
 * A record that its reader could not parse, on its way to the rejects. It travels among the other records, since one
 * bad line must not stop a list, and has only the fields that are certain.
 */
import type { Reason } from "../../reason/Reason.ts"
import type { SourceRecord } from "../Source.ts"

export interface UnreadableRecord {
  readonly why: Reason
  /** The readable part, for a person to look at. */
  readonly shown: SourceRecord
}

const sign = Symbol("unreadable")

export const unreadable = (why: Reason, shown: SourceRecord, sure: SourceRecord): SourceRecord => ({
  ...sure,
  [sign]: { why, shown } satisfies UnreadableRecord
})

/** No source can send this symbol as a key, so its value was set here. */
export const unreadableOf = (record: SourceRecord): UnreadableRecord | undefined =>
  (record as { readonly [sign]?: UnreadableRecord })[sign]
