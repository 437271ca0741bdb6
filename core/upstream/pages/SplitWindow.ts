/**
 * A window that the vendor refuses because it lists only so many records: its halves are read in its place, and theirs,
 * until each is listed to its end. Pages may have come before the refusal; their records are not handed on twice.
 */
import { Array as Arr, Channel } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { follow } from "../../config/Pointer.ts"
import { reason } from "../../reason/Reason.ts"
import { type Batch, type Completeness, completeIn, type Source, type SourceRecord, UpstreamError } from "../Source.ts"
import { both, type DatedWindow } from "./Windows.ts"

export interface SplitOptions {
  readonly entity: Pick<Entity, "columns" | "key">
  readonly statuses: ReadonlyArray<number>
}

/** `read` gets the window, and whether it is a half. */
export const inHalves = (
  whole: DatedWindow,
  read: (window: DatedWindow, isHalf: boolean) => Source,
  { entity, statuses }: SplitOptions
): Source =>
  Channel.suspend(() => {
    const keyOf = keyReader(entity)
    /** The keys of windows that were given up. */
    const handedOn = new Set<string>()
    const readWindow = (window: DatedWindow): Source => {
      const own: Array<string> = []
      const unseen = (batch: Batch): ReadonlyArray<SourceRecord> =>
        batch.filter((record) => {
          const key = keyOf(record)
          if (key !== undefined) own.push(key)
          return key === undefined || !handedOn.has(key)
        })
      return read(window, window !== whole).pipe(
        Channel.map(unseen),
        Channel.filter(Arr.isReadonlyArrayNonEmpty),
        Channel.catch((error: UpstreamError) => {
          if (error.kind !== "Status" || !statuses.includes(error.status ?? 0)) return Channel.fail(error)
          const halves = window.halves()
          if (halves === undefined) return Channel.fail(notHalved(error, window))
          for (const key of own) handedOn.add(key)
          return inOrder(halves.map(readWindow))
        })
      )
    }
    return readWindow(whole)
  })

const inOrder = (sources: ReadonlyArray<Source>): Source =>
  Channel.suspend(() => {
    let end: Completeness = completeIn(0)
    return Channel.fromArray(sources).pipe(
      Channel.flatMap(
        Channel.mapDone((ended) => {
          end = both(end, ended)
        })
      ),
      Channel.mapDone(() => end)
    )
  })

const notHalved = (error: UpstreamError, { from, to }: DatedWindow): UpstreamError =>
  new UpstreamError({ ...error, reason: reason("request.notHalved", { why: error.reason, from, to }) })

/** Undefined without a field in the key. */
const keyReader = ({ columns, key }: Pick<Entity, "columns" | "key">) => {
  const places = columns.flatMap(({ name, source }) =>
    key.includes(name) && source._tag === "Pointer" && source.pointer.up === 0 ? [source] : []
  )
  return (record: SourceRecord): string | undefined => {
    if (places.length === 0) return undefined
    const valueAt = ({ otherwise, pointer }: (typeof places)[number]) =>
      follow(record, pointer.tokens) ?? (otherwise && follow(record, otherwise.tokens)) ?? null
    return JSON.stringify(places.map(valueAt))
  }
}
