import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { PageRequest } from "../../core/upstream/pages/Pager.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { byKey, range, read, reasonOf } from "./pages.ts"

/** Sends up to `cap` of the ids behind the key. */
const behind =
  (ids: ReadonlyArray<number>, cap = 3) =>
  ({ query }: PageRequest) => {
    const from = query.after === undefined ? 0 : ids.indexOf(Number(query.after)) + 1
    return { ids: ids.slice(from, from + cap) }
  }

describe("pages behind the last key", () => {
  it.effect("go on from the last record until a page is empty, up or down", () =>
    Effect.gen(function* () {
      for (const ids of [range(1, 8), range(1, 8).toReversed(), [9, 10, 11, 100]]) {
        const { completeness, ids: read_, queries } = yield* read(byKey, behind(ids))
        assert.deepEqual(read_, ids)
        assert.deepEqual(completeness, completeIn(Math.ceil(ids.length / 3)))
        assert.deepEqual(queries.at(1), { after: String(ids[2]) })
      }
      const sized = yield* read({ ...byKey, sizeParam: "limit" }, behind(range(1, 3)))
      assert.deepEqual(sized.queries, [{ limit: "3" }, { limit: "3", after: "2" }])
      assert.deepEqual((yield* read(byKey, behind([]))).completeness, completeIn(0))
    })
  )

  it.effect("end with a short one where that is declared, once a page was full, and never for a wary read", () =>
    Effect.gen(function* () {
      const short = { ...byKey, until: "short" } as const
      assert.lengthOf((yield* read(short, behind(range(1, 6)))).queries, 2)
      // The vendor may send two at most.
      const capped = yield* read(short, behind(range(1, 8), 2))
      assert.deepEqual(capped.ids, range(1, 8))
      assert.lengthOf((yield* read(short, behind(range(1, 6)), true)).queries, 3)
      const holed = ({ query }: PageRequest) => ({
        ids: query.after === "5" ? [6, 7] : behind(range(1, 6))({ query }).ids
      })
      const wary = yield* read(short, (request) => (request.query.after === "7" ? { ids: [] } : holed(request)), true)
      assert.deepEqual(wary.ids, range(1, 8))
      assert.include(reasonOf(wary.completeness), "records after the page that was taken for the last one")
    })
  )

  it.effect("end where the vendor says so, unless something contradicts it", () =>
    Effect.gen(function* () {
      const flagged = yield* read(byKey, (request) => ({
        ...behind(range(1, 6))(request),
        facts: { hasMore: request.query.after === undefined }
      }))
      assert.deepEqual(flagged.completeness, completeIn(2))
      assert.lengthOf(flagged.queries, 2)
      const counted = yield* read(byKey, (request) => ({ ...behind(range(1, 6))(request), facts: { total: 9 } }))
      assert.include(reasonOf(counted.completeness), "read 5 records, the vendor counts 9")
    })
  )

  it.effect("are not whole where the order is another one, or two records share a key", () =>
    Effect.gen(function* () {
      for (const [ids, message] of [
        [[1, 2, 5, 4, 6, 7], "4 comes after 5 although the list goes the other way by page.by (id)"],
        [[3, 2, 1, 5], "5 comes after 1 although"],
        [[1, 2, 2, 3], "two records one after the other have 2 at page.by (id)"]
      ] as const) {
        const { completeness, ids: found } = yield* read(byKey, behind(ids, 10))
        assert.include(reasonOf(completeness), message)
        assert.deepEqual(found, [...ids])
      }
      // From the key on instead of behind it.
      const inclusive = yield* read(byKey, ({ query }) => {
        const from = Math.max(0, range(1, 8).indexOf(Number(query.after ?? 1)))
        return { ids: range(1, 8).slice(from, from + 3) }
      })
      assert.include(reasonOf(inclusive.completeness), "have 3 at page.by")
    })
  )

  it.effect("are not whole without a key, or from a vendor that ignores it", () =>
    Effect.gen(function* () {
      const elsewhere = yield* read({ ...byKey, by: "number", places: [["number"]] }, behind(range(1, 8)))
      assert.include(reasonOf(elsewhere.completeness), "a record has no value at page.by (number)")
      assert.lengthOf(elsewhere.queries, 1)
      const ignored = yield* read(byKey, () => ({ ids: [1, 2, 3] }))
      assert.deepEqual(ignored.ids, [1, 2, 3])
      assert.include(reasonOf(ignored.completeness), "page 2 repeats page 1: the vendor ignores after")
      const capped = yield* read({ ...byKey, maxPages: 2 }, behind(range(1, 100)))
      assert.include(reasonOf(capped.completeness), "page cap of 2 reached")
    })
  )
})
