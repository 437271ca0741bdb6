import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import type { Page } from "../../core/config/RequestTemplate.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import type { PageFacts } from "../../core/upstream/pages/Pager.ts"
import { completeIn, UpstreamError } from "../../core/upstream/Source.ts"
import { type Answer, byCursor, byLink, byOffset, byPage, listOf, range, read, reasonOf } from "./pages.ts"

const refusal = (status: number) =>
  new UpstreamError({ kind: "Status", status, reason: foreignText(`answered ${status}`) })
const nonsense = new UpstreamError({ kind: "Format", status: 200, reason: foreignText("a page of HTML") })

/** A list of seven in pages of three, each with these facts. */
const seven = (page: Page, facts: PageFacts | ((nth: number) => PageFacts), count = 7) =>
  read(page, (request, nth) => ({
    ...listOf(count)(request),
    facts: typeof facts === "function" ? facts(nth) : facts
  }))

describe("a total", () => {
  it.effect("that the last page meets exactly is asked behind, once", () =>
    Effect.gen(function* () {
      for (const page of [byPage, byOffset, { ...byPage, total: ["total"] }] as const) {
        for (const facts of [{ total: 6 }, { totalPages: 2 }]) {
          const { completeness, ids, queries } = yield* seven(page, facts, 6)
          assert.deepEqual(ids, range(0, 6))
          assert.deepEqual(completeness, completeIn(2))
          assert.lengthOf(queries, 3)
        }
        const { completeness, queries } = yield* seven(page, { total: 7 })
        assert.deepEqual(completeness, completeIn(3))
        assert.lengthOf(queries, 3)
      }
    })
  )

  it.effect("that a full page follows is none: the list is read to its end, and partial", () =>
    Effect.gen(function* () {
      for (const page of [byPage, byOffset]) {
        for (const [facts, message] of [
          [{ total: 3 }, "records after the 3 that the vendor counts; if it counts something else: page.total: none"],
          [{ total: 6 }, "records after the 6"],
          [{ totalPages: 1 }, "records after page 1, the last one by page.totalPages"],
          [{ totalPages: 2 }, "records after page 2"]
        ] as const) {
          const { completeness, ids } = yield* seven(page, facts)
          assert.deepEqual(ids, range(0, 7))
          assert.include(reasonOf(completeness), message)
        }
      }
      const own = yield* read(byPage, (request) => {
        const answer = listOf(9)(request)
        return { ...answer, facts: { total: answer.ids.length } }
      })
      assert.deepEqual(own.ids, range(0, 9))
      assert.include(reasonOf(own.completeness), "records after the 3")
    })
  )

  it.effect("of a page that the vendor caps is none either, however many it gives", () =>
    Effect.gen(function* () {
      for (const cap of [16, 20, 32, 50, 100]) {
        const capped = { ...byPage, size: 500, maxPages: 30 }
        const { completeness, ids } = yield* read(capped, (request) => {
          const answer = listOf(210, 500, cap)(request)
          return { ...answer, facts: { total: cap } }
        })
        assert.lengthOf(ids, 210)
        assert.include(reasonOf(completeness), `records after the ${cap}`)
      }
    })
  )

  it.effect("that a later page of a capped size meets is none either", () =>
    Effect.gen(function* () {
      for (const facts of [{ total: 6 }, { totalPages: 2 }]) {
        const { completeness, ids } = yield* read({ ...byPage, size: 500 }, (request) => ({
          ...listOf(9, 500, 3)(request),
          facts
        }))
        assert.deepEqual(ids, range(0, 9))
        assert.strictEqual(completeness._tag, "Partial")
      }
    })
  )

  it.effect("that a short page meets is asked behind where that page names a next one", () =>
    Effect.gen(function* () {
      const pages = [[0, 1, 2], [3], [4]]
      const facts = { total: 4, hints: { next: "/next" } }
      const { completeness, ids } = yield* read(byPage, (_, nth) => ({ ids: pages[nth - 1] ?? [], facts }))
      assert.deepEqual(ids, range(0, 5))
      assert.include(reasonOf(completeness), "records after the 4")
    })
  )

  it.effect("that is exceeded on the page that meets it is asked behind", () =>
    Effect.gen(function* () {
      const inserted = yield* seven(byPage, { total: 6 }, 7)
      assert.include(reasonOf(inserted.completeness), "records after the 6")
      const late = yield* read(byPage, (_, nth) => ({
        ids:
          [
            [0, 1, 2],
            [3, 4]
          ][nth - 1] ?? [],
        facts: { total: 4 }
      }))
      assert.deepEqual(late.ids, range(0, 5))
      assert.deepEqual(late.completeness, completeIn(2))
      const more = yield* read(byPage, (_, nth) => ({
        ids: [[0, 1, 2], [3, 4], [5]][nth - 1] ?? [],
        facts: { total: 4 }
      }))
      assert.deepEqual(more.ids, range(0, 6))
      assert.include(reasonOf(more.completeness), "records after the 4")
    })
  )

  it.effect("of nothing on the page behind the end is no fall", () =>
    Effect.gen(function* () {
      const { completeness } = yield* seven(byPage, (nth) => ({ total: nth > 2 ? 0 : 6 }), 6)
      assert.deepEqual(completeness, completeIn(2))
      const fell = yield* seven(byPage, (nth) => ({ total: nth > 2 ? 5 : 6 }), 6)
      assert.include(reasonOf(fell.completeness), "the total fell from 6 to 5")
    })
  )
})

