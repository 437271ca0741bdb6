/** The next page as answers name it in their bodies, over HTTP as vendors write it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import type { Page } from "../../core/config/RequestTemplate.ts"
import { render } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { drain, entity, upstream } from "./vendor.ts"

/** A vendor of pages by their number in `p`; what came of a read, and which addresses were asked. */
const reading = Effect.fnUntraced(function* (
  declared: Partial<Entity>,
  answer: (page: number) => Response | Record<string, unknown>
) {
  const asked: Array<string> = []
  const crm = yield* upstream((_, url) => {
    asked.push(url.href.slice(url.origin.length))
    const page = answer(Number(url.searchParams.get("p") ?? 1))
    return page instanceof Response ? page : Response.json(page)
  })
  const { completeness, records } = yield* drain(HttpSource.make(crm)(entity(declared)))
  return {
    asked,
    completeness,
    ids: records.map(({ id }) => Number(id)),
    outcome: completeness._tag === "Partial" ? render(completeness.reason) : "whole"
  }
})

const byNext = (...next: ReadonlyArray<string>) => ({ page: { type: "link", next, maxPages: 9 } }) as const
const whole = { ids: [1, 2, 3], completeness: completeIn(3), outcome: "whole" }
const items = (page: number) => ({ items: [{ id: page }] })

describe("an address of the next page in the body", () => {
  it.effect("is followed whether whole, below the host or beside the path, as a text or in an object", () =>
    Effect.gen(function* () {
      const ends = [null, "", false, undefined] as const
      for (const [at, address] of [
        ["http://crm.test/api/deals?p=", (text: string) => text],
        ["/api/deals?p=", (text: string) => text],
        ["?p=", (text: string) => text],
        ["deals?p=", (text: string) => ({ href: text, meta: {} })]
      ] as const) {
        for (const end of ends) {
          const found = yield* reading(byNext("links", "next"), (page) => ({
            ...items(page),
            links: page < 3 ? { next: address(`${at}${page + 1}`) } : end === undefined ? {} : { next: end }
          }))
          assert.deepInclude(found, whole, at)
          assert.deepEqual(found.asked, ["/api/deals", "/api/deals?p=2", "/api/deals?p=3"])
        }
      }
      const odata = yield* reading(byNext("@odata.nextLink"), (page) => ({
        ...items(page),
        ...(page < 3 ? { "@odata.nextLink": `?p=${page + 1}` } : {})
      }))
      assert.deepInclude(odata, whole)
    })
  )

  it.effect("of a stranger is not asked, so that no credential goes there", () =>
    Effect.gen(function* () {
      for (const next of ["http://else.test/api/deals?p=2", "https://crm.test/api/deals?p=2", "//else.test/?p=2"]) {
        const found = yield* reading(byNext("next"), (page) => ({ ...items(page), next }))
        assert.deepEqual([found.asked, found.ids], [["/api/deals"], [1]])
        assert.match(found.outcome, /the next link leads to another host, https?:\/\/\w+\.test/)
      }
    })
  )

  /** Addresses in places that nobody knows; `{}` and `{ href: null }` are no next page. */
  const elsewhere = [{ url: "?p=2" }, { href: null, url: "?p=2" }, { link: { href: "?p=2" } }, [{ href: "?p=2" }]]

  it.effect("that is none makes the read partial, as does an answer that has no such place at all", () =>
    Effect.gen(function* () {
      for (const next of [2, true, ["?p=2"], { url: "?p=2", href: 7 }, "http://[?p=2", ...elsewhere]) {
        const { ids, outcome } = yield* reading(byNext("next"), (page) => ({ ...items(page), next }))
        assert.deepEqual([ids, outcome], [[1], "the next link is not an address"], JSON.stringify(next))
      }
      const list = yield* reading({ ...byNext("next"), records: "" }, () => Response.json([{ id: 1 }]))
      assert.include(list.outcome, "no object whose totals and cursors could be read")
    })
  )

  it.effect("that leads to the same page again, which is empty, is an end", () =>
    Effect.gen(function* () {
      const found = yield* reading(byNext("next"), (page) =>
        page < 3 ? { ...items(page), next: `?p=${page + 1}` } : { items: [], next: "?p=3" }
      )
      assert.deepInclude(found, { ids: [1, 2], outcome: "whole" })
      // What is declared and led on is not contradicted by a name that is not declared.
      const beside = yield* reading(byNext("next"), (page) =>
        page < 3 ? { ...items(page), next: `?p=${page + 1}` } : { items: [], next: "?p=3", next_page: "?p=9" }
      )
      assert.deepInclude(beside, { ids: [1, 2], outcome: "whole" })
    })
  )

  it.effect("that ends is contradicted by another one that the answer has", () =>
    Effect.gen(function* () {
      const other = yield* reading(byNext("nxt"), (page) => ({ ...items(page), next: "?p=2" }))
      assert.include(
        other.outcome,
        "/next of the answer names the next page; declare page: { type: link, next: /next }"
      )
      for (const page of [byNext("next").page, { type: "cursor", param: "p", next: ["next"], maxPages: 9 }] as const) {
        const header = yield* reading({ page }, (number) =>
          Response.json(items(number), { headers: { link: '<?p=2>; rel="next"' } })
        )
        assert.include(header.outcome, "Link of the answer names the next page; declare page: { type: link }")
      }
    })
  )
})

