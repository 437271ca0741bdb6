import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Channel, Effect, Result } from "effect"
import type { ForEachRow } from "../../core/config/Entity.ts"
import type { Page } from "../../core/config/RequestTemplate.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import type { PageFacts } from "../../core/upstream/pages/Pager.ts"
import { paginate } from "../../core/upstream/pages/Pages.ts"
import { type Batch, type Completeness, type SourceRecord, UpstreamError } from "../../core/upstream/Source.ts"
import { byPage, listOf, reasonOf } from "./pages.ts"
import { drain, entity, json, upstream } from "./vendor.ts"

describe("refusals behind the last page", () => {
  /** Answers `status` for the pages that `refuses` likes. */
  const refusing = (page: Page, status: number, refuses: (page: string, time: number) => boolean) => {
    const asked: Array<string> = []
    const source = paginate(page, ({ query }) => {
      const { page: number = "" } = query
      asked.push(number)
      if (refuses(number, asked.filter((other) => other === number).length)) {
        return Channel.fail(new UpstreamError({ kind: "Status", status, reason: foreignText(`answered ${status}`) }))
      }
      const records: ReadonlyArray<SourceRecord> = listOf(9)({ query }).ids.map((id) => ({ id }))
      const batches: ReadonlyArray<Batch> = Arr.isReadonlyArrayNonEmpty(records) ? [records] : []
      return Channel.concat(Channel.fromArray(batches), Channel.end<PageFacts>({}))
    })
    return Effect.map(Effect.result(drain(source)), (result) => ({ asked, result }))
  }
  const ended = (result: Result.Result<{ readonly completeness: Completeness }, unknown>) =>
    Result.isSuccess(result) ? reasonOf(result.success.completeness) : "failed"

  it.effect("are the end when they repeat and the page before still answers", () =>
    Effect.gen(function* () {
      for (const status of [404, 416]) {
        const { asked, result } = yield* refusing(byPage, status, (page) => page === "4")
        assert.strictEqual(ended(result), "whole")
        assert.deepEqual(asked, ["1", "2", "3", "4", "4", "3"])
      }
    })
  )

  it.effect("fail the read when the page before is gone, too, or there is none before", () =>
    Effect.gen(function* () {
      const away = yield* refusing(byPage, 404, (page, time) => page === "3" || (page === "2" && time > 1))
      assert.strictEqual(ended(away.result), "failed")
      for (const page of [byPage, { ...byPage, endStatus: [404] }]) {
        assert.strictEqual(ended((yield* refusing(page, 404, () => true)).result), "failed")
      }
    })
  )

  it.effect("are no end when they pass: the reading goes on", () =>
    Effect.gen(function* () {
      const { asked, result } = yield* refusing(byPage, 404, (page, time) => page === "2" && time === 1)
      assert.strictEqual(ended(result), "whole")
      assert.deepEqual(asked, ["1", "2", "2", "3", "4"])
    })
  )

  it.effect("are none where the status means something else for a parent", () =>
    Effect.gen(function* () {
      const reading = Effect.fnUntraced(function* (
        changes: { readonly endStatus?: ReadonlyArray<number> },
        onStatus?: ForEachRow["onStatus"]
      ) {
        const shop = yield* upstream((_, url) =>
          url.searchParams.get("page") === "1"
            ? json({ items: [{ id: 1 }, { id: 2 }, { id: 3 }] })
            : new Response("{}", { status: 404 })
        )
        const forEach = { table: { schema: "public", name: "shop" }, params: {}, ...(onStatus && { onStatus }) }
        return ended(
          yield* Effect.result(drain(HttpSource.make(shop)(entity({ forEach, page: { ...byPage, ...changes } }))))
        )
      })
      for (const meaning of ["skip", "fail"] as const) {
        assert.strictEqual(yield* reading({}, { 404: meaning }), "failed")
        // What is declared of pages after the first says more.
        assert.strictEqual(yield* reading({ endStatus: [404] }, { 404: meaning }), "whole")
      }
      for (const onStatus of [undefined, { 404: "empty" }, { 410: "skip" }] as const) {
        assert.strictEqual(yield* reading({}, onStatus), "whole")
      }
    })
  )

  it.effect("of another status fail the read unless it is declared as the end", () =>
    Effect.gen(function* () {
      for (const status of [400, 422]) {
        assert.strictEqual(ended((yield* refusing(byPage, status, (page) => page === "4")).result), "failed")
        const declared = yield* refusing({ ...byPage, endStatus: [status] }, status, (page) => page === "4")
        assert.strictEqual(ended(declared.result), "whole")
        assert.deepEqual(declared.asked, ["1", "2", "3", "4"])
      }
    })
  )
})
