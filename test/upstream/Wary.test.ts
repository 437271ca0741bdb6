import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { foreignText } from "../../core/reason/Reason.ts"
import type { PageFacts } from "../../core/upstream/pages/Pager.ts"
import { completeIn, UpstreamError } from "../../core/upstream/Source.ts"
import { type Answer, byCursor, byOffset, byPage, listOf, range, read, reasonOf } from "./pages.ts"

const refusal = (status: number) =>
  new UpstreamError({ kind: "Status", status, reason: foreignText(`answered ${status}`) })

/** A list of ten in pages of three, of which one page is answered otherwise. */
const ten =
  (at: number, otherwise: Answer, facts: (nth: number) => PageFacts = () => ({})) =>
  (request: Parameters<ReturnType<typeof listOf>>[0], nth: number): Answer => {
    const from = "page" in request.query ? Number(request.query.page) * 3 - 3 : Number(request.query.offset)
    return from === at * 3 - 3 ? otherwise : { ...listOf(10)(request), facts: facts(nth) }
  }

describe("a wary read", () => {
  it.effect("is partial when there are records after what looked like the end", () =>
    Effect.gen(function* () {
      for (const page of [byPage, byOffset] as const) {
        for (const [otherwise, message] of [
          [{ ids: [] }, "there are records after page 3, which was empty"],
          [{ ids: [], refused: refusal(404) }, "there are records after page 3, which was empty"],
          [{ ids: [6, 7, 8], facts: { hasMore: false } }, "the last one by page.hasMore"],
          [{ ids: [6, 7], facts: { total: 8 } }, "there are records after the 8 that the vendor counts"],
          [{ ids: [6, 7], facts: { totalPages: 3 } }, "there are records after page 3"]
        ] as const) {
          const trusting = yield* read(page, ten(3, otherwise))
          assert.strictEqual(trusting.completeness._tag, "Complete", message)
          const { completeness, ids } = yield* read(page, ten(3, otherwise), true)
          assert.include(reasonOf(completeness), message)
          assert.include(ids, 9)
        }
      }
      const next = { link: "http://vendor.test/next" }
      const linked = yield* read(
        byPage,
        ten(3, { ids: [6, 7, 8] }, (nth) => (nth < 3 ? next : {})),
        true
      )
      assert.include(reasonOf(linked.completeness), "the page that was taken for the last one")
      const short = yield* read({ ...byPage, until: "short" }, ten(2, { ids: [3, 4] }), true)
      assert.include(reasonOf(short.completeness), "the page that was taken for the last one")
    })
  )

  it.effect("asks once behind an end that is one, and whatever it hears agrees", () =>
    Effect.gen(function* () {
      for (const behind of [
        { ids: [] },
        { ids: [], refused: refusal(404) },
        { ids: [], refused: refusal(500) },
        { ids: [], refused: new UpstreamError({ kind: "Format", reason: foreignText("a page of HTML") }) },
        { ids: [6] },
        { ids: [0, 1, 2] }
      ] satisfies ReadonlyArray<Answer>) {
        const { completeness, queries } = yield* read(
          byPage,
          (request, nth) => (nth > 3 ? behind : { ...listOf(7)(request), facts: { hasMore: nth < 3 } }),
          true
        )
        assert.deepStrictEqual(completeness, completeIn(3))
        assert.lengthOf(queries, 4)
      }
      const empty = yield* read(byOffset, listOf(7), true)
      assert.deepStrictEqual(empty.completeness, completeIn(3))
      assert.deepStrictEqual(
        empty.queries.map((query) => (typeof query === "string" ? query : query.offset)),
        ["0", "3", "6", "7", "10"]
      )
    })
  )

  it.effect("asks an empty list, and lists that name their next page, no more than any read does", () =>
    Effect.gen(function* () {
      const empty = yield* read(byPage, () => ({ ids: [] }), true)
      assert.deepStrictEqual([empty.completeness, empty.queries.length], [completeIn(0), 1])
      const cursor = yield* read(
        byCursor,
        (_, nth) => ({ ids: [nth], facts: nth < 3 ? { cursor: `${nth}` } : {} }),
        true
      )
      assert.deepStrictEqual([cursor.ids, cursor.queries.length], [range(1, 4), 3])
    })
  )
})

describe("an empty page behind the first", () => {
  it.effect("that was full counts as one, since a row may have moved over in between", () =>
    Effect.gen(function* () {
      for (const [count, cap, pages] of [
        [3, 3, 2],
        [2, 3, 1],
        [6, 3, 2]
      ] as const) {
        const { completeness } = yield* read(byPage, listOf(count, 3, cap))
        assert.deepStrictEqual(completeness, completeIn(pages))
      }
      for (const [count, pages] of [
        [32, 2],
        [40, 2],
        [41, 1]
      ] as const) {
        const { completeness } = yield* read({ ...byPage, size: 500 }, listOf(count, 500, count))
        assert.deepStrictEqual(completeness, completeIn(pages))
      }
    })
  )
})

describe("null in the place of page.hasMore", () => {
  it.effect("is asked behind where the page was full", () =>
    Effect.gen(function* () {
      const facts = (nth: number): PageFacts => (nth === 2 ? { hasMore: false, flagless: true } : { hasMore: nth < 4 })
      const cut = yield* read(byPage, (request, nth) => ({ ...listOf(10)(request), facts: facts(nth) }))
      assert.deepStrictEqual(cut.ids, range(0, 10))
      assert.include(reasonOf(cut.completeness), "the last one by page.hasMore")
      const end = yield* read(byPage, (request, nth) => ({
        ...listOf(5)(request),
        facts: nth === 2 ? { hasMore: false, flagless: true } : { hasMore: true }
      }))
      assert.deepStrictEqual([end.completeness, end.queries.length], [completeIn(2), 2])
    })
  )
})
