/**
 * Entities read over HTTP: request, pages, records. A connector built on it needs little more than credentials and a
 * base URL.
 */
import { Channel, DateTime, Effect, Option } from "effect"
import { type Entity, entityId } from "../config/Entity.ts"
import { follow } from "../config/Pointer.ts"
import type { Windows } from "../config/RequestTemplate.ts"
import { foreignText, reason } from "../reason/Reason.ts"
import type { Answer } from "./exchange/Exchange.ts"
import { failure, quote, quoteBody } from "./exchange/Failure.ts"
import type { Upstream } from "./exchange/Upstream.ts"
import {
  type FirstPage,
  isEmptyPage,
  newState,
  otherState,
  type States,
  statesOf,
  unfinishedState
} from "./pages/EmptyPage.ts"
import { elementValue } from "./pages/FactValues.ts"
import type { PagesState } from "./pages/ListProgress.ts"
import { factsOf } from "./pages/PageFacts.ts"
import type { PageFacts, PageRequest } from "./pages/Pager.ts"
import { type PagesOptions, paginate } from "./pages/Pages.ts"
import { graphqlErrors, isRefused, refusalAt } from "./pages/Refusal.ts"
import { inHalves } from "./pages/SplitWindow.ts"
import {
  type DatedWindow,
  inWindows,
  type WindowsState,
  windowsOf,
  windowsProblem,
  withBounds
} from "./pages/Windows.ts"
import { requestsOf } from "./RequestBuilder.ts"
import { oneRecord } from "./records/OneRecord.ts"
import { exactText, recordsOrNone, withoutRecords } from "./records/Records.ts"
import { type Batch, type ReadOptions, type Source, UpstreamError } from "./Source.ts"

/** The state of a read between two pages. */
export type ReadState = PagesState | WindowsState

/** A read can go on from the state of an earlier one; a state of another kind of list is no state. */
export interface HttpReadOptions extends ReadOptions {
  readonly from?: ReadState | undefined
  readonly onPage?: ((state: () => ReadState) => void) | undefined
}

type PageChannel = Channel.Channel<Batch, UpstreamError, PageFacts>

/** The vendor's next cursor, in the form in which it is sent. */
const cursorText = (given: unknown): string | undefined => {
  const value = elementValue(given)
  return typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined
}

const pageRecords = (
  entity: Entity,
  answer: Answer,
  first: FirstPage,
  known: WeakMap<Entity, States>,
  { beyond, number }: Pick<PageRequest, "beyond"> & { readonly number: number },
  { marks, onResponse, onCursor }: ReadOptions
): PageChannel => {
  // No Content: an empty list in any format, and no record.
  if (answer.status === 204 && entity.single === true) return Channel.fail(withoutRecords(entity, answer))
  if (answer.status === 204) return Channel.end(factsOf(entity, answer, {}))
  let isEmpty = true
  const reading = entity.single === true ? oneRecord(entity, answer, { marks }) : undefined
  const read = Channel.map(reading ?? recordsOrNone(entity, answer, { marks, header: first.header }), (batch) => {
    isEmpty = false
    return batch
  })
  return Channel.mapDoneEffect(read, (body) => {
    const errors = graphqlErrors(entity, body)
    if (errors !== undefined) return Effect.fail(refusal(answer, errors))
    if (isRefused(entity, body)) return Effect.fail(refusal(answer))
    const isFirst = number === 1
    // A message beyond the end is about a page that does not exist.
    const other =
      !isEmpty || beyond !== undefined
        ? undefined
        : isFirst
          ? (newState(entity, body, known.get(entity)) ?? unfinishedState(entity, body, answer.asked))
          : otherState(entity, body, first)
    if (isFirst) {
      first.names = new Set(Object.keys(body.envelope ?? {}))
      first.root = body.root
      first.states = statesOf(entity, body)
      if (!isEmpty) known.set(entity, first.states)
    }
    if (body.absent !== undefined && !isEmptyPage(body, first, number)) {
      return Effect.fail(withoutRecords(entity, answer))
    }
    const given =
      body.ambiguous === undefined ? cursorText(follow(body.envelope, entity.incremental?.from ?? [])) : undefined
    if (given !== undefined) onCursor?.(given)
    const facts = { ...(other && { doubt: refusalAt(other) }), ...factsOf(entity, answer, body) }
    onResponse?.({ answer: body.envelope, ...inHead(answer, facts) })
    return Effect.succeed(facts)
  })
}

