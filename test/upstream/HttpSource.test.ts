import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { reason as reasonOf, render } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { drain, entity, upstream } from "./vendor.ts"

describe("an answer in pages", () => {
  const page = { type: "page", param: "page", size: 3, first: 1, maxPages: 10 } as const
  const answers = Effect.fnUntraced(function* (
    declared: Partial<Entity>,
    ...each: ReadonlyArray<string | Response | null>
  ) {
    let nth = 0
    const crm = yield* upstream(() => {
      const answer = each[nth++] ?? null
      return answer instanceof Response ? answer : new Response(answer, { status: answer === null ? 204 : 200 })
    })
    return yield* Effect.result(drain(HttpSource.make(crm)(entity({ page, ...declared }))))
  })
  const endOf = (result: Effect.Success<ReturnType<typeof answers>>) =>
    Result.isFailure(result) ? result.failure.message : result.success.completeness

  it.effect("ends with no content, an empty array, null or nothing in its place", () =>
    Effect.gen(function* () {
      for (const end of [null, '{"items":[]}', '{"items":null}', "{}", '{"page":2}']) {
        assert.deepEqual(endOf(yield* answers({}, '{"page":1,"items":[{"id":1}]}', end)), completeIn(1))
      }
    })
  )

  it.effect(
    "has no records where null stands in their place, on the first page too, and is judged by what stands beside",
    () =>
      Effect.gen(function* () {
        assert.deepEqual(endOf(yield* answers({}, '{"items":null}')), completeIn(0))
        assert.deepEqual(endOf(yield* answers({ page: { type: "none" } }, '{"items":null}')), completeIn(0))
        for (const [beside, why] of [
          ['"total":3', "3"],
          ['"error":"try later"', "/error"]
        ] as const) {
          const completeness = endOf(yield* answers({}, `{"items":null,${beside}}`))
          assert.isTrue(typeof completeness === "object" && completeness._tag === "Partial", beside)
          assert.include(
            typeof completeness === "object" && completeness._tag === "Partial" ? render(completeness.reason) : "",
            why
          )
        }
        const fail = { pointer: ["status"], equals: "error" } as const
        assert.include(endOf(yield* answers({ fail }, '{"items":null,"status":"error"}')), "«")
      })
  )

  it.effect("ends the list only if the answer says the same of itself as the first page", () =>
    Effect.gen(function* () {
      const doubt = Effect.fnUntraced(function* (beside: string, end: string, declared: Partial<Entity> = {}) {
        const completeness = endOf(yield* answers(declared, `{${beside}"items":[{"id":1}]}`, end))
        if (typeof completeness === "string") return completeness
        return completeness._tag === "Partial" ? render(completeness.reason) : "whole"
      })
      const ok = '"code":0,"status":"success","message":"ok",'
      for (const [beside, end, at] of [
        ["", '{"items":null,"message":"Daily quota exceeded"}', "/message"],
        [ok, '{"code":0,"status":"success","message":"Daily quota exceeded","items":null}', "/message"],
        [ok, '{"code":1001,"message":"ok","items":null}', "/code"],
        [ok, '{"code":1001,"status":"success","items":[]}', "/code"],
        [ok, '{"code":0,"status":"throttled","items":[]}', "/status"],
        ["", '{"items":[],"warning":"results truncated"}', "/warning"],
        ["", '{"result":"busy","items":[]}', "/result"]
      ] as const) {
        assert.include(yield* doubt(beside, end), `the answer says ${at}: `, end)
        assert.strictEqual(yield* doubt(beside, end, { fail: "none" }), "whole", end)
        const fail = { pointer: [at.slice(1)], equals: "no" } as const
        assert.strictEqual(yield* doubt(beside, end, { fail }), "whole", end)
      }
      for (const [beside, end] of [
        [ok, '{"items":null,"message":"ok","code":0,"status":"success"}'],
        ["", '{"items":[],"message":"There are no more records"}'],
        ["", '{"items":null,"message":"","code":0,"status":null}'],
        ['"result":20,', '{"result":5,"items":[]}'],
        ['"warnings":["old version"],', '{"warnings":["old version"],"items":[]}']
      ] as const) {
        assert.strictEqual(yield* doubt(beside, end), "whole", end)
      }
      // What is no object, or larger than the beginning that is kept of it, is no page without its list.
      for (const end of [`{"message":"${"x".repeat(20_000)}"}`, '"busy"', "1", "[1]"]) {
        assert.include(yield* doubt("", end), "expected JSON with an array at /items", end.slice(0, 20))
      }
      // What is said of a page behind the end is about no page of the list.
      const full = '{"total":3,"items":[{"id":1},{"id":2},{"id":3}]}'
      const counted = { page: { ...page, total: ["total"] } }
      assert.deepEqual(endOf(yield* answers(counted, full, '{"items":[],"status":"no such page"}')), completeIn(2))
      // A page with records is no end, whatever it says.
      const more = endOf(yield* answers({}, '{"items":[{"id":1}]}', '{"items":[{"id":2}],"status":"last"}', null))
      assert.deepEqual(more, completeIn(2))
    })
  )

  it.effect("without records is compared with the lists of other parents, as far as they had some", () =>
    Effect.gen(function* () {
      const each = [
        '{"items":null,"message":"Daily quota exceeded"}',
        '{"items":[{"id":1}],"status":"open"}',
        '{"items":null,"status":"closed"}',
        '{"items":[],"warning":"archived","message":"No notes"}',
        '{"items":null,"message":"Daily quota exceeded"}'
      ]
      const crm = yield* upstream(() => new Response(each.shift() ?? ""))
      const read = HttpSource.make(crm)
      const rooms = entity({ page: { type: "none" } })
      const ends = []
      for (const _ of [1, 2, 3, 4, 5]) ends.push((yield* drain(read(rooms))).completeness._tag)
      assert.deepEqual(ends, ["Complete", "Complete", "Complete", "Complete", "Partial"])
    })
  )

  it.effect("with a declared total that is written for people proves nothing", () =>
    Effect.gen(function* () {
      const ends = (total: string) =>
        Effect.map(
          answers({ page: { ...page, total: ["total"] } }, `{"items":[{"id":1}],"total":${total}}`, '{"items":[]}'),
          endOf
        )
      for (const total of ['"1 000"', '"1,000"', '"40 items"', '"1\u00a0000"']) {
        const why = reasonOf("read.unreadable", { key: "page.total", pointer: "/total", value: total })
        assert.deepInclude(yield* ends(total), { _tag: "Partial", reason: why }, total)
      }
      for (const total of ["null", '""', '" 1 "', "1", "-1", '"many"'])
        assert.deepInclude(yield* ends(total), { _tag: "Complete" }, total)
    })
  )

  it.effect("is looked into for the flag of a next page, where there is one to look into", () =>
    Effect.gen(function* () {
      const flagged = { page: { ...page, hasMore: ["more"] } }
      assert.deepEqual(endOf(yield* answers(flagged, '{"items":[{"id":1}],"more":true}', null)), completeIn(1))
      const bare = endOf(yield* answers({ ...flagged, records: "" }, '[{"id":1}]'))
      assert.deepInclude(bare, { _tag: "Partial", reason: reasonOf("read.noObject") })
    })
  )

  it.effect("does not end with something else in its place", () =>
    Effect.gen(function* () {
      const message = endOf(yield* answers({}, '{"items":[{"id":1}]}', '{"message":"internal error"}'))
      assert.include(message, 'no value at "/items"')
      assert.include(endOf(yield* answers({}, "{}")), 'no value at "/items"')
    })
  )

  it.effect("is read for the totals that are declared, which spares the empty page", () =>
    Effect.gen(function* () {
      const first = '{"meta":{"total":"3","pages":2},"has_more":true,"items":[{"id":1},{"id":2}]}'
      const second = '{"items":[{"id":3}],"has_more":false,"meta":{"pages":2}}'
      for (const proof of [
        { total: ["meta", "total"] },
        { totalPages: ["meta", "pages"] },
        { hasMore: ["has_more"] }
      ]) {
        assert.deepEqual(endOf(yield* answers({ page: { ...page, ...proof } }, first, second, "oops")), completeIn(2))
      }
      const counted = (total: number, ...ids: ReadonlyArray<number>) =>
        Response.json({ items: ids.map((id) => ({ id })) }, { headers: { "x-total-count": String(total) } })
      const late = answers({}, counted(3, 1, 2), counted(4, 3), '{"items":[{"id":4}]}', "oops")
      assert.deepEqual(endOf(yield* late), completeIn(3))
    })
  )

  it.effect(
    "is the last one where nothing stands for the flag of a next one; null may only lack it, and is asked behind",
    () =>
      Effect.gen(function* () {
        const more = { page: { ...page, hasMore: ["next"] } }
        const first = '{"items":[{"id":1}],"next":"/2"}'
        for (const none of ['""', "false", "0"]) {
          assert.deepEqual(
            endOf(yield* answers(more, first, `{"items":[{"id":2}],"next":${none}}`, "oops")),
            completeIn(2)
          )
        }
        const flagged = { page: { ...page, hasMore: ["has_more"] } }
        for (const none of ['"False"', '"0"']) {
          const pages = ["1", none].map((flag, at) => `{"items":[{"id":${at}}],"has_more":${flag}}`)
          assert.deepEqual(endOf(yield* answers(flagged, ...pages, "oops")), completeIn(2), none)
        }
        const last = '{"items":[{"id":2}],"next":null}'
        assert.deepEqual(endOf(yield* answers(more, first, last, '{"items":[]}', "oops")), completeIn(2))
        const behind = endOf(yield* answers(more, first, last, '{"items":[{"id":3}],"next":null}', '{"items":[]}'))
        assert.deepInclude(behind, { _tag: "Partial" })
      })
  )

  it.effect("is read on where its total is none, as a number below zero", () =>
    Effect.gen(function* () {
      const counting = { page: { ...page, size: 1, total: ["total"] } }
      for (const none of ["-1", '"-1"', '"?"', '"1e0"', "1.5"]) {
        const pages = [1, 2].map((id) => `{"items":[{"id":${id}}],"total":${none}}`)
        assert.deepEqual(endOf(yield* answers(counting, ...pages, `{"items":[],"total":${none}}`)), completeIn(2), none)
      }
    })
  )

  it.effect("of 206 and a range counts what the range counts, without a range it is a piece", () =>
    Effect.gen(function* () {
      const part = (range: string | undefined, ...ids: ReadonlyArray<number>) =>
        Response.json(
          { items: ids.map((id) => ({ id })) },
          { status: 206, headers: range === undefined ? {} : { "content-range": range } }
        )
      const parts = answers({}, part("items 0-1/3", 1, 2), part("items 2-2/3", 3), "oops")
      assert.deepEqual(endOf(yield* parts), completeIn(2))
      // A range of nobody knows how many counts nothing.
      const short = { page: { ...page, until: "short" } } as const
      const open = answers(short, part("items 0-2/*", 1, 2, 3), part("items 3-3/*", 4), "oops")
      assert.deepEqual(endOf(yield* open), completeIn(2))
      for (const answer of [part(undefined, 1), part("bytes 0-9/90", 1)]) {
        const [result] = [yield* answers({}, answer, null)]
        assert.isTrue(Result.isSuccess(result) && result.success.completeness._tag === "Partial")
      }
    })
  )
})