describe("a link of XML", () => {
  it.effect("that stands alone and is no next one leads nowhere", () =>
    Effect.gen(function* () {
      const feed = (rel: string) =>
        reading({ format: "xml", records: "feed/entry", page: byNext("link").page }, (number) => {
          const next = number < 3 ? `<link rel="next" href="?p=${number + 1}"/>` : ""
          return new Response(`<feed><link rel="${rel}" href="/deals"/>${next}<entry><id>${number}</id></entry></feed>`)
        })
      for (const rel of ["self", "Self", "alternate"]) {
        assert.deepInclude(yield* feed(rel), whole, rel)
      }
    })
  )
})

describe("a Link header", () => {
  it.effect("names the next page by that word alone, in quotes or without, among others", () =>
    Effect.gen(function* () {
      const header = (rel: string) =>
        reading({ page: { type: "link", maxPages: 9 } }, (number) =>
          Response.json(items(number), number < 3 ? { headers: { link: `<?p=${number + 1}>; ${rel}` } } : {})
        )
      for (const rel of [
        'rel="next"',
        "rel=next",
        "REL = next; title=x",
        ...['rel="up next"', "rel='next'", "rel='up next'; title=x"],
        'title="a"; rel=next, <?p=1>; rel=prev'
      ]) {
        assert.deepInclude(yield* header(rel), whole, rel)
      }
      for (const rel of ["rel=nextpage", "rel=next-archive", 'rel="next-archive"', 'rel="nexts"', "rel=prev"]) {
        assert.deepInclude(yield* header(rel), { asked: ["/api/deals"], ids: [1] }, rel)
      }
    })
  )
})

describe("a next page that nobody declared", () => {
  const none: Page = { type: "none" }
  const quiet: Page = { type: "none", hasMore: "none" }
  const link = (at: string) => `declare page: { type: link, next: ${at} }`
  const cursor = (at: string) => `declare page: { type: cursor, param: …, next: ${at} }`

  it.effect("is told with what to declare, which then reads all", () =>
    Effect.gen(function* () {
      for (const [name, beside, at, declare] of [
        ["Django REST", (next: string | null) => ({ count: 3, next }), ["next"], link],
        ["OData", (next: string | null) => ({ "@odata.nextLink": next ?? undefined }), ["@odata.nextLink"], link],
        ["JSON:API", (next: string | null) => ({ links: { next: next && { href: next } } }), ["links", "next"], link],
        [
          "HAL",
          (next: string | null) => ({ _links: next === null ? {} : { next: { href: next } } }),
          ["_links", "next"],
          link
        ],
        [
          "a bare name",
          (next: string | null) => ({ paging: { next_url: next?.slice(1) } }),
          ["paging", "next_url"],
          link
        ]
      ] as const) {
        const answer = (page: number) => ({
          ...items(page),
          ...beside(page < 3 ? (name === "a bare name" ? `?deals?p=${page + 1}` : `?p=${page + 1}`) : null)
        })
        const { outcome } = yield* reading({ page: none }, (page) => ({ ...answer(page), count: undefined }))
        assert.include(outcome, declare(`/${at.join("/")}`), name)
        assert.deepInclude(yield* reading(byNext(...at), answer), whole, name)
        assert.strictEqual(
          (yield* reading({ page: quiet }, (page) => ({ ...answer(page), count: 1 }))).outcome,
          "whole"
        )
      }
      const object = yield* reading({ page: none }, (page) => ({ ...items(page), links: { next: { href: "page-2" } } }))
      assert.include(object.outcome, link("/links/next"))
      const answer = (page: number) => ({ ...items(page), meta: { next_cursor: page < 3 ? String(page + 1) : "" } })
      assert.include((yield* reading({ page: none }, answer)).outcome, cursor("/meta/next_cursor"))
      const page = { type: "cursor", param: "p", next: ["meta", "next_cursor"], maxPages: 9 } as const
      assert.deepInclude(yield* reading({ page }, answer), whole)
    })
  )
})

