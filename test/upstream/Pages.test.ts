import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Channel, Effect, Exit } from "effect"
import type { Page } from "../../core/config/Entity.ts"
import type { PageFacts, PageRequest } from "../../core/upstream/Pagers.ts"
import { paginate } from "../../core/upstream/Pages.ts"
import {
  type Batch,
  complete,
  completeIn,
  partial,
  type SourceRecord,
  UpstreamError
} from "../../core/upstream/Source.ts"
import { drain } from "./vendor.ts"

type Answer = { readonly ids: ReadonlyArray<number>; readonly facts?: PageFacts }

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)

const read = (page: Page, answer: (request: PageRequest, nth: number) => Answer) => {
  const requests: Array<PageRequest> = []
  const source = paginate(page, (request) => {
    requests.push(request)
    const { ids, facts = {} } = answer(request, requests.length)
    const records: ReadonlyArray<SourceRecord> = ids.map((id) => ({ id }))
    // In two batches, as a body arrives.
    const batches: ReadonlyArray<Batch> = [records.slice(0, 1), records.slice(1)].flatMap((batch) =>
      Arr.isReadonlyArrayNonEmpty(batch) ? [batch] : []
    )
    return Channel.concat(Channel.fromArray(batches), Channel.end(facts))
  })
  return Effect.map(drain(source), ({ records, completeness }) => ({
    ids: records.map(({ id }) => id),
    completeness,
    queries: requests.map(({ url, query }) => url ?? query)
  }))
}

const byPage = { type: "page", param: "page", sizeParam: "size", size: 3, first: 1, maxPages: 10 } as const
const byOffset = { type: "offset", param: "offset", sizeParam: "limit", size: 3, maxPages: 10 } as const
const byCursor = { type: "cursor", param: "after", next: ["next"], maxPages: 10 } as const
const byLink = { type: "link", maxPages: 10 } as const

/** A list of so many records that pages as asked, up to `cap` a page. */
const listOf =
  (count: number, size = 3, cap = size) =>
  (request: PageRequest): Answer => {
    const from =
      "page" in request.query ? (Number(request.query.page) - 1) * Math.min(size, cap) : Number(request.query.offset)
    return { ids: range(from, Math.min(count, from + Math.min(size, cap))) }
  }

describe("pages by number", () => {
  it.effect("end with a short one or an empty one", () =>
    Effect.gen(function* () {
      for (const count of [0, 1, 2, 3, 4, 6, 7]) {
        const { ids, completeness } = yield* read(byPage, listOf(count))
        assert.deepEqual(ids, range(0, count))
        assert.deepEqual(completeness, completeIn(Math.ceil(count / 3)))
      }
      const { queries } = yield* read(byPage, listOf(4))
      assert.deepEqual(queries, [
        { page: "1", size: "3" },
        { page: "2", size: "3" }
      ])
    })
  )

  it.effect("are not over when the vendor gives fewer a page than asked", () =>
    Effect.gen(function* () {
      const page = { ...byPage, size: 500 }
      const { ids, completeness } = yield* read(page, listOf(130, 500, 50))
      assert.lengthOf(ids, 130)
      assert.deepEqual(completeness, completeIn(3))
    })
  )

  it.effect("that come again are recognised by their first record and not handed on", () =>
    Effect.gen(function* () {
      const unpaged = yield* read(byPage, () => ({ ids: range(0, 5) }))
      assert.deepEqual(unpaged.ids, range(0, 5))
      assert.deepEqual(unpaged.completeness, partial("page 2 repeats page 1: the endpoint ignores paging?"))
      const circle = yield* read(byPage, (_, nth) => ({ ids: range((nth % 3) * 3, (nth % 3) * 3 + 3) }))
      assert.deepEqual(circle.completeness, partial("page 4 repeats page 1: the endpoint ignores paging?"))
    })
  )

  it.effect("are capped", () =>
    Effect.gen(function* () {
      const { ids, completeness } = yield* read({ ...byPage, maxPages: 2 }, listOf(100))
      assert.lengthOf(ids, 6)
      assert.deepEqual(completeness, partial("page cap of 2 reached"))
      assert.deepEqual((yield* read({ ...byPage, maxPages: 2 }, listOf(5))).completeness, completeIn(2))
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
        ["0", "3", "6"]
      )
    })
  )

  it.effect("show by the total when records went away meanwhile, or when there must be more", () =>
    Effect.gen(function* () {
      const shrinking = yield* read(byOffset, (request, nth) => ({ ...listOf(9)(request), facts: { total: 10 - nth } }))
      assert.deepEqual(shrinking.completeness, partial("the total fell from 9 to 8 during the read"))
      const short = yield* read(byOffset, (request) => ({ ...listOf(5)(request), facts: { total: 9 } }))
      assert.deepEqual(short.completeness, partial("read 5 records, the vendor counts 9"))
    })
  )
})

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
      assert.deepEqual(completeness, partial("the cursor of page 4 came before"))
    })
  )

  it.effect("are doubted when a full first page has no place for one", () =>
    Effect.gen(function* () {
      const { completeness } = yield* read({ ...byCursor, size: 2, sizeParam: "limit" }, () => ({ ids: [1, 2] }))
      assert.deepEqual(completeness, partial("a full page without a cursor; is page.next right?"))
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
      assert.deepEqual(again.completeness, partial("the next link of page 2 came before"))
      const doubtful = yield* read(byLink, () => ({ ids: [1], facts: { doubt: "another host" } }))
      assert.deepEqual(doubtful.completeness, partial("another host"))
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
      assert.deepEqual(counted.completeness, partial("read 1 records, the vendor counts 90"))
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
            ? Channel.fail(new UpstreamError({ kind: "Unreachable", message: "gone" }))
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
