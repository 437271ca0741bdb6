/** What an answer says beside its records: in XML, around a list that lies deeper, and however its text is cut. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import type { Page } from "../../core/config/RequestTemplate.ts"
import { render } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { EnvelopeReader } from "../../core/upstream/records/Envelope.ts"
import { drain, entity, upstream } from "./vendor.ts"

describe("what stands beside the records of an XML answer", () => {
  const reason = (text: string, changes: Partial<Entity> = {}) =>
    Effect.gen(function* () {
      const crm = yield* upstream(() => new Response(text, { headers: { "content-type": "application/xml" } }))
      const declared = entity({ format: "xml", records: "list/item", ...changes })
      const { completeness } = yield* drain(HttpSource.make(crm)(declared))
      return completeness._tag === "Partial" ? render(completeness.reason) : "whole"
    })
  const list = (beside: string, attributes = "") => `<list${attributes}>${beside}<item><id>1</id></item></list>`

  it.effect("contradicts as it does in JSON", () =>
    Effect.gen(function* () {
      for (const [text, message] of [
        [list("<IsTruncated>true</IsTruncated>"), "/IsTruncated of the answer tells of more records"],
        [list("<NextContinuationToken>abc</NextContinuationToken>"), "/NextContinuationToken"],
        [list("<total> 2 </total>"), "/total of the answer says 2"],
        [list("<meta><a/><total>2</total><b/></meta>"), "/meta/total of the answer says 2"],
        [list("", ' total="2"'), "/@total of the answer says 2"],
        ["<list><item><id>1</id></item><next><![CDATA[/items?page=2]]></next></list>", "/next"],
        [list("<success>false</success>"), "/success"],
        [list("<os:totalResults xmlns:os='urn:x'>2</os:totalResults>"), "/totalResults of the answer says 2"],
        ["<list><group><item><id>1</id></item></group><group><total>2</total></group></list>", "/group/total"]
      ] as const) {
        const grouped = text.includes("<group>") ? { records: "list/group/item" } : {}
        assert.include(yield* reason(text, grouped), message, text)
      }
    })
  )

  it.effect("ends the list behind its last page as far as the root is that of the first one", () =>
    Effect.gen(function* () {
      const page: Page = { type: "page", param: "page", size: 3, first: 1, maxPages: 10 }
      const first = "<list><item><id>1</id></item></list>"
      for (const records of ["item", "list/item"]) {
        for (const [end, told] of [
          ["<list/>", "Complete"],
          ["<list>\n</list>", "Complete"],
          ["<error/>", "Format"],
          ["<error><list/></error>", "Format"]
        ] as const) {
          const each = [first, end]
          const crm = yield* upstream(() => new Response(each.shift() ?? end))
          const ended = yield* Effect.match(drain(HttpSource.make(crm)(entity({ format: "xml", records, page }))), {
            onFailure: ({ kind }) => kind,
            onSuccess: ({ completeness }) => completeness._tag
          })
          assert.strictEqual(ended, told, `${records}: ${end}`)
        }
      }
    })
  )

  it.effect("gives the cursor of increments from an element, with attributes or without, or from an attribute", () =>
    Effect.gen(function* () {
      for (const [from, text] of [
        [["meta", "since"], list("<meta><since>abc</since></meta>")],
        [["meta", "since"], list("<meta><since zone='utc'>abc</since></meta>")],
        [["@since"], list("", " since='abc'")],
        [["since"], "<list><item><id>1</id></item><since><![CDATA[abc]]></since></list>"],
        [["since"], list("<since/>")],
        [["other"], list("<since>abc</since>")]
      ] as const) {
        const crm = yield* upstream(() => new Response(text, { headers: { "content-type": "application/xml" } }))
        const declared = entity({
          format: "xml",
          records: "list/item",
          incremental: { from, param: "since", overlap: Duration.zero, format: "text" }
        })
        const given: Array<string> = []
        yield* drain(HttpSource.make(crm)(declared, { onCursor: (value) => given.push(value) }))
        assert.deepEqual(given, text.includes("abc") && from[0] !== "other" ? ["abc"] : [], text)
      }
    })
  )

  it.effect("says nothing where it agrees, where it is passed over, and inside of records", () =>
    Effect.gen(function* () {
      for (const text of [
        list("<IsTruncated>false</IsTruncated><total>1</total><next/><__proto__><total>2</total></__proto__>"),
        list("<owner><meta><total>2</total></meta></owner>"),
        '<list><item total="2"><id>1</id><total>2</total><item><next>x</next></item></item></list>',
        "<list><item><meta/><total>2</total></item></list>"
      ]) {
        assert.strictEqual(yield* reason(text), "whole", text)
        assert.strictEqual(yield* reason(text, { records: "item" }), "whole", text)
      }
      const page = { type: "none", total: "none", hasMore: "none" } as const
      assert.strictEqual(
        yield* reason(list("<total>2</total><next>x</next><truncated>1</truncated>"), { page }),
        "whole"
      )
      assert.strictEqual(yield* reason(list("<error>x</error>"), { fail: "none" }), "whole")
    })
  )
})

describe("what stands around a list that lies deeper", () => {
  const records = "/data/list/items"
  const reason = (inner: Record<string, unknown>, page: Page = { type: "none" }, init?: ResponseInit) =>
    Effect.gen(function* () {
      const items = [{ id: 1, total: 9, error: "x" }]
      const body = { status: "ok", data: { list: { items, ...inner } } }
      const crm = yield* upstream(() => Response.json(body, init))
      const { completeness } = yield* drain(HttpSource.make(crm)(entity({ records, page })))
      return completeness._tag === "Partial" ? render(completeness.reason) : "whole"
    })

  it.effect("contradicts as it does at the root", () =>
    Effect.gen(function* () {
      for (const [inner, message] of [
        [{ total: 2 }, "/data/list/total of the answer says 2"],
        [{ count: 1, total: 2 }, "/data/list/total of the answer says 2"],
        [{ total: 2, count: 1 }, "/data/list/total of the answer says 2"],
        [{ pagination: { total_pages: 3 } }, "/data/list/pagination/total_pages of the answer says 3"],
        [{ has_more: true }, "/data/list/has_more of the answer tells of more records"],
        [{ next: "/deals?page=2" }, "/data/list/next"],
        [{ success: false }, "the answer says /data/list/success: false"]
      ] as const) {
        assert.include(yield* reason(inner), message)
      }
      assert.strictEqual(yield* reason({ total: 1, has_more: false, next: null, error: null }), "whole")
    })
  )

  it.effect("and headers with usual names contradict, too", () =>
    Effect.gen(function* () {
      const saying = (name: string, value: string) => reason({}, { type: "none" }, { headers: { [name]: value } })
      assert.include(yield* saying("X-WP-Total", "2"), "x-wp-total of the answer says 2")
      assert.include(yield* saying("X-Total-Pages", "2"), "read 1 page, and x-total-pages of the answer says 2")
      assert.strictEqual(yield* saying("X-Total", "1"), "whole")
    })
  )

  it.effect("names a next page to a list that is paged otherwise", () =>
    Effect.gen(function* () {
      const next = { paging: { next: "http://crm.test/api/deals?page=2", cursor: null } }
      assert.include(yield* reason(next, { type: "link", maxPages: 5 }), "/data/list/paging/next")
      const cursor = { type: "cursor", param: "after", maxPages: 5 } as const
      const paging = ["data", "list", "paging"]
      assert.include(yield* reason(next, { ...cursor, next: [...paging, "cursor"] }), "/data/list/paging/next")
      assert.include(yield* reason(next, { ...cursor, next: [...paging, "next"] }), "is page.param / page.next right?")
    })
  )
})

it.effect("what stands around the records is known however the text is cut", () =>
  Effect.sync(() => {
    const text =
      '\uFEFF{"a":[{"items":[1,"]"]}],"s":"\\"items\\":[","items":[{"x":[1,{}]},{"t":"]]\\\\"},[]],"n":{"items":[2]},"total":12345678901234567890}'
    const around = {
      a: [{ items: [1, "]"] }],
      s: '"items":[',
      items: [],
      n: { items: [2] },
      total: "12345678901234567890"
    }
    for (const size of [1, 2, 3, 7, 1000]) {
      const reader = new EnvelopeReader(["items"])
      let out = ""
      for (let at = 0; at < text.length; at += size) out += reader.feed(text.slice(at, at + size))
      const read = out + reader.end()
      assert.lengthOf(read, text.length - 1)
      // What nobody asked for is no value any more; the records stand where they stood.
      const { s, ...values } = JSON.parse(read)
      assert.include([0, around.s], s)
      const items = [{ x: [1, {}] }, { t: "]]\\" }, []]
      assert.deepEqual(values, { a: 0, items, n: 0, total: Number(around.total) })
      assert.strictEqual(read.indexOf('{"x"'), text.indexOf('{"x"') - 1)
      assert.deepEqual<unknown>(reader.envelope().envelope, around)
    }
    const numbers = '{"items":[1,12],"total":2}'
    for (let at = 1; at < numbers.length; at++) {
      const reader = new EnvelopeReader(["items"])
      assert.strictEqual(reader.feed(numbers.slice(0, at)) + reader.feed(numbers.slice(at)) + reader.end(), numbers)
      assert.deepEqual<unknown>(reader.envelope().envelope, { items: [], total: 2 }, `cut at ${at}`)
    }
    const nested = new EnvelopeReader(["a", "1", "b"])
    nested.feed('{"a":[{"b":[1]},{"c":1,"b":[2,3],"d":4}]}')
    assert.deepEqual<unknown>(nested.envelope().envelope, { a: [{ b: [1] }, { c: 1, b: [], d: 4 }] })
  })
)

describe("a list that is still being prepared", () => {
  const answered = (body: object, declared: Partial<Entity> = {}) =>
    Effect.gen(function* () {
      const crm = yield* upstream(() => Response.json({ items: [{ id: 1 }], ...body }))
      const { completeness } = yield* drain(HttpSource.make(crm)(entity(declared)))
      return completeness._tag === "Partial" ? render(completeness.reason) : "whole"
    })

  it.effect("is told where no record came, and then nothing is deleted", () =>
    Effect.gen(function* () {
      const none = { items: [] }
      for (const [body, at] of [
        [{ status: "processing" }, '/status: "processing"'],
        [{ meta: { state: "IN_PROGRESS" } }, '/meta/state: "IN_PROGRESS"'],
        [{ status: "not ready" }, '/status: "not ready"'],
        [{ ready: false }, "/ready: false"],
        [{ job: 1, is_completed: false }, "/is_completed: false"],
        [{ job: 1, is_complete: false }, "/is_complete: false"]
      ] as const) {
        assert.include(yield* answered({ ...body, ...none }), at)
        assert.strictEqual(yield* answered({ ...body, ...none }, { fail: "none" }), "whole", at)
        if (!("is_complete" in body)) assert.strictEqual(yield* answered(body), "whole", at)
      }
      for (const body of [{ status: "ready" }, { state: "open" }, { ready: true }, { done: null }, { completed: 0 }]) {
        assert.strictEqual(yield* answered({ ...body, ...none }), "whole", JSON.stringify(body))
      }
      // The request's own words.
      const query = { status: "processing" }
      const request = { method: "GET", path: "/deals", query, headers: {} } as const
      assert.strictEqual(yield* answered({ ...query, ...none }, { request }), "whole")
    })
  )
})

describe("a state of a list", () => {
  it.effect("is none of the object around it, whatever that is called", () =>
    Effect.gen(function* () {
      const pages = ['{"result":{"page":1,"items":[{"id":1}]}}', '{"result":{"items":null}}']
      const page: Page = { type: "page", param: "page", size: 1, first: 1, maxPages: 9 }
      const crm = yield* upstream(() => new Response(pages.shift() ?? ""))
      const { completeness } = yield* drain(HttpSource.make(crm)(entity({ page, records: "/result/items" })))
      assert.deepInclude(completeness, { _tag: "Complete" })
    })
  )

  it.effect("is seen in the usual places beside it, too", () =>
    Effect.gen(function* () {
      const endOf = Effect.fnUntraced(function* (body: object, declared: Partial<Entity> = {}) {
        const crm = yield* upstream(() => Response.json({ items: [{ id: 1 }], ...body }))
        const { completeness } = yield* drain(HttpSource.make(crm)(entity(declared)))
        return completeness._tag === "Partial" ? render(completeness.reason) : "whole"
      })
      for (const [body, at] of [
        [{ meta: { status: "error" } }, "/meta/status"],
        [{ meta: { success: false } }, "/meta/success"],
        [{ meta: { code: 500 } }, "/meta/code"],
        [{ meta: { errors: [{ message: "shard 3" }] } }, "/meta/errors"],
        [{ responseHeader: { status: 500 } }, "/responseHeader/status"],
        [{ response: { status: "fail" } }, "/response/status"],
        [{ _shards: { total: 3, failed: 1 } }, "/_shards/failed"],
        [{ stat: "fail" }, "/stat"],
        [{ success: "no" }, "/success"],
        [{ Ack: "Failure" }, "/Ack"],
        [{ isError: true }, "/isError"],
        [{ hasErrors: true }, "/hasErrors"],
        [{ failed: true }, "/failed"]
      ] as const) {
        assert.include(yield* endOf(body), `the answer says ${at}: `)
        assert.strictEqual(yield* endOf(body, { fail: "none" }), "whole", at)
      }
      for (const body of [
        { meta: { code: 200, status: "ok", success: "yes", errors: [] } },
        { _shards: { total: 1, successful: 1, failed: 0 }, failed: 3, stat: "ok", Ack: "Success" },
        { author: { status: "error" }, meta: { tags: { error: "none" } } }
      ]) {
        assert.strictEqual(yield* endOf(body), "whole", JSON.stringify(body))
      }
    })
  )

  it.effect("that a page without records has in a place beside it, or as words of trouble, ends no list", () =>
    Effect.gen(function* () {
      const endOf = Effect.fnUntraced(function* (beside: object, end: object) {
        const pages = [
          { items: [{ id: 1 }], ...beside },
          { items: [], ...end }
        ]
        const page: Page = { type: "page", param: "page", size: 1, first: 1, maxPages: 9 }
        const crm = yield* upstream(() => Response.json(pages.shift() ?? {}))
        const { completeness } = yield* drain(HttpSource.make(crm)(entity({ page })))
        return completeness._tag === "Partial" ? render(completeness.reason) : "whole"
      })
      const fine = { meta: { status: "ok", message: "page 1" } }
      for (const [beside, end, at] of [
        [fine, { meta: { status: "throttled" } }, "/meta/status"],
        [{}, { message: "Daily limit exceeded" }, "/message"],
        [{}, { meta: { Information: "The service is unavailable" } }, "/meta/Information"],
        [{}, { retry_after: 30 }, "/retry_after"]
      ] as const) {
        assert.include(yield* endOf(beside, end), `the answer says ${at}: `)
      }
      for (const end of [{ meta: { status: "ok", message: "page 2" } }, { message: "There is nothing here" }, {}]) {
        assert.strictEqual(yield* endOf(fine, end), "whole", JSON.stringify(end))
      }
    })
  )
})
