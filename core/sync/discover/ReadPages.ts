/** Reads the first pages of a list, and no more of it than that. */
import { Channel, Deferred, Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import type { Connector } from "../../plugin/Connector.ts"
import type { Reason } from "../../reason/Reason.ts"
import { unreadableOf } from "../../upstream/records/UnreadableRecord.ts"
import type { Completeness, RawResponse, ReadEvent, ResponseInfo, SourceRecord } from "../../upstream/Source.ts"

/** Enough to see every field; the rest of a page is not read. */
const sampleSize = 1_000

export interface FirstPages {
  /** The readable records by page. A page that repeats an earlier one has none. */
  readonly pages: ReadonlyArray<ReadonlyArray<SourceRecord>>
  /** The number of records on each page, as far as it was read. */
  readonly counts: ReadonlyArray<number>
  /** The facts of the first answer apart from its records. */
  readonly response: ResponseInfo | undefined
  /** How the list ended; absent if more of it follows. */
  readonly end?: Completeness
  /** The records of these pages that no reader could read, and why the first one could not be. */
  readonly unread?: { readonly count: number; readonly why: Reason }
}

/** `most`: the number of pages. */
export const readPages = Effect.fnUntraced(function* (connector: Connector["Service"], entity: Entity, most: number) {
  const pages: Array<Array<SourceRecord>> = [[]]
  const counts = [0]
  let response: ResponseInfo | undefined
  let closed = 0
  let unread: FirstPages["unread"]
  const over = yield* Deferred.make<undefined>()
  const leave = Effect.andThen(Deferred.succeed(over, undefined), Effect.never)
  const onResponse = (info: ResponseInfo) => {
    response ??= info
    closed += 1
    pages[closed] = []
    counts[closed] = 0
  }
  const onEvent = ({ _tag }: ReadEvent) => (_tag === "Request" && closed >= most ? leave : Effect.void)
  const source = connector.read(entity, { onResponse, onEvent })
  const end = yield* Channel.runForEach(source, (batch) => {
    const page = pages[closed] ?? []
    counts[closed] = (counts[closed] ?? 0) + batch.length
    for (const one of batch) {
      const why = unreadableOf(one)?.why
      if (why !== undefined) unread = { why: unread?.why ?? why, count: (unread?.count ?? 0) + 1 }
      else if (page.length < sampleSize) page.push(one)
    }
    // In XML, the link to the next page may come after the records.
    return page.length < sampleSize || entity.format === "xml" ? Effect.void : leave
  }).pipe(Effect.raceFirst(Deferred.await(over)))
  const read = closed === 0 ? 1 : closed
  return {
    pages: pages.slice(0, read),
    counts: counts.slice(0, read),
    response,
    ...(end === undefined ? {} : { end }),
    ...(unread === undefined ? {} : { unread })
  } satisfies FirstPages
})

/** The first answer as it is; undefined if the connector has none to show. */
export const firstAnswer = Effect.fnUntraced(function* (connector: Connector["Service"], entity: Entity) {
  let seen: RawResponse | undefined
  const peek = (answer: RawResponse) => {
    seen = answer
  }
  yield* Channel.runDrain(connector.read(entity, { peek }))
  return seen
})