describe("a flag that there is no more", () => {
  it.effect("ends the list at once where nothing names a next page", () =>
    Effect.gen(function* () {
      for (const page of [byPage, byCursor]) {
        const { completeness, queries } = yield* read(page, () => ({ ids: [1, 2, 3], facts: { hasMore: false } }))
        assert.deepEqual(completeness, completeIn(1))
        assert.lengthOf(queries, 1)
      }
    })
  )

  it.effect("is asked behind where something does, and refuted by records there", () =>
    Effect.gen(function* () {
      const message = "after the page that is the last one by page.hasMore; if the flag means something else"
      const next = (nth: number) => `http://crm.test/?page=${nth + 1}`
      for (const [page, naming] of [
        [byCursor, (nth: number) => ({ cursor: `c${nth}` })],
        [byLink, (nth: number) => ({ link: next(nth) })],
        [byPage, (nth: number) => ({ link: next(nth) })],
        [byPage, () => ({ hints: { next: "/next" } })]
      ] as const) {
        const answers = (count: number) => (_: unknown, nth: number) => ({
          ids: nth <= count ? [nth] : [],
          facts: { hasMore: false, ...(nth <= count ? naming(nth) : {}) }
        })
        const ended = yield* read(page, answers(1))
        assert.deepEqual(ended.completeness, completeIn(1))
        assert.lengthOf(ended.queries, 2)
        const more = yield* read(page, answers(4))
        assert.deepEqual(more.ids, [1, 2, 3, 4])
        assert.include(reasonOf(more.completeness), message)
      }
    })
  )

  it.effect("stands where what is named leads back, or names no end of empty pages", () =>
    Effect.gen(function* () {
      const back = yield* read(byCursor, (_, nth) => ({
        ids: nth === 2 ? [2] : [1],
        facts: { cursor: `c${nth}`, hasMore: nth < 2 }
      }))
      assert.deepEqual(back.ids, [1, 2])
      assert.deepEqual(back.completeness, completeIn(2))
      const empty = yield* read(byCursor, (_, nth) => ({
        ids: nth === 1 ? [1] : [],
        facts: { cursor: `c${nth}`, hasMore: false }
      }))
      assert.deepEqual(empty.completeness, completeIn(1))
      assert.lengthOf(empty.queries, 2)
    })
  )
})