describe("an answer that is not whole", () => {
  const readOf = (body: unknown, changes: Partial<Entity> = {}, init?: ResponseInit) =>
    Effect.gen(function* () {
      const crm = yield* upstream(() => Response.json(body, init))
      return yield* drain(HttpSource.make(crm)(entity(changes)))
    })
  const reason = (...args: Parameters<typeof readOf>) =>
    Effect.map(readOf(...args), ({ completeness }) =>
      completeness._tag === "Partial" ? render(completeness.reason) : "whole"
    )
  const items = [{ id: 1 }]

  it.effect("is told by its status, a range, an error, or a refusal beside the records", () =>
    Effect.gen(function* () {
      assert.include(yield* reason({ items }, {}, { status: 206 }), "a part of something larger (206)")
      const range = { headers: { "content-range": "items 0-0/40" } }
      for (const counted of [range, { headers: { "content-range": "0-0/40" } }]) {
        assert.include(yield* reason({ items }, {}, counted), "the vendor counts 40")
      }
      assert.strictEqual(yield* reason({ items }, { page: { type: "none", total: "none" } }, range), "whole")
      const bytes = { headers: { "content-range": "bytes 0-9/90" } }
      assert.include(yield* reason({ items }, {}, bytes), "a part of something larger (200, Content-Range)")
      const some = { status: 206, headers: { "content-range": "items 0-0/*" } }
      assert.include(yield* reason({ items }, {}, some), "a part of something larger (206, Content-Range)")
      for (const beside of [{ error: "partial result" }, { errors: ["x"] }, { success: false }]) {
        const [name] = Object.keys(beside)
        assert.include(yield* reason({ items, ...beside }), `declare fail: { pointer: /${name}, equals: … }`)
        assert.include(yield* reason({ ...beside, items }), `/${name}`)
        assert.strictEqual(yield* reason({ items, ...beside }, { fail: "none" }), "whole")
      }
      for (const beside of [{ error: null }, { errors: [] }, { success: true }, { error: "" }]) {
        assert.strictEqual(yield* reason({ items, ...beside }), "whole")
      }
    })
  )

  it.effect("fails where the declared refusal is met", () =>
    Effect.gen(function* () {
      const fail = { pointer: ["status"], equals: "error" } as const
      const error = yield* Effect.flip(readOf({ items, status: "error" }, { fail }))
      assert.deepEqual({ kind: error.kind, status: error.status }, { kind: "Status", status: 200 })
      assert.strictEqual(yield* reason({ items, status: "failed" }, { fail }), "whole")
      // What nobody declared is doubted all the same.
      assert.include(yield* reason({ items, status: "ok", error: "x" }, { fail }), "the answer says /error")
      const lacking = { pointer: ["request_id"], equals: null } as const
      assert.strictEqual((yield* Effect.flip(readOf({ items }, { fail: lacking }))).kind, "Status")
      assert.strictEqual(yield* reason({ items, request_id: 7 }, { fail: lacking }), "whole")
    })
  )

  it.effect("is doubted where it counts more records than it holds, or tells of a next page", () =>
    Effect.gen(function* () {
      for (const beside of [
        { total: 2 },
        { meta: { total_count: 2 } },
        { count: 2 },
        { has_more: true },
        { next: "http://crm.test/api/deals?page=2" },
        { links: { next: "/deals?page=2" } },
        { found: 2 },
        { itemCount: 2 },
        { total_pages: 2 },
        { meta: { last_page: 2 } },
        { truncated: true },
        { incomplete_results: true }
      ]) {
        assert.notStrictEqual(yield* reason({ ...beside, items }), "whole", JSON.stringify(beside))
        const page = { type: "none", total: "none", hasMore: "none" } as const
        assert.strictEqual(yield* reason({ ...beside, items }, { page }), "whole")
      }
      assert.strictEqual(yield* reason({ total: 1, next: null, has_more: false, truncated: false, items }), "whole")
      assert.strictEqual(yield* reason({ total_pages: 1, pages: "1", items }), "whole")
      assert.strictEqual(yield* reason({ total: 12.5, items: [{ id: 1, total: 90, error: "x" }] }), "whole")
    })
  )
})
