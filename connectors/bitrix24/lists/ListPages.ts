/** A list of a portal from its first record to its last one, up to 50 pages of it in one request. */
import { Array as Arr, Channel, Effect, Option, Result, Stream } from "effect"
import {
  asRecord,
  type Completeness,
  complete,
  completeIn,
  partial,
  type Source,
  type SourceRecord,
  UpstreamError
} from "../../../core/sdk.ts"
import type { CallAnswer } from "../portal/Envelope.ts"
import { type Call, type CallOptions, type Portal, resultOf } from "../portal/Portal.ts"
import type { Params } from "../portal/Query.ts"
import { isOperatingLimit } from "../portal/Refusals.ts"
import { bitrix24 } from "../reasons.ts"
import { type ById, idOf, type Listing, pageSize } from "./Listing.ts"

export interface Asked {
  readonly filter: Params
  readonly select?: ReadonlyArray<string>
}

export interface ListOptions extends CallOptions {
  /** How many pages a request may have; 1: no batches. */
  readonly pages: number
}

export const listPages = (portal: Portal, listing: Listing, asked: Asked, options: ListOptions): Source =>
  listing.byId === undefined
    ? countedPages(portal, listing, asked, options)
    : idPages(portal, { ...listing, byId: listing.byId }, asked, options)

const callOf = (listing: Listing, { filter, select }: Asked, more: Params): Call => ({
  method: listing.method,
  params: {
    ...listing.params,
    ...(select === undefined || listing.selectParam === undefined ? {} : { [listing.selectParam]: select }),
    ...(Object.keys(filter).length === 0 ? {} : { [listing.filterParam]: filter }),
    ...more
  }
})

const recordsOf = (listing: Listing, { result }: CallAnswer): Effect.Effect<ReadonlyArray<unknown>, UpstreamError> => {
  const found = listing.records(result)
  return found === undefined
    ? Effect.fail(
        new UpstreamError({ kind: "Format", reason: bitrix24("bitrix24.noList", { method: listing.method }) })
      )
    : Effect.succeed(found)
}

/** A list from steps that each read some records and say where the next one begins. */
const listed = <S>(
  initial: S,
  step: (state: S) => Effect.Effect<readonly [ReadonlyArray<SourceRecord>, Option.Option<S>], UpstreamError>,
  end: () => Completeness
): Source => Channel.mapDone(Stream.toChannel(Stream.rechunk(Stream.paginate(initial, step), batchSize)), end)

const batchSize = 1_000

type IdListing = Listing & { readonly byId: ById }

interface Progress {
  /** The id of the last record; absent before the first page. */
  readonly last?: string
  /** How many records are still to come, as far as is known. */
  readonly left: number
}

/**
 * Pages behind the id of the last record. A short page is the last one, as the vendor's pages are never cut. What comes behind
 * a page within a batch is used only if its ids go on from there: the reference to them may have found nothing.
 */
const idPages = (portal: Portal, listing: IdListing, asked: Asked, options: ListOptions): Source => {
  const { byId } = listing
  const ordered = listing.orderParam === undefined ? {} : { [listing.orderParam]: { [byId.field]: "ASC" } }
  const pageBehind = (id: string) =>
    callOf(listing, { ...asked, filter: { ...asked.filter, [`>${byId.field}`]: id } }, { ...ordered, start: -1 })

  /** The pages that were answered, from the first one on. */
  const pagesBehind = Effect.fnUntraced(function* (last: string, count: number) {
    if (count === 1) return [yield* portal.call(pageBehind(last), options)]
    const ids = Arr.makeBy(count, (at) => (at === 0 ? last : resultOf(at - 1, byId.place(pageSize - 1))))
    const answers = yield* portal.batch(ids.map(pageBehind), options)
    const [first] = answers
    if (first !== undefined && Result.isFailure(first)) {
      if (!isOperatingLimit(first.failure)) return yield* first.failure
      return [yield* portal.call(pageBehind(last), options)]
    }
    return Arr.takeWhile(answers, Result.isSuccess).map(({ success }) => success)
  })

  const follow = (last: string | undefined, records: ReadonlyArray<unknown>): string | undefined => {
    let before = last
    for (const record of records) {
      const id = idOf(record, byId)
      if (id === undefined || (before !== undefined && Number(id) <= Number(before))) return undefined
      before = id
    }
    return before
  }

  const step = Effect.fnUntraced(function* ({ last, left }: Progress) {
    const count = last === undefined ? 1 : Math.min(Math.max(Math.ceil(left / pageSize), 1), options.pages)
    const answers =
      last === undefined
        ? [yield* portal.call(callOf(listing, asked, { ...ordered, start: 0 }), options)]
        : yield* pagesBehind(last, count)
    const [first] = answers
    const total = last === undefined ? (first?.total ?? pageSize * options.pages) : left
    const read: Array<SourceRecord> = []
    let end = last
    for (const [at, answer] of answers.entries()) {
      const records = yield* recordsOf(listing, answer)
      const id = follow(end, records)
      if (id === undefined && records.length > 0) {
        if (at > 0) break
        return yield* new UpstreamError({
          kind: "Format",
          reason: bitrix24("bitrix24.disordered", { method: listing.method, field: byId.field })
        })
      }
      for (const record of records) read.push(asRecord(record))
      end = id ?? end
      if (records.length < pageSize) return [read, Option.none<Progress>()] as const
    }
    return [
      read,
      Option.some<Progress>({ ...(end === undefined ? {} : { last: end }), left: total - read.length })
    ] as const
  })

  // A record keeps its id, so none moves over the end of a page.
  return listed<Progress>({ left: 0 }, step, () => complete)
}

interface CountedProgress {
  readonly start: number
  readonly total: number
}

/** Pages by `start`, of which the first one tells how many there are. The last one names no next one. */
const countedPages = (portal: Portal, listing: Listing, asked: Asked, options: ListOptions): Source =>
  Channel.suspend(() => {
    let pages = 0
    let seen = 0
    let promised = 0
    const pageFrom = (start: number) => callOf(listing, asked, { start })

    const pagesFrom = Effect.fnUntraced(function* (start: number, count: number) {
      if (count === 1) return [yield* portal.call(pageFrom(start), options)]
      const starts = Arr.makeBy(count, (at) => start + at * pageSize)
      const answers = yield* portal.batch(starts.map(pageFrom), options)
      return yield* Effect.forEach(Arr.zip(starts, answers), ([from, answer]) => {
        if (Result.isSuccess(answer)) return Effect.succeed(answer.success)
        return isOperatingLimit(answer.failure) ? portal.call(pageFrom(from), options) : Effect.fail(answer.failure)
      })
    })

    const step = Effect.fnUntraced(function* ({ start, total }: CountedProgress) {
      const count = start === 0 ? 1 : Math.min(Math.max(Math.ceil((total - start) / pageSize), 1), options.pages)
      const read: Array<SourceRecord> = []
      let next: number | undefined
      for (const answer of yield* pagesFrom(start, count)) {
        const records = yield* recordsOf(listing, answer)
        for (const record of records) read.push(asRecord(record))
        pages++
        promised = Math.max(promised, answer.total ?? 0)
        next = answer.next
        if (next === undefined) break
      }
      seen += read.length
      return [read, next === undefined ? Option.none() : Option.some({ start: next, total: promised })] as const
    })

    return listed<CountedProgress>({ start: 0, total: 0 }, step, () =>
      seen < promised ? partial(bitrix24("bitrix24.fewer", { seen, total: promised })) : completeIn(pages)
    )
  })
