/**
 * Where an incremental read begins that has no cursor yet, if the source names its latest one (`incremental.start`). That is
 * asked first, then all of what the records lead to is loaded, and then the records behind it are read: whatever changes
 * meanwhile is behind it. A run that ends before has no cursor, so the next one begins with that question again.
 */
import { Channel, DateTime, Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { follow, pointerTo } from "../../config/Pointer.ts"
import { reason } from "../../reason/Reason.ts"
import { type Source, type SourceRecord, UpstreamError } from "../../upstream/Source.ts"
import type { Pause } from "../RunDeadline.ts"
import type { Leading } from "./Leads.ts"
import { textOfColumn } from "./ReadKeys.ts"
import type { PartRequest } from "./RequestPlan.ts"
import { sinceOf } from "./Since.ts"

export interface BookmarkOptions {
  readonly read: (entity: Entity) => Source
  readonly leads: Leading | undefined
  /** The time of the load counts for its own run and not for this one. */
  readonly pause: Pause
}

/** An entity without a record, and so without a latest one, is read from the beginning. */
export const bookmarked = Effect.fnUntraced(function* (
  reader: Entity,
  request: PartRequest,
  { leads, pause, read }: BookmarkOptions
) {
  const { incremental } = reader
  const { begins = [], whole: _, ...part } = request
  if (incremental?.start === undefined) return { part: request }
  const at = DateTime.toEpochMillis(yield* DateTime.now)
  const value = yield* latest(reader, incremental.start, read)
  yield* leads?.begun ?? Effect.void
  if (value === undefined) return { part: request }
  yield* leads?.loadAll(pause) ?? Effect.void
  const cursor = { part: part.part, value, declaration: null, table_oid: null, read_at: at, updated_at: at }
  return {
    part: {
      ...part,
      continued: true,
      since: sinceOf(reader, incremental, value),
      stored: new Map(begins.map((entity) => [entity, cursor] as const))
    },
    note: leads === undefined ? reason("read.begun", { value }) : reason("read.begunAfter", { value, entity: leads.to })
  }
})

/** The value in the form in which cursors are stored. */
const latest = Effect.fnUntraced(function* (
  reader: Entity,
  { path, pointer }: NonNullable<NonNullable<Entity["incremental"]>["start"]>,
  read: BookmarkOptions["read"]
) {
  const records: Array<SourceRecord> = []
  yield* Channel.runForEach(read(questionOf(reader, path)), (batch) => Effect.sync(() => void records.push(...batch)))
  const found = follow(records[0], pointer)
  if (found === undefined || found === null) return undefined
  const name = reader.incremental?.cursor
  if (name === undefined) return String(found)
  const value = textOfColumn(reader, name)({ [name]: found }, true)
  if (value !== null) return value.replace(/^(\d{4}-\d\d-\d\d) /, "$1T")
  const why = { value: String(found), pointer: pointerTo(pointer), column: name }
  return yield* new UpstreamError({ kind: "Format", reason: reason("read.startUnread", why) })
})

/** The answer is one document. */
const questionOf = (reader: Entity, path: string): Entity => {
  const { incremental: _, leads: __, places: ___, windows: ____, fail: _____, ...rest } = reader
  return {
    ...rest,
    declared: reader,
    request: { method: "GET", path, query: {}, headers: reader.request.headers },
    format: "json",
    records: "",
    single: true,
    page: { type: "none" }
  }
}