describe("until: short", () => {
  const short = { ...byPage, until: "short" } as const

  it.effect("believes a short page behind a full one, and asks behind a short first one", () =>
    Effect.gen(function* () {
      for (const [count, asked] of [
        [2, 2],
        [4, 2],
        [8, 3]
      ] as const) {
        const { completeness, ids, queries } = yield* read(short, listOf(count))
        assert.deepEqual(ids, range(0, count))
        assert.strictEqual(completeness._tag, "Complete")
        assert.lengthOf(queries, asked)
      }
    })
  )

  it.effect("loses nothing where the vendor caps the size or hides a record of the first page", () =>
    Effect.gen(function* () {
      for (const cap of [97, 100, 128]) {
        const { completeness, ids } = yield* read({ ...short, size: 500 }, listOf(300, 500, cap))
        assert.lengthOf(ids, 300)
        assert.deepEqual(completeness, completeIn(Math.ceil(300 / cap)))
      }
      const hidden = yield* read(short, (request) => ({
        ids: listOf(12)(request).ids.filter((id) => id !== 1 && id !== 7)
      }))
      assert.deepEqual(hidden.ids, [0, 2, 3, 4, 5, 6, 8, 9, 10, 11])
    })
  )

  it.effect("is not believed about a short page that names the next one", () =>
    Effect.gen(function* () {
      for (const facts of [{ hints: { next: "/next" } }, { link: "http://vendor/next" }]) {
        const { ids, queries } = yield* read(short, (_, nth) => ({
          ids: [[0, 1, 2], [3, 4], [5]][nth - 1] ?? [],
          facts: nth === 2 ? facts : {}
        }))
        assert.deepEqual(ids, range(0, 6))
        assert.isAtLeast(queries.length, 3)
      }
    })
  )

  it.effect("is not asked to contradict a total that was not reached", () =>
    Effect.gen(function* () {
      const late = yield* read(short, (_, nth) => ({
        ids: [[0, 1, 2], [3, 4], [5]][nth - 1] ?? [],
        facts: { total: 6 }
      }))
      assert.deepEqual(late.ids, range(0, 6))
      assert.deepEqual(late.completeness, completeIn(3))
    })
  )

  it.effect("is true of a vendor that ignores paging", () =>
    Effect.gen(function* () {
      const { completeness, queries } = yield* read({ ...short, size: 9 }, () => ({ ids: range(0, 5) }))
      assert.deepEqual(completeness, completeIn(1))
      assert.lengthOf(queries, 2)
    })
  )
})

describe("the page behind the end", () => {
  const behind = (answer: Answer, page: Page = { ...byPage, endStatus: [] }) =>
    Effect.result(read(page, (request, nth) => (nth < 3 ? { ...listOf(6)(request), facts: { total: 6 } } : answer)))

  it.effect("agrees when it is refused, and proves nothing when it cannot be read", () =>
    Effect.gen(function* () {
      for (const status of [400, 404, 416, 422]) {
        const ended = yield* behind({ ids: [], refused: refusal(status) })
        assert.deepEqual(Result.isSuccess(ended) && ended.success.completeness, completeIn(2))
        assert.lengthOf(Result.isSuccess(ended) ? ended.success.queries : [], 3)
      }
      const unread = yield* behind({ ids: [], refused: nonsense })
      assert.include(Result.isSuccess(unread) ? reasonOf(unread.success.completeness) : "", "a page of HTML")
      assert.isTrue(Result.isFailure(yield* behind({ ids: [], refused: refusal(500) })))
    })
  )

  it.effect("does not count as a page of those allowed, but those behind it do", () =>
    Effect.gen(function* () {
      const ended = yield* behind({ ids: [] }, { ...byPage, maxPages: 2 })
      assert.deepEqual(Result.isSuccess(ended) && ended.success.completeness, completeIn(2))
      const on = yield* seven({ ...byPage, maxPages: 2 }, { total: 6 }, 12)
      assert.lengthOf(on.ids, 9)
      assert.include(reasonOf(on.completeness), "page cap of 2 reached")
    })
  )
})
