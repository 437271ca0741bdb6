/** Requests whose pages, cursor and moments go into the body, and what GraphQL answers. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import type { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import type { Entity } from "../../core/config/Entity.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import type { ReadOptions } from "../../core/upstream/Source.ts"
import { drain, entity, json, upstream } from "./vendor.ts"

const bodyOf = ({ body }: HttpClientRequest.HttpClientRequest) =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""

/** Reads the entity from a vendor that is a function of the body; returns what was sent too. */
const readFrom = (
  changes: Partial<Omit<Entity, "request">> & { readonly request: Partial<Entity["request"]> },
  answer: (body: string, url: URL) => unknown,
  options: ReadOptions = {}
) =>
  Effect.gen(function* () {
    const sent: Array<{ readonly body: string; readonly url: string; readonly type: string | undefined }> = []
    const { request, ...more } = changes
    const from = yield* upstream((asked, url) => {
      const body = bodyOf(asked)
      sent.push({ body, url: `${url.pathname}${url.search}`, type: asked.headers["content-type"] })
      return json(answer(body, url))
    })
    const declared = entity({
      ...more,
      request: { method: "POST", path: "/deals", query: {}, headers: {}, ...request }
    })
    const read = yield* Effect.result(drain(HttpSource.make(from)(declared, options)))
    return { read, sent }
  })

const ids = (read: Effect.Success<ReturnType<typeof readFrom>>["read"]) =>
  read._tag === "Success" ? read.success.records.map(({ id }) => id) : read.failure.message

const items = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, at) => ({ id: from + at }))

describe("pages in the body", () => {
  it.effect("are numbers at their places, beside what is declared", () =>
    Effect.gen(function* () {
      const { read, sent } = yield* readFrom(
        {
          request: { body: { filter: { open: true } } },
          page: { type: "page", param: "/paging/page", sizeParam: "/paging/size", size: 3, first: 5, maxPages: 9 }
        },
        (body) => {
          const { paging } = JSON.parse(body)
          return { items: items((paging.page - 5) * 3, Math.min(4, (paging.page - 4) * 3)) }
        }
      )
      assert.deepEqual(ids(read), [0, 1, 2, 3])
      assert.deepEqual(
        sent.map(({ body }) => JSON.parse(body)),
        [5, 6, 7].map((page) => ({ filter: { open: true }, paging: { page, size: 3 } }))
      )
      assert.isTrue(sent.every(({ url }) => url === "/api/deals"))
    })
  )

  it.effect("begin at the declared offset", () =>
    Effect.gen(function* () {
      const { read, sent } = yield* readFrom(
        {
          request: { form: { kind: "a" } },
          page: { type: "offset", param: "/from", sizeParam: "/n", size: 2, first: 1, maxPages: 9 }
        },
        (body) => {
          const from = Number(new URLSearchParams(body).get("from"))
          return { items: items(from, Math.min(from + 2, 4)) }
        }
      )
      assert.deepEqual(ids(read), [1, 2, 3])
      assert.deepEqual(sent[0], {
        body: "kind=a&from=1&n=2",
        url: "/api/deals",
        type: "application/x-www-form-urlencoded"
      })
    })
  )

  it.effect("are keys with all their digits", () =>
    Effect.gen(function* () {
      const { sent } = yield* readFrom(
        {
          request: { body: {} },
          page: { type: "keyset", param: "/after", by: "id", places: [["id"]], maxPages: 9 }
        },
        (body) => ({ items: body === "{}" ? [{ id: "a" }, { id: "b" }] : [] }),
        { marks: true }
      )
      assert.deepEqual(
        sent.map(({ body }) => body),
        ["{}", '{"after":"b"}']
      )
      const digits = "12345678901234567890"
      const asked: Array<string> = []
      const from = yield* upstream((request) => {
        asked.push(bodyOf(request))
        return new Response(asked.length === 1 ? `{"items":[{"id":${digits}}]}` : '{"items":[]}', {
          headers: { "content-type": "application/json" }
        })
      })
      const declared = entity({
        request: { method: "POST", path: "/deals", query: {}, headers: {}, body: {} },
        page: { type: "keyset", param: "/after", by: "id", places: [["id"]], maxPages: 9 }
      })
      yield* drain(HttpSource.make(from)(declared, { marks: true }))
      assert.deepEqual(asked, ["{}", `{"after":${digits}}`])
    })
  )

  it.effect("are sent again with the address that a header names", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const from = yield* upstream((request, url) => {
        asked.push(`${url.search} ${bodyOf(request)}`)
        const next = { "": "/api/deals?n=2", "?n=2": `<${url.origin}/api/deals?n=3>; rel="next"` }[url.search]
        return json({ items: [{ id: asked.length }] }, next === undefined ? {} : { headers: { "x-next": next } })
      })
      const declared = entity({
        request: { method: "POST", path: "/deals", query: {}, headers: {}, body: { all: true } },
        page: { type: "link", header: "X-Next", size: 1, sizeParam: "/n", maxPages: 9 }
      })
      const { completeness, records } = yield* drain(HttpSource.make(from)(declared))
      assert.deepEqual(records, [{ id: 1 }, { id: 2 }, { id: 3 }])
      assert.deepEqual(completeness, { _tag: "Complete", pages: 3 })
      assert.deepEqual(
        asked,
        ["", "?n=2", "?n=3"].map((search) => `${search} {"all":true,"n":1}`)
      )
    })
  )
})

