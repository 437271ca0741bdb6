import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Channel, Effect, Result } from "effect"
import type { Page } from "../../core/config/RequestTemplate.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import type { PageFacts } from "../../core/upstream/pages/Pager.ts"
import { paginate } from "../../core/upstream/pages/Pages.ts"
import { type Batch, type Completeness, type SourceRecord, UpstreamError } from "../../core/upstream/Source.ts"
import { byPage, listOf, reasonOf } from "./pages.ts"
import { drain } from "./vendor.ts"

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
