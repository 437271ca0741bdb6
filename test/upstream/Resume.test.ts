/** A read that goes on from its state as JSON, between any two pages, ends like one that was never interrupted. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "../../core/config/RequestTemplate.ts"
import type { PagesState } from "../../core/upstream/pages/ListProgress.ts"
import type { PageRequest } from "../../core/upstream/pages/Pager.ts"
import { type Answer, byCursor, byKey, byLink, byOffset, byPage, listOf, range, read } from "./pages.ts"

const count = 11
const cursorAt = (position: number) => (position < count ? { cursor: `at ${position}` } : {})

const lists: Readonly<Record<string, readonly [Page, (request: PageRequest) => Answer]>> = {
  "by number, to an empty page": [byPage, listOf(count)],
  "by number, to a short page": [{ ...byPage, until: "short", first: 1 }, listOf(count)],
  "by number, to a total said once": [
    byPage,
    (request) => ({ ...listOf(count)(request), facts: request.query.page === "1" ? { total: count } : {} })
  ],
  "by number, against a total said once": [
    byPage,
    (request) => ({ ...listOf(count)(request), facts: request.query.page === "1" ? { total: count + 1 } : {} })
  ],
  "by number, to a last page that comes again": [
    byPage,
    ({ query }) => listOf(count)({ query: { page: String(Math.min(4, Number(query.page))) } })
  ],
  "by offset": [{ ...byOffset, first: 0 }, listOf(count)],
  "by cursor": [
    byCursor,
    ({ query }) => {
      const from = Number(query.after?.slice(3) ?? 0)
      return { ids: range(from, Math.min(from + 3, count)), facts: cursorAt(from + 3) }
    }
  ],
  "by cursor, in a circle": [
    byCursor,
    ({ query }) => {
      const from = Number(query.after ?? 0)
      return { ids: [from], facts: { cursor: String((from + 1) % 4) } }
    }
  ],
  "by link": [
    byLink,
    ({ url }) => {
      const from = Number(url?.slice(url.indexOf("=") + 1) ?? 0)
      const next = from + 3 < count ? { link: `http://crm.test/?from=${from + 3}` } : {}
      return { ids: range(from, Math.min(from + 3, count)), facts: next }
    }
  ],
  "behind the last key": [
    byKey,
    ({ query }) => {
      const from = Number(query.after ?? -1) + 1
      return { ids: range(from, Math.min(from + 3, count)) }
    }
  ],
  "behind the last key, with two in the wrong order": [
    byKey,
    ({ query }) => ({ ids: { undefined: [1, 3, 2], 2: [4, 5, 6], 6: [] }[String(query.after)] ?? [] })
  ]
}

describe("a read in pages", () => {
  for (const [name, [page, answer]] of Object.entries(lists)) {
    for (const wary of [false, true]) {
      it.effect(`goes on from its state: ${name}${wary ? ", warily" : ""}`, () =>
        Effect.gen(function* () {
          const states: Array<PagesState> = []
          const onPage = (state: () => PagesState) => void states.push(JSON.parse(JSON.stringify(state())))
          const whole = yield* read(page, answer, wary, { onPage })
          assert.isAtLeast(states.length, 2)
          for (const [at, from] of states.entries()) {
            const rest = yield* read(page, answer, wary, { from })
            assert.deepEqual(rest.completeness, whole.completeness, `after page ${at + 1}`)
            assert.deepEqual(rest.queries, whole.queries.slice(at + 1))
            assert.deepEqual([...whole.ids.slice(0, from.sum), ...rest.ids], whole.ids)
          }
        })
      )
    }
  }
})
