import { assert, describe, it } from "@effect/vitest"
import { proposePage, withProof } from "../../core/sync/discover/DiscoverPage.ts"
import { ascendingKey, otherPages } from "../../core/sync/discover/OtherPages.ts"

describe("proposed paging", () => {
  const seen = {
    url: "http://b.test/x",
    answer: [],
    records: 20,
    hasLink: false,
    total: undefined,
    headers: {},
    asked: []
  }
  const askedOf = (query: Readonly<Record<string, string>>) =>
    Object.entries(query).map(([name, value]) => ({ param: name, name, value }))

  it("is what the page itself says of the next", () => {
    assert.deepEqual(proposePage({ ...seen, hasLink: true }).page, { type: "link" })
    assert.deepInclude(proposePage({ ...seen, answer: { paging: { next_cursor: "abc" } } }).page, {
      type: "cursor",
      next: "/paging/next_cursor"
    })
    assert.deepEqual(proposePage({ ...seen, answer: { next: "https://a.test/x?page=2&per_page=20" } }).page, {
      type: "page",
      size: 20,
      param: "page",
      sizeParam: "per_page"
    })
    assert.deepEqual(proposePage({ ...seen, answer: { next: "https://a.test/x?page=1" } }).page, {
      type: "page",
      size: 20,
      param: "page",
      first: 0
    })
  })

  it("is the address of the next page where the answer has one of the same host", () => {
    for (const [answer, next] of [
      [{ next: "http://b.test/x?page=2&per_page=20" }, "/next"],
      [{ "@odata.nextLink": "?$skip=20" }, "/@odata.nextLink"],
      [{ links: { self: "/x", next: { href: "/x?page[number]=2" } } }, "/links/next"],
      [{ paging: { cursors: { after: "abc" }, next: "/x?after=abc" } }, "/paging/next"]
    ] as const) {
      const asked = askedOf({ page: "1", limit: "20" })
      assert.deepEqual(proposePage({ ...seen, asked, answer }), { page: { type: "link", next }, own: [] })
    }
    for (const answer of [{ next: "https://b.test/x?after=Zm" }, { links: { next: { href: "//c.test/x?a=Zm" } } }]) {
      const { advice, page } = proposePage({ ...seen, answer })
      assert.isUndefined(page)
      assert.match(advice ?? "", /\/next leads to another host, which is never followed/)
    }
  })

  it("is a cursor wherever it lies, with the parameter that its name speaks of", () => {
    for (const [answer, next, param, query] of [
      [{ paging: { next: "abc" } }, "/paging/next", "cursor", {}],
      [{ paging: { next: "abc" } }, "/paging/next", "after", { after: "x" }],
      [{ nextPageToken: "abc" }, "/nextPageToken", "pageToken", {}],
      [{ meta: { next_page_token: "abc" } }, "/meta/next_page_token", "page_token", {}],
      [{ page_info: { end_cursor: "abc" } }, "/page_info/end_cursor", "after", {}],
      [{ NextMarker: "abc" }, "/NextMarker", "Marker", {}],
      [{ next_page: 2 }, "/next_page", "page", {}],
      [{ next: "2" }, "/next", "cursor", {}]
    ] as const) {
      assert.deepEqual(
        proposePage({ ...seen, answer, asked: askedOf(query) }).page,
        { type: "cursor", param, next },
        next
      )
    }
    for (const answer of [{ next: null }, { paging: { next: "" } }, { next: 0 }, { next: true }]) {
      assert.isUndefined(proposePage({ ...seen, records: 3, answer }).page)
    }
    for (const next of [2, "2"]) {
      assert.strictEqual(proposePage({ ...seen, answer: { next, page: 1, per_page: 20 } }).page?.type, "page")
    }
  })

  it("is a cursor in a header, with the parameter that the request has or its name speaks of", () => {
    for (const [header, param, query] of [
      ["x-next", "cursor", {}],
      ["x-next", "after", { after: "x" }],
      ["x-shop-next-page-token", "page_token", {}],
      ["x-ms-continuation", "continuation", {}]
    ] as const) {
      const { isGuess, page } = proposePage({ ...seen, headers: { [header]: "Zm9v" }, asked: askedOf(query) })
      assert.deepEqual(page, { type: "cursor", param, header })
      assert.strictEqual(isGuess === true, !("after" in query))
    }
    assert.deepEqual(proposePage({ ...seen, headers: { "x-next": "/x?after=2" } }).page, {
      type: "link",
      header: "x-next"
    })
    for (const value of ["", "null", "0"]) {
      assert.isUndefined(proposePage({ ...seen, headers: { "x-next": value } }).page)
    }
  })

  it("is tried by what its cursor is, a number or a token, and proved by what the answer counts", () => {
    const tried = (answer: object) => {
      const page = { ...seen, answer }
      return otherPages(page, proposePage(page), "id").map((one) => withProof(page, one).page)
    }
    const numbers = tried({ next: 20, total: 45 })
    assert.deepEqual(numbers[0], { type: "cursor", param: "start", next: "/next", total: "/total" })
    assert.isFalse(tried({ next: "Zm9v" }).some((page) => page?.param === "start"))
    assert.deepInclude(tried({ totalCount: 45 })[2], { type: "offset", param: "offset", total: "/totalCount" })
    assert.isTrue(tried({}).some((page) => page?.type === "keyset" && page.param === "from"))
  })

  it("goes on behind a key of numbers, also in texts, that ascends", () => {
    assert.strictEqual(ascendingKey([{ id: "999" }, { id: "1000" }]), "id")
    assert.isUndefined(ascendingKey([{ id: "1000" }, { id: "999" }]))
    assert.isUndefined(ascendingKey([{ id: "a1" }, { id: "a2" }]))
  })

  it("is proved by a total with its relation", () => {
    const answer = { hits: { total: { value: 40, relation: "eq" } } }
    const { page } = proposePage({ ...seen, answer, asked: askedOf({ from: "0", size: "20" }) })
    assert.deepInclude(page, { type: "offset", total: "/hits/total/value" })
  })

  it("is of XML what its elements and attributes say", () => {
    const xml = { next: { "@href": "/x?page=2" }, "@total": "400", more: null }
    assert.deepEqual(proposePage({ ...seen, answer: xml }).page, { type: "link", next: "/next", total: "/@total" })
    const cursor = { "@next_cursor": "abc", has_more: "True" }
    assert.deepEqual(proposePage({ ...seen, answer: cursor }).page, {
      type: "cursor",
      param: "cursor",
      next: "/@next_cursor",
      hasMore: "/has_more"
    })
  })

  it("takes over what was asked with, and leaves it out of the query", () => {
    const { own, page } = proposePage({ ...seen, asked: askedOf({ offset: "0", limit: "50", state: "open" }) })
    assert.deepEqual(page, { type: "offset", size: 50, param: "offset", sizeParam: "limit" })
    assert.deepEqual(own, ["offset", "limit"])
    const fromZero = proposePage({ ...seen, asked: askedOf({ page: "0", limit: "50" }) })
    assert.deepEqual(fromZero.page, { type: "page", size: 50, param: "page", sizeParam: "limit", first: 0 })
  })

  it("is proved by a number of pages only where pages can be counted", () => {
    for (const [query, envelope, type, proof] of [
      [{ page: "1", limit: "20" }, {}, "page", { totalPages: "/total_pages" }],
      [{ offset: "0", limit: "20" }, {}, "offset", { totalPages: "/total_pages" }],
      [{}, { next_cursor: "abc" }, "cursor", {}],
      [{}, { next: "/x?after=2" }, "link", {}]
    ] as const) {
      const { page = {} } = proposePage({ ...seen, asked: askedOf(query), answer: { total_pages: 9, ...envelope } })
      assert.strictEqual(page.type, type)
      assert.deepEqual(page.totalPages === undefined ? {} : { totalPages: page.totalPages }, proof, type)
    }
  })

  it("is not made up: where the parameters are unknown, a person is told", () => {
    for (const [answer, expected] of [
      [{ total: 400 }, "20 of 400 records"],
      [{}, "Exactly 20 records"],
      [{ total: 20 }, undefined]
    ] as const) {
      const { advice, page } = proposePage({ ...seen, answer })
      assert.isUndefined(page)
      if (expected === undefined) assert.isUndefined(advice)
      else assert.include(advice, expected)
    }
  })
})
