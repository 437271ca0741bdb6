/** Lists in pages as functions of the request, and what a read of one comes to. */
import { Array as Arr, Channel, Effect } from "effect"
import type { Page } from "../../core/config/RequestTemplate.ts"
import { render } from "../../core/reason/Reason.ts"
import type { PageFacts, PageRequest } from "../../core/upstream/pages/Pager.ts"
import { type PagesOptions, paginate } from "../../core/upstream/pages/Pages.ts"
import type { Batch, Completeness, SourceRecord, UpstreamError } from "../../core/upstream/Source.ts"
import { drain } from "./vendor.ts"

export type Answer = {
  readonly ids: ReadonlyArray<number>
  readonly facts?: PageFacts
  readonly refused?: UpstreamError
}

export const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)

export const read = (
  page: Page,
  answer: (request: PageRequest, nth: number) => Answer,
  wary = false,
  more: PagesOptions = {}
) => {
  const requests: Array<PageRequest> = []
  const fetchPage = (request: PageRequest) => {
    requests.push(request)
    const { ids, facts = {}, refused } = answer(request, requests.length)
    if (refused !== undefined) return Channel.fail(refused)
    const records: ReadonlyArray<SourceRecord> = ids.map((id) => ({ id }))
    // In two batches, as a body arrives.
    const batches: ReadonlyArray<Batch> = [records.slice(0, 1), records.slice(1)].flatMap((batch) =>
      Arr.isReadonlyArrayNonEmpty(batch) ? [batch] : []
    )
    return Channel.concat(Channel.fromArray(batches), Channel.end(facts))
  }
  const source = paginate(page, fetchPage, { wary, ...more })
  return Effect.map(drain(source), ({ records, completeness }) => ({
    ids: records.map(({ id }) => id),
    completeness,
    queries: requests.map(({ url, query }) => url ?? query)
  }))
}

export const byPage = { type: "page", param: "page", sizeParam: "size", size: 3, first: 1, maxPages: 10 } as const
export const byOffset = { type: "offset", param: "offset", sizeParam: "limit", size: 3, maxPages: 10 } as const
export const byCursor = { type: "cursor", param: "after", next: ["next"], maxPages: 10 } as const
export const byLink = { type: "link", maxPages: 10 } as const
export const byKey = { type: "keyset", param: "after", by: "id", places: [["id"]], size: 3, maxPages: 10 } as const

/** So many records, paged as asked, up to `cap` a page. */
export const listOf =
  (count: number, size = 3, cap = size) =>
  (request: PageRequest): Answer => {
    const from =
      "page" in request.query ? (Number(request.query.page) - 1) * Math.min(size, cap) : Number(request.query.offset)
    return { ids: range(from, Math.min(count, from + Math.min(size, cap))) }
  }

export const reasonOf = (completeness: Completeness) =>
  completeness._tag === "Partial" ? render(completeness.reason) : "whole"
