import { assert, describe, it } from "@effect/vitest"
import { Channel, Effect, Exit } from "effect"
import type { Page } from "../../core/config/RequestTemplate.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import type { PageFacts, PageRequest } from "../../core/upstream/pages/Pager.ts"
import { paginate } from "../../core/upstream/pages/Pages.ts"
import { complete, completeIn, UpstreamError } from "../../core/upstream/Source.ts"
import { byOffset, byPage, listOf, range, read, reasonOf } from "./pages.ts"
import { drain } from "./vendor.ts"

describe("pages by number", () => {
  it.effect("end with an empty one, and not with a short one", () =>
    Effect.gen(function* () {
      for (const count of [0, 1, 2, 3, 4, 6, 7]) {
        const { ids, completeness } = yield* read(byPage, listOf(count))
        assert.deepEqual(ids, range(0, count))
        // A row may move to a full first page before the one behind it is asked for.
        assert.deepEqual(completeness, completeIn(count === 3 ? 2 : Math.ceil(count / 3)))
      }
      const { queries } = yield* read(byPage, listOf(4))
      assert.deepEqual(
        queries,
        [1, 2, 3].map((page) => ({ page: String(page), size: "3" }))
      )
      // The vendor hides one record after it has cut the pages.
      const hidden = (request: PageRequest) => ({ ids: listOf(9)(request).ids.filter((id) => id !== 4) })
      const { ids, completeness } = yield* read(byPage, hidden)
      assert.deepEqual(ids, [0, 1, 2, 3, 5, 6, 7, 8])
      assert.deepEqual(completeness, completeIn(3))
    })
  )

  it.effect("are not over when the vendor gives fewer a page than asked, however many", () =>
    Effect.gen(function* () {
      for (const cap of [32, 50, 128]) {
        const { ids, completeness } = yield* read({ ...byPage, size: 500, maxPages: 20 }, listOf(300, 500, cap))
        assert.lengthOf(ids, 300)
        assert.deepEqual(completeness, completeIn(Math.ceil(300 / cap)))
      }
    })
  )

  it.effect("end with a short one where that is declared", () =>
    Effect.gen(function* () {
      const { completeness, queries } = yield* read({ ...byPage, until: "short" }, listOf(4))
      assert.deepEqual(completeness, completeIn(2))
      assert.lengthOf(queries, 2)
      const five = (page: PageRequest) => ({ ...listOf(4)(page), facts: { total: 5 } })
      const contradicted = yield* read({ ...byPage, until: "short" }, five)
      assert.include(reasonOf(contradicted.completeness), "read 4 records, the vendor counts 5")
    })
  )

  it.effect("end where the vendor says so: by its total, its pages, a flag, or a link that is there no more", () =>
    Effect.gen(function* () {
      const says = (facts: (nth: number) => PageFacts, page: Page = byPage) =>
        read(page, (request, nth) => ({ ...listOf(7)(request), facts: facts(nth) }))
      for (const facts of [
        () => ({ total: 7 }),
        (nth: number) => (nth === 1 ? { total: 7 } : {}),
        () => ({ totalPages: 3 }),
        (nth: number) => ({ hasMore: nth < 3 }),
        (nth: number) => (nth < 3 ? { link: `http://crm.test/?page=${nth + 1}` } : {})
      ]) {
        const { completeness, ids, queries } = yield* says(facts)
        assert.deepEqual(completeness, completeIn(3))
        assert.deepEqual(ids, range(0, 7))
        assert.lengthOf(queries, 3)
      }
    })
  )

  it.effect("are doubted where what the vendor says contradicts their end", () =>
    Effect.gen(function* () {
      for (const [facts, message] of [
        [{ total: 8 }, "read 7 records, the vendor counts 8; if it counts something else: page.total: none"],
        [{ hints: { total: { pointer: "/count", count: 8 } } }, "read 7 records, and /count of the answer says 8"],
        [
          { totalPages: 4 },
          "3 pages had records, the vendor counts 4; if that is something else, remove page.totalPages"
        ],
        [
          { hints: { pages: { pointer: "/last_page", count: 4 } } },
          "read 3 pages, and /last_page of the answer says 4"
        ],
        [{ hints: { more: "/has_more" } }, "/has_more of the answer tells of more records"],
        [{ link: "http://crm.test/?page=9" }, "an empty page names a next one; declare page: { type: link }"]
      ] as const) {
        const { completeness, ids } = yield* read(byPage, (request) => ({ ...listOf(7)(request), facts }))
        assert.include(reasonOf(completeness), message)
        assert.deepEqual(ids, range(0, 7))
      }
      // Some count on the first page only.
      const once = yield* read(byPage, (request, nth) => ({
        ...listOf(7)(request),
        facts: nth === 1 ? { hints: { total: { pointer: "/count", count: 8 } } } : {}
      }))
      assert.include(reasonOf(once.completeness), "read 7 records, and /count of the answer says 8")
      const none = yield* read(byPage, (request) => ({ ...listOf(0)(request), facts: { totalPages: 1 } }))
      assert.deepEqual(none.completeness, completeIn(0))
      const stuck = yield* read(byPage, (request) => ({ ...listOf(3)(request), facts: { hasMore: true } }))
      assert.include(reasonOf(stuck.completeness), "page.hasMore says that there is more")
    })
  )

  it.effect("that come again behind a short last one are the end when they do so twice", () =>
    Effect.gen(function* () {
      const last = (count: number) => (request: PageRequest) =>
        listOf(count)({ query: { page: String(Math.min(Number(request.query.page), Math.ceil(count / 3))) } })
      const { completeness, ids, queries } = yield* read(byPage, last(7))
      assert.deepEqual(ids, range(0, 7))
      assert.deepEqual(completeness, completeIn(3))
      assert.lengthOf(queries, 5)
      const full = yield* read(byPage, last(9))
      assert.deepEqual(full.ids, range(0, 9))
      assert.include(reasonOf(full.completeness), "page 4 repeats page 3, a full one")
      // Once only: the page behind has records that are new.
      const once = yield* read(byPage, (_, nth) => ({ ids: [[0, 1, 2], [3, 4], [3, 4], [5]][nth - 1] ?? [] }))
      assert.deepEqual(once.ids, range(0, 6))
    })
  )

  it.effect("that come again otherwise are recognised by their first record and not handed on", () =>
    Effect.gen(function* () {
      const unpaged = yield* read(byPage, () => ({ ids: range(0, 5) }))
      assert.deepEqual(unpaged.ids, range(0, 5))
      assert.include(reasonOf(unpaged.completeness), "page 2 repeats page 1: the vendor ignores page; declare")
      const circle = yield* read(byPage, (_, nth) => ({ ids: range((nth % 3) * 3, (nth % 3) * 3 + 3) }))
      assert.include(reasonOf(circle.completeness), "page 4 repeats page 1: the vendor goes in circles")
    })
  )

  it.effect("are capped", () =>
    Effect.gen(function* () {
      const { ids, completeness } = yield* read({ ...byPage, maxPages: 2 }, listOf(100))
      assert.lengthOf(ids, 6)
      assert.include(reasonOf(completeness), "page cap of 2 reached")
      assert.deepEqual((yield* read({ ...byPage, maxPages: 3 }, listOf(5))).completeness, completeIn(2))
    })
  )
})