/** `errors`: the errors in a GraphQL answer. */
const refusal = ({ head, status, subject }: Answer, errors?: string): UpstreamError => {
  const why =
    errors === undefined
      ? reason("request.declaredFailure", { status, body: quoteBody(subject, head) })
      : reason("request.graphqlErrors", { status, errors: foreignText(quote(subject, errors)) })
  return failure(subject, "Status", why, { status })
}

const inHead = ({ headers, url }: Answer, { link, total }: PageFacts) => ({
  url,
  headers,
  hasLink: link !== undefined,
  total
})

/** Hands on the raw answer, whatever it is; none of it becomes a record. */
const peeked = (entity: Entity, answer: Answer, peek: NonNullable<ReadOptions["peek"]>): PageChannel =>
  Channel.unwrap(
    Effect.map(exactText(answer), (text) => {
      peek({ text, type: answer.headers["content-type"] ?? "", ...inHead(answer, factsOf(entity, answer, {})) })
      return Channel.end({})
    })
  )

export const make = (upstream: Upstream) => {
  /** The states in the first pages with records. */
  const known = new WeakMap<Entity, States>()
  const readList = (entity: Entity, options: ReadOptions & PagesOptions): Source =>
    Channel.unwrap(
      Effect.map(requestsOf(entity, options), (requestOf) => {
        const first: FirstPage = { header: {} }
        const { eachPage = (page) => page } = options
        const fetchPage = (page: PageRequest, number: number): PageChannel =>
          eachPage(
            Channel.unwrap(
              Effect.map(
                upstream.send(requestOf(page), {
                  // The requests of entities are reads, whatever their method.
                  idempotent: true,
                  charset: entity.charset,
                  isAwaited: entity.fail !== "none",
                  ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent })
                }),
                (answer) =>
                  options.peek === undefined
                    ? pageRecords(entity, answer, first, known, { ...page, number }, options)
                    : peeked(entity, answer, options.peek)
              )
            )
          )
        return paginate(entity.page, fetchPage, { ...options, onStatus: entity.forEach?.onStatus })
      })
    )
  return (entity: Entity, options: HttpReadOptions = {}): Source => {
    const { windows } = entity
    const { from, onPage, params, ...each } = options
    const before = from !== undefined && "window" in from ? from : undefined
    if (windows === undefined) {
      const pages = from === undefined || "window" in from ? undefined : from
      return readList(entity, { ...each, ...(params === undefined ? {} : { params }), onPage, from: pages })
    }
    return Channel.unwrap(
      Effect.gen(function* () {
        const now = before?.now ?? DateTime.toEpochMillis(yield* DateTime.now)
        const found = yield* windowsFor(entity, windows, now)
        // A look at one answer is a look at the newest, where there most likely is one.
        const newest = found.filter(({ begins }) => begins <= now).slice(-1)
        return inWindows(
          options.peek === undefined || newest.length === 0 ? found : newest,
          (window, pages) => {
            const readOne = (one: DatedWindow, isHalf = false) => {
              const { from, to } = one
              // Where a half is going on is not known to a read that continues.
              const own = { ...each, ...(isHalf ? {} : pages), params: { ...params, from, to } }
              return Channel.suspend(() => {
                options.onWindow?.()
                return withBounds(windows, one, readList(entity, own))
              })
            }
            const { split: statuses } = windows
            return statuses === undefined ? readOne(window) : inHalves(window, readOne, { entity, statuses })
          },
          { now, from: before, onPage }
        )
      })
    )
  }
}

const windowsFor = Effect.fnUntraced(function* (entity: Entity, windows: Windows, millis: number) {
  const now = DateTime.setZoneNamed(DateTime.makeUnsafe(millis), entity.timezone)
  const found = Option.isSome(now) ? windowsOf(windows, now.value) : []
  const why = Option.isSome(now) ? windowsProblem(found) : reason("request.timezone", { timezone: entity.timezone })
  if (found !== undefined && why === undefined) return found
  const id = entityId(entity)
  return yield* new UpstreamError({
    kind: "Declaration",
    reason: reason("request.declaration", { entity: id, why: why ?? reason("request.noWindow") })
  })
})
