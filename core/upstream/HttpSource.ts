/**
 * Entities read over HTTP: request, pages, records. A connector built on it needs little more than credentials and a
 * base URL.
 */
import { Channel, Effect } from "effect"
import { HttpClientRequest } from "effect/http"
import type { Entity } from "../config/Entity.ts"
import { follow } from "../config/Pointer.ts"
import { reason } from "../reason/Reason.ts"
import type { Answer } from "./exchange/Exchange.ts"
import { failure, quoteBody } from "./exchange/Failure.ts"
import type { Upstream } from "./exchange/Upstream.ts"
import { factsOf, isRefused, plain } from "./pages/PageFacts.ts"
import type { PageFacts, PageRequest } from "./pages/Pager.ts"
import { paginate } from "./pages/Pages.ts"
import type { CsvHeader } from "./records/CsvRecords.ts"
import { type Beside, exactText, recordsOrNone, withoutRecords } from "./records/Records.ts"
import type { Batch, ReadOptions, Source, UpstreamError } from "./Source.ts"
import { requestOf } from "./Template.ts"

type PageChannel = Channel.Channel<Batch, UpstreamError, PageFacts>

/**
 * The names beside the records of the first page, or in its header: a later page without records must have no others.
 */
type FirstPage = { names?: ReadonlySet<string>; root?: string | undefined; readonly header: CsvHeader }

/**
 * Whether the place for records is missing because the list is empty, and not because the answer is about something
 * else.
 */
const isEmptyPage = ({ absent, envelope = {}, root }: Beside, first: FirstPage, number: number): boolean =>
  absent === "null" ||
  (number === 1
    ? root !== undefined
    : root === first.root && Object.keys(envelope).every((name) => first.names?.has(name) === true))

/** The vendor's next cursor, in the form in which it is sent. */
const cursorText = (given: unknown): string | undefined => {
  const value = plain(given)
  return typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined
}

const pageRecords = (
  entity: Entity,
  answer: Answer,
  first: FirstPage,
  number: number,
  { marks, onAside, onCursor }: ReadOptions
): PageChannel => {
  // No Content: an empty list in any format.
  if (answer.status === 204) return Channel.end(factsOf(entity, answer, {}))
  return Channel.mapDoneEffect(recordsOrNone(entity, answer, { marks, header: first.header }), (beside) => {
    if (isRefused(entity, beside)) return Effect.fail(refusal(answer))
    if (number === 1) {
      first.names = new Set(Object.keys(beside.envelope ?? {}))
      first.root = beside.root
    }
    if (beside.absent !== undefined && !isEmptyPage(beside, first, number)) {
      return Effect.fail(withoutRecords(entity, answer))
    }
    const given = cursorText(follow(beside.envelope, entity.incremental?.from ?? []))
    if (given !== undefined) onCursor?.(given)
    const facts = factsOf(entity, answer, beside)
    onAside?.({ answer: beside.envelope, ...inHead(answer, facts) })
    return Effect.succeed(facts)
  })
}

const refusal = ({ head, status, subject }: Answer): UpstreamError =>
  failure(subject, "Status", reason("request.declaredFailure", { status, body: quoteBody(subject, head) }), { status })

const inHead = ({ url }: Answer, { link, total }: PageFacts) => ({ url, hasLink: link !== undefined, total })

/** Hands on the raw answer, whatever it is; none of it becomes a record. */
const peeked = (entity: Entity, answer: Answer, peek: NonNullable<ReadOptions["peek"]>): PageChannel =>
  Channel.unwrap(
    Effect.map(exactText(answer), (text) => {
      peek({ text, type: answer.headers["content-type"] ?? "", ...inHead(answer, factsOf(entity, answer, {})) })
      return Channel.end({})
    })
  )

/**
 * Applies a page to the request: its parameters replace those of the request, an address that the vendor named replaces
 * everything.
 */
const pageOf = (request: HttpClientRequest.HttpClientRequest, { url, query }: PageRequest) =>
  (url === undefined ? request : HttpClientRequest.setUrl(request, new URL(url))).pipe(
    HttpClientRequest.setUrlParams(query)
  )

export const make =
  (upstream: Upstream) =>
  (entity: Entity, options: ReadOptions = {}): Source =>
    Channel.unwrap(
      Effect.map(requestOf(entity, options), (request) => {
        const first: FirstPage = { header: {} }
        const fetchPage = (page: PageRequest, number: number): PageChannel =>
          Channel.unwrap(
            Effect.map(
              upstream.send(pageOf(request, page), {
                // The requests of entities are reads, whatever their method.
                idempotent: true,
                charset: entity.charset,
                ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent })
              }),
              (answer) =>
                options.peek === undefined
                  ? pageRecords(entity, answer, first, number, options)
                  : peeked(entity, answer, options.peek)
            )
          )
        return paginate(entity.page, fetchPage, options.wary)
      })
    )
