/**
 * Reads records by their keys, several at once, and hands them on in the order of the keys. Each answer must be the
 * record that was asked for: an answer of 200 that is something else fails the read.
 */
import { Channel, Clock, Effect, Stream } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { ownKey } from "../../config/KeyedEntity.ts"
import { combineReasons, type Reason, reason } from "../../reason/Reason.ts"
import { type Batch, type Completeness, type Source, type SourceRecord, UpstreamError } from "../../upstream/Source.ts"
import { cellReader, type Params } from "../map/CellReader.ts"
import { decoder, RejectedValue } from "../map/ColumnDecoder.ts"
import type { PartResult } from "./ReadParts.ts"
import type { Receiver } from "./Receiver.ts"
import type { PartRequest } from "./RequestPlan.ts"

/** An answer that has arrived, as a source. */
export interface Arrived {
  readonly source: Source
  /** When it was requested; milliseconds since 1970. */
  readonly readAt: number
}

export interface KeysOptions<A, E, R> {
  readonly reader: Entity
  readonly concurrency: number
  /** `onRequest`: takes the time at which the request is sent; with each repetition anew. */
  readonly sourceOf: (request: PartRequest, onRequest: (at: number) => void) => Source
  readonly take: (request: PartRequest, arrived: Arrived) => Effect.Effect<A, E, R>
}

export const readKeys = <A, E, R>(
  parts: ReadonlyArray<PartRequest>,
  { concurrency, reader, sourceOf, take }: KeysOptions<A, E, R>
) => {
  const checked = checkKey(reader)
  const arrive = (request: PartRequest) =>
    Effect.map(
      arrived((onRequest) => sourceOf(request, onRequest)),
      (one) => [request, one] as const
    )
  return Stream.fromIterable(parts).pipe(
    Stream.mapEffect(arrive, { concurrency }),
    Stream.mapEffect(([request, one]) => take(request, { ...one, source: checked(one.source, request.params) })),
    Stream.runCollect
  )
}

/** A failure belongs to its key, and comes when that is handed on. */
const arrived = Effect.fnUntraced(function* (sourceOf: (onRequest: (at: number) => void) => Source) {
  let readAt = yield* Clock.currentTimeMillis
  const source = sourceOf((at) => {
    readAt = at
  })
  const batches: Array<Batch> = []
  const exit = yield* Effect.exit(Channel.runForEach(source, (batch) => Effect.sync(() => void batches.push(batch))))
  return { source: Channel.fromArray(batches).pipe(Channel.mapDoneEffect(() => exit)), readAt } satisfies Arrived
})

const checkKey = (reader: Entity) => {
  const name = ownKey(reader)
  const textOf = textOfColumn(reader, name)
  return (source: Source, params: Params | undefined): Source => {
    const key = params?.[name] ?? null
    const wanted = textOf({ [name]: key }, true)
    return Channel.mapEffect(source, (batch) =>
      wanted !== null && batch.every((record) => textOf(record) === wanted)
        ? Effect.succeed(batch)
        : new UpstreamError({ kind: "Format", reason: reason("read.otherKey", { key: String(key) }) })
    )
  }
}

/** The value of a column as text that PostgreSQL reads; null if there is none, or it cannot be read. */
export const textOfColumn = (entity: Entity, name: string) => {
  const column = entity.columns.find((one) => one.name === name)
  if (column === undefined) return () => null
  const decode = decoder(column, entity.timezone, { count: 0 })
  const read = cellReader(column, entity)
  /** `isValue`: the record has the value itself under the column's name. */
  return (record: SourceRecord, isValue = false): string | null => {
    const decoded = decode(isValue ? record[name] : read(record, undefined))
    return decoded instanceof RejectedValue ? null : decoded
  }
}

const maxKeys = 5

interface EndedKeys {
  readonly reader: Entity
  readonly receivers: ReadonlyArray<Receiver>
  readonly parts: ReadonlyArray<PartRequest>
  readonly ended: ReadonlyArray<PartResult>
}

/**
 * Tells the receivers which records are gone, and notes it. Every answer is one record, so nothing moves between them. If
 * the source has none of many, it may be the path that it does not know, and nothing counts as gone.
 */
export const endByKey = (end: Completeness, { ended, parts, reader, receivers }: EndedKeys): Completeness => {
  if (end._tag === "Partial") return end
  const absent = parts.flatMap(({ params = {} }, at) => {
    const { isAbsent, readAt = 0 } = ended[at] ?? {}
    return isAbsent === true ? [{ params, readAt }] : []
  })
  const isDoubted = absent.length === parts.length && absent.length > reader.guard.floor
  for (const { params, readAt } of isDoubted ? [] : absent) {
    for (const receiver of receivers) receiver.gone?.(params, readAt)
  }
  const keys = namesOf(absent.flatMap(({ params }) => Object.values(params).map(String)))
  const notes: ReadonlyArray<Reason> = [
    reason("read.byKey", { count: parts.length }),
    ...(absent.length === 0 ? [] : [reason("read.noneByKey", { count: absent.length, keys })])
  ]
  const warning = isDoubted ? { warning: reason("read.noneFound", { count: absent.length }) } : {}
  return { ...end, pages: 1, note: combineReasons(notes), ...warning }
}

const namesOf = (keys: ReadonlyArray<string>): string => {
  const more = keys.length - maxKeys
  return `${keys.slice(0, maxKeys).join(", ")}${more > 0 ? `, … (+${more})` : ""}`
}