describe("pages by offset", () => {
  it.effect("go on from what was really read", () =>
    Effect.gen(function* () {
      const { ids, completeness, queries } = yield* read(byOffset, listOf(7))
      assert.deepEqual(ids, range(0, 7))
      assert.deepEqual(completeness, completeIn(3))
      assert.deepEqual(
        queries.map((query) => (typeof query === "string" ? query : query.offset)),
        ["0", "3", "6", "7"]
      )
      const capped = yield* read({ ...byOffset, size: 500 }, listOf(7, 500, 2))
      assert.deepEqual(capped.ids, range(0, 7))
    })
  )

  it.effect("show by the total when records went away meanwhile, or when there must be more", () =>
    Effect.gen(function* () {
      const shrinking = yield* read(byOffset, (request, nth) => ({ ...listOf(9)(request), facts: { total: 10 - nth } }))
      assert.include(reasonOf(shrinking.completeness), "the total fell from 9 to 8 during the read")
      const short = yield* read(byOffset, (request) => ({ ...listOf(5)(request), facts: { total: 9 } }))
      assert.include(reasonOf(short.completeness), "read 5 records, the vendor counts 9")
    })
  )
})

describe("a list in one answer", () => {
  it.effect("is partial when the answer itself knows of more", () =>
    Effect.gen(function* () {
      const none = { type: "none" } as const
      assert.deepEqual((yield* read(none, () => ({ ids: [1] }))).completeness, complete)
      const linked = yield* read(none, () => ({ ids: [1], facts: { link: "http://crm.test/deals?page=2" } }))
      assert.strictEqual(linked.completeness._tag, "Partial")
      const counted = yield* read(none, () => ({ ids: [1], facts: { total: 90 } }))
      assert.include(reasonOf(counted.completeness), "read 1 record, the vendor counts 90")
    })
  )
})

it.effect("each page's resources are released before the next is asked for, also after a failure", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const source = paginate({ ...byPage, size: 1 }, ({ query }) =>
      Channel.unwrap(
        Effect.gen(function* () {
          yield* Effect.acquireRelease(
            Effect.sync(() => log.push(`open ${query.page}`)),
            () => Effect.sync(() => log.push(`close ${query.page}`))
          )
          return query.page === "3"
            ? Channel.fail(new UpstreamError({ kind: "Unreachable", reason: foreignText("gone") }))
            : Channel.concat(Channel.succeed([{ id: query.page }] as const), Channel.end({}))
        })
      )
    )
    assert.isTrue(Exit.isFailure(yield* Effect.exit(drain(source))))
    assert.deepEqual(log, ["open 1", "close 1", "open 2", "close 2", "open 3", "close 3"])
  })
)

it.effect("ten thousand pages are read like one", () =>
  Effect.gen(function* () {
    const { ids } = yield* read({ ...byPage, size: 1, maxPages: 20_000 }, listOf(10_000, 1))
    assert.lengthOf(ids, 10_000)
  })
)