describe("GraphQL", () => {
  const graphql = {
    query: "query ($after: String) { deals(first: 2, after: $after) { nodes {id} pageInfo {endCursor hasNextPage} } }",
    variables: { after: null, since: "{today-1mo}" }
  }
  const changes = {
    request: { graphql },
    records: "/data/deals/nodes",
    page: {
      type: "cursor",
      param: "/variables/after",
      next: ["data", "deals", "pageInfo", "endCursor"],
      hasMore: ["data", "deals", "pageInfo", "hasNextPage"],
      maxPages: 9
    }
  } as const

  it.effect("has templates in its variables only, and the cursor among them", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-03-31T12:00:00Z")))
      const { read, sent } = yield* readFrom(changes, (body) => {
        const from = Number(JSON.parse(body).variables.after ?? 0)
        const end = Math.min(from + 2, 3)
        return {
          data: { deals: { nodes: items(from, end), pageInfo: { endCursor: String(end), hasNextPage: end < 3 } } }
        }
      })
      assert.deepEqual(ids(read), [0, 1, 2])
      assert.deepEqual(
        sent.map(({ body }) => JSON.parse(body)),
        [null, "2", "3"].map((after) => ({ query: graphql.query, variables: { after, since: "2026-02-28" } }))
      )
    })
  )

  it.effect("fails with errors in an answer of 200, with or without data", () =>
    Effect.gen(function* () {
      const nodes = { deals: { nodes: [{ id: 1 }], pageInfo: { endCursor: null, hasNextPage: false } } }
      for (const data of [nodes, null]) {
        const { read } = yield* readFrom(changes, () => ({ data, errors: [{ message: "no such field" }, "odd"] }))
        assert.include(String(ids(read)), 'answered 200 with errors: «no such field; "odd"»')
      }
      const fine = yield* readFrom(changes, () => ({ data: nodes, errors: [] }))
      assert.deepEqual(ids(fine.read), [1])
    })
  )
})

describe("moments and the cursor", () => {
  it.effect("are filled in path, query, headers and body alike, as the clock of the first page is", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-03-05T23:30:00Z")))
      const { sent } = yield* readFrom(
        {
          request: {
            path: "/deals/{today:yyyy-MM}",
            query: { from: "{today-30d:dd.MM.yyyy}", at: "{now}", after: "id>{cursor}", keep: "{status:open} {other}" },
            headers: { "X-Day": "{today+1w}" },
            body: { cursor: "{cursor}", year: "{today-1y:yyyy}", "{today}": 1 }
          },
          incremental: { cursor: "id", overlap: 0, format: "text" }
        },
        () => ({ items: [] }),
        { since: "17" }
      )
      assert.deepEqual(sent[0], {
        url: `/api/deals/2026-03?${new URLSearchParams({
          from: "04.02.2026",
          at: "2026-03-06T01:30:00",
          after: "id>17",
          keep: "{status:open} {other}"
        })}`,
        body: '{"cursor":"17","year":"2025","{today}":1}',
        type: "application/json"
      })
      const placed = yield* readFrom(
        {
          request: { body: { filter: {} } },
          incremental: { cursor: "id", param: "/filter/since", overlap: 0, format: "text" }
        },
        () => ({ items: [] }),
        { since: "17" }
      )
      assert.strictEqual(placed.sent[0]?.body, '{"filter":{"since":"17"}}')
    })
  )
})
