/** Entities read over HTTP: request, pages, records. With it a connector is little more than credentials and a base URL. */
import { Channel, Effect } from "effect"
import { type Headers, HttpClientRequest } from "effect/http"
import type { Entity } from "../config/Entity.ts"
import type { Answer } from "./Exchange.ts"
import { failure } from "./Failure.ts"
import type { PageFacts, PageRequest } from "./Pagers.ts"
import { paginate } from "./Pages.ts"
import { document, records } from "./Records.ts"
import type { Batch, ReadOptions, Source, UpstreamError } from "./Source.ts"
import { requestOf } from "./Template.ts"
import type { Upstream } from "./Upstream.ts"

type PageChannel = Channel.Channel<Batch, UpstreamError, PageFacts>

/** The address after `rel=next` in a Link header (RFC 8288). */
const nextLink = (headers: Headers.Headers): string | undefined => {
  for (const [, target, parameters = ""] of (headers.link ?? "").matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters)) return target
  }
  return undefined
}

const linkFacts = (answer: Answer): Pick<PageFacts, "link" | "doubt"> => {
  const target = nextLink(answer.headers)
  if (target === undefined) return {}
  if (!URL.canParse(target, answer.url)) return { doubt: "the next link is not an address" }
  const link = new URL(target, answer.url)
  return link.origin === new URL(answer.url).origin
    ? { link: link.href }
    : { doubt: `the next link leads to another host, ${link.origin}` }
}

const totalFacts = ({ headers }: Answer): Pick<PageFacts, "total"> => {
  const total = Number.parseInt(headers["x-total-count"] ?? "", 10)
  return Number.isNaN(total) ? {} : { total }
}

/** JSON and XML show their end themselves, other answers need HTTP to say where they end. */
const endFacts = ({ format }: Entity, { headers }: Answer): Pick<PageFacts, "doubt"> =>
  (format === "csv" || format === "ndjson") &&
  headers["content-length"] === undefined &&
  headers["transfer-encoding"] === undefined
    ? { doubt: "nothing in the answer tells a whole list from one that was cut off" }
    : {}

const pageRecords = (entity: Entity, answer: Answer): PageChannel => {
  const facts: PageFacts = { ...totalFacts(answer), ...linkFacts(answer), ...endFacts(entity, answer) }
  // No Content: an empty list in any format.
  if (answer.status === 204) return Channel.end(facts)
  if (entity.page.type !== "cursor") return Channel.mapDone(records(entity, answer), () => facts)
  if (entity.format !== "json") {
    return Channel.fail(failure(answer.subject, "Declaration", "page: { type: cursor } finds its cursor in JSON only"))
  }
  return Channel.unwrap(
    Effect.map(document(entity, answer, entity.page.next), ({ batches, value }) =>
      Channel.concat(Channel.fromArray(batches), Channel.end({ ...facts, cursor: value }))
    )
  )
}

/** The page's own parameters replace those of the request; an address the vendor named replaces all. */
const pageOf = (request: HttpClientRequest.HttpClientRequest, { url, query }: PageRequest) =>
  (url === undefined ? request : HttpClientRequest.setUrl(request, new URL(url))).pipe(
    HttpClientRequest.setUrlParams(query)
  )

export const make =
  (upstream: Upstream) =>
  (entity: Entity, options: ReadOptions = {}): Source =>
    Channel.unwrap(
      Effect.map(requestOf(entity, options), (request) =>
        paginate(entity.page, (page) =>
          Channel.unwrap(
            Effect.map(
              upstream.send(pageOf(request, page), {
                // The requests of entities are reads, whatever their method.
                idempotent: true,
                ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent })
              }),
              (answer) => pageRecords(entity, answer)
            )
          )
        )
      )
    )
