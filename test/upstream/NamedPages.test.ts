import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { foreignText, reason } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import type { PageRequest } from "../../core/upstream/pages/Pager.ts"
import { completeIn, partial } from "../../core/upstream/Source.ts"
import { byCursor, byLink, range, read, reasonOf } from "./pages.ts"
import { drain, entity, upstream } from "./vendor.ts"

describe("pages by cursor", () => {
  it.effect("end without one, whatever stands for none", () =>
    Effect.gen(function* () {
      for (const last of [undefined, null, "", false]) {
        const { ids, completeness, queries } = yield* read(byCursor, (_, nth) => ({
          ids: range(nth, nth + 1),
          facts: { cursor: nth < 3 ? `c${nth}` : last }
        }))
        assert.deepEqual(ids, [1, 2, 3])
        assert.deepEqual(completeness, completeIn(3))
        assert.deepEqual(queries, [{}, { after: "c1" }, { after: "c2" }])
      }
    })
  )

  it.effect("go on over an empty page, and stop at a cursor that came before", () =>
    Effect.gen(function* () {
      const { ids, completeness } = yield* read(byCursor, (_, nth) => ({
        ids: nth === 2 ? [] : [nth],
        facts: { cursor: nth < 4 ? nth : 2 }
      }))
      assert.deepEqual(ids, [1, 3, 4])
      assert.include(reasonOf(completeness), "the cursor of page 4 came before")
    })
  )

  it.effect("end where the last cursor comes again with nothing new", () =>
    Effect.gen(function* () {
      const pages = [[0, 1], [2, 3], [4]]
      const cursors = ["a", "b", "b"]
      const at = (request: PageRequest) => [undefined, "a", "b"].indexOf(request.query.after)
      const again = yield* read(byCursor, (request) => ({
        ids: pages[at(request)] ?? [],
        facts: { cursor: cursors[at(request)] }
      }))
      assert.deepEqual(again.ids, range(0, 5))
      assert.deepEqual(again.completeness, completeIn(3))
      const empty = yield* read(byCursor, (_, nth) => ({
        ids: nth < 3 ? [nth] : [],
        facts: { cursor: nth === 1 ? "a" : "b" }
      }))
      assert.deepEqual(empty.ids, [1, 2])
      assert.deepEqual(empty.completeness, completeIn(2))
      for (const facts of [{ hasMore: false }, { hints: { less: true } }] as const) {
        const flagged = yield* read(byCursor, (_, nth) => ({
          ids: [nth],
          facts: { cursor: "a", ...(nth === 2 ? facts : {}) }
        }))
        assert.deepEqual(flagged.completeness, completeIn(2))
        assert.lengthOf(flagged.queries, 2)
      }
    })
  )

  it.effect("do not end at a full page that comes again, nor without a cursor where there is more", () =>
    Effect.gen(function* () {
      const stuck = yield* read(byCursor, (_, nth) => ({ ids: nth === 1 ? [1, 2] : [3, 4], facts: { cursor: "a" } }))
      assert.deepEqual(stuck.ids, range(1, 5))
      assert.include(reasonOf(stuck.completeness), "a full one: the end, or stuck there")
      const back = yield* read(byCursor, (_, nth) => ({
        ids: [[0, 1], [2], [0]][nth - 1] ?? [],
        facts: { cursor: "a" }
      }))
      assert.include(reasonOf(back.completeness), "page 3 repeats page 1")
      const more = yield* read(byCursor, () => ({ ids: [1], facts: { cursor: null, hasMore: true } }))
      assert.strictEqual(more.completeness._tag, "Partial")
    })
  )

  it.effect("are doubted when one is an object or a list, which cannot be sent", () =>
    Effect.gen(function* () {
      for (const cursor of [{ after: "5" }, ["5"]]) {
        const { completeness, queries } = yield* read(byCursor, () => ({ ids: [1], facts: { cursor } }))
        assert.deepEqual(completeness, partial(reason("read.cursorShape")))
        assert.lengthOf(queries, 1)
      }
      for (const cursor of [{}, []]) {
        assert.deepEqual((yield* read(byCursor, () => ({ ids: [1], facts: { cursor } }))).completeness, completeIn(1))
      }
      // An XML element with attributes is its text.
      const { completeness } = yield* read(byCursor, (_, nth) => ({
        ids: [nth],
        facts: { cursor: nth < 3 ? { "@ttl": "60", "#text": `page ${nth + 1}` } : null }
      }))
      assert.deepEqual(completeness, completeIn(3))
    })
  )

  it.effect("are doubted when a full first page has no place for one", () =>
    Effect.gen(function* () {
      const { completeness } = yield* read({ ...byCursor, size: 2, sizeParam: "limit" }, () => ({ ids: [1, 2] }))
      assert.deepEqual(completeness, partial(reason("read.cursorMissing")))
      const last = yield* read({ ...byCursor, size: 2 }, () => ({ ids: [1, 2], facts: { hasMore: false } }))
      assert.deepEqual(last.completeness, completeIn(1))
    })
  )
})

describe("pages by link", () => {
  it.effect("follow the address the vendor names until there is none", () =>
    Effect.gen(function* () {
      const { completeness, queries } = yield* read(byLink, (_, nth) => ({
        ids: [nth],
        facts: nth < 3 ? { link: `http://crm.test/deals?page=${nth + 1}` } : {}
      }))
      assert.deepEqual(completeness, completeIn(3))
      assert.deepEqual(queries, [{}, "http://crm.test/deals?page=2", "http://crm.test/deals?page=3"])
    })
  )

  it.effect("stop when an address comes again or the answer is doubtful", () =>
    Effect.gen(function* () {
      const again = yield* read(byLink, (_, nth) => ({ ids: [nth], facts: { link: "http://crm.test/deals?page=2" } }))
      assert.include(reasonOf(again.completeness), "the next link of page 3 came before")
      const doubtful = yield* read(byLink, () => ({ ids: [1], facts: { doubt: foreignText("another host") } }))
      assert.deepEqual(doubtful.completeness, partial(foreignText("another host")))
    })
  )

  it.effect("are doubted when the header names one in a form that is not read", () =>
    Effect.gen(function* () {
      const link = { headers: { link: "/deals?page=2; rel=next" } }
      const crm = yield* upstream(() => Response.json({ items: [{ id: 1 }] }, link))
      const { completeness } = yield* drain(HttpSource.make(crm)(entity({ page: { type: "link", maxPages: 9 } })))
      assert.deepEqual(completeness, partial(reason("read.nextInvalid")))
    })
  )
})
