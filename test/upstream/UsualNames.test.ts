/** Signs of more records at places that nobody declared, under the names that vendors usually give them. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import type { Page } from "../../core/config/RequestTemplate.ts"
import { render } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { drain, entity, upstream } from "./vendor.ts"

type Body = Record<string, unknown>

const items = [{ id: 1 }]
const byCursor = { type: "cursor", param: "after", next: ["after"], maxPages: 9 } as const

/** What a read says of an answer with one record. */
const endOf = Effect.fnUntraced(function* (body: Body | string, declared: Partial<Entity> = {}, headers: object = {}) {
  const crm = yield* upstream(() =>
    typeof body === "string" ? new Response(body) : Response.json({ items, ...body }, { headers: { ...headers } })
  )
  const { completeness } = yield* drain(HttpSource.make(crm)(entity(declared)))
  return completeness._tag === "Partial" ? render(completeness.reason) : "whole"
})

const counts = (at: string, total = 2) => `${at} of the answer says ${total}`
const more = (at: string) => `${at} of the answer tells of more records`
const link = (at: string) => `declare page: { type: link, next: ${at} }`
const cursor = (at: string) => `declare page: { type: cursor, param: …, next: ${at} }`

describe("a usual name", () => {
  it.effect("contradicts a list that is read as if it were whole", () =>
    Effect.gen(function* () {
      const table: ReadonlyArray<readonly [Body, string]> = [
        [{ meta: { pagination: { total: 2 } } }, counts("/meta/pagination/total")],
        [{ meta: { page: { total: 2 } } }, counts("/meta/page/total")],
        [{ Meta: { Pagination: { TotalPages: 3 } } }, counts("/Meta/Pagination/TotalPages", 3)],
        [{ total: { value: 2, relation: "eq" } }, counts("/total/value")],
        [{ "@odata.count": 2 }, counts("/@odata.count")],
        [{ links: { pages: { next: "/deals?page=2" } } }, link("/links/pages/next")],
        [{ response_metadata: { next_cursor: "abc" } }, cursor("/response_metadata/next_cursor")],
        [{ responseMetadata: { nextCursor: "abc" } }, cursor("/responseMetadata/nextCursor")],
        [{ cursor: { next: "abc" } }, cursor("/cursor/next")],
        [{ exceededTransferLimit: true }, more("/exceededTransferLimit")],
        [{ more_results: true }, more("/more_results")],
        [{ meta: { moreItems: true } }, more("/meta/moreItems")],
        [{ last: false }, more("/last")],
        [{ lastPage: false }, more("/lastPage")],
        [{ isLast: false }, more("/isLast")],
        [{ page: { is_last_page: false } }, more("/page/is_last_page")],
        [{ nbHits: 2, nbPages: 1 }, counts("/nbHits")],
        [{ metadata: { resultset: { count: 2 } } }, counts("/metadata/resultset/count")],
        [{ "hydra:totalItems": 2 }, counts("/hydra:totalItems")],
        [{ "hydra:view": { "hydra:next": "/deals?page=2" } }, link("/hydra:view/hydra:next")],
        [{ additional_data: { more_items_in_collection: true } }, more("/additional_data/more_items_in_collection")],
        [{ link: [{ relation: "next", url: "/deals?page=2" }] }, link("/link")],
        [{ links: [{ rel: ["next"], href: "/deals?page=2" }] }, link("/links")],
        [{ complete: false }, more("/complete")],
        [{ meta: { isComplete: false } }, more("/meta/isComplete")],
        [{ remaining: 3 }, more("/remaining")],
        [{ metadata: { remainingItemCount: 3 } }, more("/metadata/remainingItemCount")],
        [{ hits: { total: { value: 2 } } }, counts("/hits/total/value")],
        [{ nextRecordsUrl: "next/2", done: false }, link("/nextRecordsUrl")],
        [{ next_uri: "deals/2" }, link("/next_uri")],
        [{ nextOffset: 20 }, cursor("/nextOffset")],
        [{ continuationToken: "abc" }, cursor("/continuationToken")],
        [{ resumption_token: "abc" }, cursor("/resumption_token")],
        [{ LastEvaluatedKey: { id: { N: "1" } } }, cursor("/LastEvaluatedKey")],
        [{ last_evaluated_key: "abc" }, cursor("/last_evaluated_key")],
        [{ next_page: 2 }, cursor("/next_page")],
        [{ paging: { next: 15 } }, cursor("/paging/next")],
        [{ "total-results": 2 }, counts("/total-results")],
        [{ info: { count: 2, more_records: true } }, counts("/info/count")],
        [{ info: { more_records: true } }, more("/info/more_records")],
        [{ "has-more": true }, more("/has-more")],
        [{ more: true, total: null }, more("/more")],
        [{ moreAvailable: true }, more("/moreAvailable")],
        [{ timed_out: true }, more("/timed_out")],
        [{ next_page_uri: "deals.json?Page=1" }, link("/next_page_uri")],
        [{ meta: { nextHref: "deals?offset=1" } }, link("/meta/nextHref")],
        [{ metadata: { continue: "abc" } }, cursor("/metadata/continue")],
        [{ continue: { apcontinue: "abc", continue: "-||" } }, cursor("/continue/apcontinue")],
        [{ paging: { next: { after: "abc", link: "https://x.test" } } }, cursor("/paging/next/after")],
        [{ next_page: { offset: "abc", path: "/tasks" } }, cursor("/next_page/offset")],
        [{ offset: "itr1/rec2" }, cursor("/offset")],
        [
          {
            links: [
              { rel: "self", href: "/1" },
              { rel: "next", href: "/2" }
            ]
          },
          link("/links")
        ]
      ]
      for (const [body, reason] of table) {
        assert.include(yield* endOf(body), reason, JSON.stringify(body))
        const page: Page = { type: "none", total: "none", hasMore: "none" }
        assert.strictEqual(yield* endOf(body, { page }), "whole", JSON.stringify(body))
      }
      // Of several that count, the one that finds most missing.
      assert.include(yield* endOf({ count: 1, meta: { total: 3 }, found: 2 }), counts("/meta/total", 3))
      const hits = { hits: { total: { value: 2 }, hits: items } }
      assert.include(yield* endOf(hits, { records: "/hits/hits" }), counts("/hits/total/value"))
    })
  )

  it.effect("contradicts in a header, too", () =>
    Effect.gen(function* () {
      for (const [name, value, reason] of [
        ["Total-Count", "2", counts("total-count")],
        ["X-Page-Count", "2", counts("x-page-count")],
        ["X-Pagination-Total", "2", counts("x-pagination-total")],
        ["X-Pagination", '{"TotalCount":2,"PageSize":1}', counts("x-pagination/TotalCount")],
        ["X-Pagination", '{"hasNext":true}', more("x-pagination/hasNext")],
        ["X-Has-More", "true", more("x-has-more")],
        ["X-Next-Page", "2", more("x-next-page")],
        ["X-Next", "Zm9v", "the header x-next of the answer names the next page; declare page: { type: cursor,"],
        ["X-Shop-Next-Cursor", "Zm9v", "page: { type: cursor, param: …, header: x-shop-next-cursor }"],
        ["x-ms-continuation", "-RID:1", "page: { type: cursor, param: …, header: x-ms-continuation }"],
        ["Continuation-Token", "a=b", "header: continuation-token"],
        ["X-Next-Link", "/deals?after=1", "page: { type: link, header: x-next-link }"]
      ] as const) {
        assert.include(yield* endOf({}, {}, { [name]: value }), reason, name)
        const page: Page = { type: "none", total: "none", hasMore: "none" }
        assert.strictEqual(yield* endOf({}, { page }, { [name]: value }), "whole", name)
      }
      for (const [name, value] of [
        ["Total-Count", "1"],
        ["X-Pagination", '{"TotalCount":1,"hasNext":false}'],
        ["X-Pagination", "page 1 of 2"],
        ["X-Has-More", "false"],
        ["X-Next-Page", ""],
        ["X-Next-Cursor", "null"],
        ["X-RateLimit-Next", "60"]
      ] as const) {
        assert.strictEqual(yield* endOf({}, {}, { [name]: value }), "whole", `${name}: ${value}`)
      }
    })
  )

  it.effect("of an error contradicts beside records", () =>
    Effect.gen(function* () {
      for (const body of [
        { error: "timeout" },
        { errors: [{ message: "timeout" }] },
        { errcode: 40001, errmsg: "token" },
        { code: 500 },
        { statusCode: "503" },
        { status: "error" },
        { result: "FAILED" },
        { success: false },
        { ok: "false" }
      ]) {
        assert.include(yield* endOf(body), `the answer says /${Object.keys(body)[0]}: `, JSON.stringify(body))
        assert.strictEqual(yield* endOf(body, { fail: "none" }), "whole", JSON.stringify(body))
      }
      for (const long of ["x".repeat(70_000), ["x".repeat(70_000)], { text: "x".repeat(70_000) }]) {
        assert.include(yield* endOf({ error: long }), "the answer says /error: ", typeof long)
        if (!Array.isArray(long)) assert.include(yield* endOf({ next: long }), "/next", typeof long)
        assert.strictEqual(yield* endOf({ facets: long, total: 1 }), "whole", typeof long)
      }
      for (const body of [
        { error: null, errors: [], errcode: 0, errmsg: "" },
        { code: 200, status: "ok", statusCode: 0, result: "success", state: "open" },
        { code: "500 items", status: { code: 200 }, success: null }
      ]) {
        assert.strictEqual(yield* endOf(body), "whole", JSON.stringify(body))
      }
    })
  )

  it.effect("says nothing on a final page, or in another sense", () =>
    Effect.gen(function* () {
      for (const body of [
        { next_page: null, next: 0, next_offset: -1 },
        { last: true, isLast: true, is_last_page: true },
        { complete: true, remaining: 0, remainingTime: 3 },
        { last: "false", isLast: null, is_last_page: 0 },
        { links: { next: null, last: false } },
        { meta: { pagination: { total: 1, total_pages: 1, next: "" } } },
        { response_metadata: { next_cursor: "" }, cursor: { next: null } },
        { cursor: "abc" },
        { exceededTransferLimit: false, more_results: false, moreItems: [] },
        { moreResults: "NO_MORE_RESULTS" },
        { done: false },
        { done: true, nextRecordsUrl: null },
        { "@odata.count": 1, total: { value: 1 } },
        { continuationToken: null, resumptionToken: "", LastEvaluatedKey: {} },
        { more: false, more_records: "false", timed_out: false },
        { offset: "0", meta: { offset: 20, nextHref: null } },
        { links: [{ rel: "self", href: "/1" }], metadata: { continue: "" } },
        { next: { after: null }, next_page: {} },
        { meta: { page: { meta: { total: 2 } } } },
        { author: { pagination: { total: 2 } } }
      ]) {
        assert.strictEqual(yield* endOf(body), "whole", JSON.stringify(body))
      }
    })
  )

  it.effect("stands back where something is declared", () =>
    Effect.gen(function* () {
      for (const [page, body] of [
        [
          { type: "none", total: ["n"] },
          { n: 1, meta: { page: { total: 2 } }, "@odata.count": 2 }
        ],
        [
          { type: "none", hasMore: ["more"] },
          { more: false, last: false, next_page: 2, more_results: true }
        ],
        [byCursor, { after: null, next: 0, last: true }]
      ] as const) {
        assert.strictEqual(yield* endOf(body, { page }), "whole", JSON.stringify(body))
      }
      assert.include(yield* endOf({ after: null, next: 15 }, { page: byCursor }), cursor("/next"))
      assert.include(yield* endOf({ after: null, isLast: false }, { page: byCursor }), more("/isLast"))
      const short = { type: "page", param: "p", size: 9, first: 1, maxPages: 9, until: "short" } as const
      assert.strictEqual(yield* endOf({ next_page: 2, last: true }, { page: short }, { "x-next-page": "2" }), "whole")
      assert.include(yield* endOf({ last: false }, { page: short }), more("/last"))
    })
  )

  it.effect("tells of a next page with a token in an element that has attributes", () =>
    Effect.gen(function* () {
      const answer = (token: string) => `<list><item><id>1</id></item>${token}</list>`
      const declared = { format: "xml", records: "list/item" } as const
      assert.include(
        yield* endOf(answer('<resumptionToken cursor="0">abc</resumptionToken>'), declared),
        cursor("/resumptionToken")
      )
      assert.strictEqual(yield* endOf(answer('<resumptionToken cursor="0"/>'), declared), "whole")
    })
  )

  it.effect("at incremental.from is the cursor of increments, and no next page", () =>
    Effect.gen(function* () {
      const since = (...from: ReadonlyArray<string>): Partial<Entity> => ({
        incremental: { from, param: "since", overlap: Duration.zero, format: "text" }
      })
      assert.strictEqual(yield* endOf({ meta: { next: "abc" } }, since("meta", "next")), "whole")
      assert.strictEqual(yield* endOf({ next: 15 }, since("next")), "whole")
      assert.strictEqual(yield* endOf({ last_evaluated_key: { id: 1 } }, since("last_evaluated_key", "id")), "whole")
      assert.include(yield* endOf({ meta: { next: "abc" }, next: "b" }, since("meta", "next")), cursor("/next"))
      assert.include(yield* endOf({ meta: { next: "abc", total: 2 } }, since("meta", "next")), counts("/meta/total"))
    })
  )

  it.effect("of a next page contradicts nothing where it leads to what was read", () =>
    Effect.gen(function* () {
      const of = (count: number) => ({ items: Array.from({ length: count }, (_, id) => ({ id })) })
      const asking = (query: Entity["request"]["query"]) => ({
        request: { method: "GET", path: "/deals", query, headers: {} } as const
      })
      const table: ReadonlyArray<readonly [Body, Partial<Entity>?, object?]> = [
        [{ next_page: 1 }],
        [{ next_page: 1, ...of(8) }],
        [{ next_page: 1, ...of(18) }],
        [{ meta: { next_page: "1" } }],
        [{ page: 3, next_page: 3 }],
        [{ current_page: 3, next_page: 2 }],
        [{ offset: 40, next_offset: 40, ...of(5) }],
        [{ next_page: 4, ...of(5) }, asking({ page: 4 })],
        [{ next_offset: 20, ...of(5) }, asking({ offset: 20 })],
        [{ next_cursor: "abc" }, asking({ after: "abc" })],
        [{ next: "?state=open" }, asking({ state: "open" })],
        [{ has_more: false, next_offset: 25, ...of(25) }],
        [{ total: 3, next_offset: 3, ...of(3) }],
        [{ meta: { rows: 25 }, next_offset: 25, ...of(25) }, { page: { type: "none", total: ["meta", "rows"] } }],
        [{ next_offset: 25, ...of(25) }, {}, { "X-Total-Count": "25" }],
        [{}, {}, { "X-Page": "2", "X-Next-Page": "2" }]
      ]
      for (const [body, declared, headers] of table) {
        assert.strictEqual(yield* endOf(body, declared, headers), "whole", JSON.stringify([body, declared, headers]))
      }
    })
  )

  it.effect("of a next page contradicts where it may lead on, of a page that may be full above all", () =>
    Effect.gen(function* () {
      const of = (count: number) => ({ items: Array.from({ length: count }, (_, id) => ({ id })) })
      const table: ReadonlyArray<readonly [Body, string, object?]> = [
        [{ next_page: 1, ...of(25) }, "/next_page"],
        [{ next_page: 1, ...of(12) }, "/next_page"],
        [{ next_page: 1, ...of(16) }, "/next_page"],
        [{ page: 0, next_page: 1 }, "/next_page"],
        [{ current_page: 3, next_page: 4 }, "/next_page"],
        [{ total: 25, next_offset: 25, ...of(25) }, "/next_offset"],
        [{ total: 4, next_offset: 3, ...of(3) }, "/total"],
        [{ next_offset: 1 }, "/next_offset"],
        [{ offset: 40, next_offset: 45, ...of(5) }, "/next_offset"],
        [{ has_more: false, next_cursor: "abc" }, "/next_cursor"],
        [{ next: "?state=open&page=2" }, "/next"],
        [{}, "x-next-page", { "X-Page": "1", "X-Next-Page": "2" }]
      ]
      for (const [body, at, headers] of table) {
        assert.include(yield* endOf(body, {}, headers), at, JSON.stringify(body))
      }
    })
  )
})