describe("paging by what stands beside the records of XML", () => {
  const xml = (text: string) => new Response(text, { headers: { "content-type": "application/xml" } })
  const declared = (page: Page, records = "list/items/item") => ({ format: "xml", records, page }) as const
  const list = (page: number, beside: string, attributes = "") =>
    `<list${attributes}>${beside}<items><item><id>${page}</id><next>9</next></item></items></list>`
  const cursor = (...next: ReadonlyArray<string>): Page => ({ type: "cursor", param: "p", next, maxPages: 9 })

  it.effect("follows elements, attributes, and what has both, as `from` leads into a record", () =>
    Effect.gen(function* () {
      const token = (page: number) => (page < 3 ? String(page + 1) : "")
      for (const [page, answer] of [
        [cursor("next"), (n: number) => list(n, `<next><![CDATA[${token(n)}]]></next>`)],
        [cursor("next"), (n: number) => list(n, `<next>${n < 3 ? `0<!-- of 3 -->${n + 1}` : ""}</next>`)],
        [cursor("@next"), (n: number) => list(n, "", ` next="${token(n)}"`)],
        [cursor("page", "@next"), (n: number) => list(n, n < 3 ? `<page no="1" next="${token(n)}"/>` : "<page/>")],
        [cursor("items", "@next"), (n: number) => list(n, "").replace("<items>", `<items next="${token(n)}">`)],
        [cursor("meta", "page", "next"), (n: number) => list(n, `<meta><page><next>${token(n)}</next></page></meta>`)],
        [byNext("next").page, (n: number) => list(n, n < 3 ? `<next href="?p=${n + 1}"/>` : "<next/>")],
        [byNext("next").page, (n: number) => list(n, n < 3 ? `<next>?p=${n + 1}</next>` : "")],
        [
          { ...byNext("next").page, total: ["total"] },
          (n: number) => list(n, `<total unit="item"> 3 </total>${n < 3 ? `<next rel="x">?p=${n + 1}</next>` : ""}`)
        ]
      ] as const) {
        assert.deepInclude(yield* reading(declared(page), (n) => xml(answer(n))), whole, answer(1))
      }
      for (const total of ["@total", "total"]) {
        const short = yield* reading(declared({ ...cursor("next"), total: [total] }), (n) =>
          xml(list(n, `<total of="items">4</total>${n < 3 ? `<next>${n + 1}</next>` : ""}`, ' total="4"'))
        )
        assert.include(short.outcome, "read 3 records, the vendor counts 4")
      }
    })
  )

  it.effect("spares the page behind the last by a total, a number of pages or a flag", () =>
    Effect.gen(function* () {
      const page = { type: "page", param: "p", size: 2, first: 1, maxPages: 9 } as const
      for (const [proof, beside, requests] of [
        [{ total: ["total"] }, () => "<total>3</total>", 4],
        [{ total: ["@total"] }, () => "", 4],
        [{ totalPages: ["meta", "pages"] }, () => "<meta><pages>3</pages></meta>", 4],
        [{ hasMore: ["more"] }, (n: number) => `<more>${n < 3 ? "True" : "False"}</more>`, 3]
      ] as const) {
        const found = yield* reading(declared({ ...page, ...proof }), (n) =>
          xml(n > 3 ? "<list><items/></list>" : list(n, beside(n), ' total="3"'))
        )
        assert.deepInclude(found, { ids: [1, 2, 3] }, JSON.stringify(proof))
        assert.lengthOf(found.asked, requests, JSON.stringify(proof))
        assert.strictEqual(found.completeness._tag, "Complete", `${JSON.stringify(proof)} ${found.outcome}`)
      }
    })
  )

  it.effect("does not take another document for the end", () =>
    Effect.gen(function* () {
      for (const [records, last] of [
        ["item", "<error><code>7</code></error>"],
        ["item", "<error/>"],
        ["list/items/item", "<list><message>try later</message></list>"],
        ["list/item", "<list><message>try later</message></list>"]
      ] as const) {
        const flat = (n: number) => list(n, `<next>${n + 1}</next>`).replaceAll(/<\/?items>/g, "")
        const first = (n: number) => (records === "list/item" ? flat(n) : list(n, `<next>${n + 1}</next>`))
        const error = yield* Effect.flip(
          reading(declared(cursor("next"), records), (n) => xml(n < 3 ? first(n) : last))
        )
        assert.include(error.message, `no value at "${records}"`)
      }
      for (const last of ["<list><items/></list>", "<list/>", "<list><items/><message>the end</message></list>"]) {
        const found = yield* reading(declared(cursor("next")), (n) =>
          xml(n < 3 ? list(n, `<next>${n + 1}</next>`) : last)
        )
        assert.deepInclude(found, { ids: [1, 2], outcome: "whole" }, last)
      }
      assert.strictEqual((yield* reading(declared({ type: "none" }), () => xml("<list/>"))).outcome, "whole")
    })
  )

  it.effect("fails where the declared refusal is met", () =>
    Effect.gen(function* () {
      const fail = { pointer: ["@status"], equals: "error" } as const
      const read = (status: string) =>
        reading({ ...declared({ type: "none" }), fail }, () => xml(list(1, "", ` status="${status}"`)))
      assert.strictEqual((yield* read("ok")).outcome, "whole")
      assert.strictEqual((yield* Effect.flip(read("error"))).kind, "Status")
    })
  )

  it.effect("knows nothing of what stands beside them where that is larger than an envelope", () =>
    Effect.gen(function* () {
      const many = `<other>${"x".repeat(1 << 20)}</other>`.repeat(5)
      const { outcome } = yield* reading(declared(cursor("next")), (n) => xml(list(n, `<next>2</next>${many}`)))
      assert.include(outcome, "no object whose totals and cursors could be read")
    })
  )
})
