import { assert, describe, it } from "@effect/vitest"
import { propose } from "../../core/sync/discover/Discover.ts"
import { proposePage } from "../../core/sync/discover/DiscoverPage.ts"
import { arraysIn, likeliest, pointerOf } from "../../core/sync/discover/FindArrays.ts"

const typesOf = (
  values: Readonly<Record<string, unknown>>,
  ...more: ReadonlyArray<Readonly<Record<string, unknown>>>
) => Object.fromEntries(propose([values, ...more]).fields.map(({ column, type }) => [column, type]))

describe("a proposed type", () => {
  it("never changes a digit", () => {
    assert.deepEqual(
      typesOf({
        month: "09.2024",
        later: "10.2024",
        code: "007",
        padded: "007.50",
        money: "1250.50",
        huge: "12345678901234567890",
        count: 7,
        nanos: "2026-01-02T03:04:05.123456789Z",
        at: "2026-01-02T03:04:05.123456Z"
      }),
      {
        month: "text",
        later: "text",
        code: "text",
        padded: "text",
        money: "decimal",
        huge: "text",
        count: "bigint",
        nanos: "text",
        at: "timestamp"
      }
    )
    assert.deepEqual(typesOf({ value: "10.5" }, { value: "09.5" }), { value: "text" })
  })
})

describe("the type proposed for lists of values", () => {
  it("is an array of what all of them are", () => {
    assert.deepEqual(
      typesOf(
        {
          tags: ["a", null],
          ids: [1, 2],
          sums: [1.5, 2],
          money: ["1.50"],
          flags: [true],
          days: ["2026-01-02"],
          one: "a",
          none: [],
          lines: [{ n: 1 }],
          nested: [[1]],
          mixed: [1, "a"],
          object: ["a"],
          zeros: ["09.2024"]
        },
        { tags: [], ids: null, one: ["a", "b"], object: { a: 1 } }
      ),
      {
        tags: "text[]",
        ids: "bigint[]",
        sums: "decimal[]",
        money: "decimal[]",
        flags: "boolean[]",
        days: "date[]",
        one: "text[]",
        none: "json",
        lines: "json",
        nested: "json",
        mixed: "json",
        object: "json",
        zeros: "text[]"
      }
    )
    const { fields } = propose([{ days: ["02.01.2026"] }])
    assert.deepEqual(fields, [{ column: "days", type: "date[]", format: "dd.MM.yyyy" }])
  })
})

describe("proposed columns", () => {
  it("are one for every name, and can be made", () => {
    const { fields } = propose([
      { id: 1, ID: 2, "": 3, "/path": 4, xmin: 5, [`${"я".repeat(40)}`]: 6, start_date: "x" }
    ])
    assert.deepEqual(
      fields.map(({ column, from }) => [column, from]),
      [
        ["id", undefined],
        ["id_2", "ID"],
        ["path", "/~1path"],
        ["xmin_2", "xmin"],
        ["я".repeat(31), "я".repeat(40)],
        ["start_date", undefined]
      ]
    )
  })

  it("have as key what is named like one before what happens to be unique", () => {
    assert.deepEqual(
      propose([
        { price: "1.50", customerId: 7 },
        { price: "2.50", customerId: 8 }
      ]).key,
      ["customer_id"]
    )
    assert.deepEqual(propose([{ code: "a", order_id: 8, id: 1 }]).key, ["id"])
  })
})

describe("the lists of an answer", () => {
  it("are named, and the longest of records is taken", () => {
    const arrays = arraysIn({ tags: ["a"], meta: { errors: [] }, result: { "a/b": [{ id: 1, lines: [{ n: 1 }] }] } })
    assert.deepEqual(
      arrays.map(({ isOfRecords, length, pointer }) => [pointer, length, isOfRecords]),
      [
        ["/tags", 1, false],
        ["/meta/errors", 0, false],
        ["/result/a~1b", 1, true]
      ]
    )
    assert.strictEqual(likeliest(arrays)?.pointer, "/result/a~1b")
    assert.strictEqual(likeliest(arraysIn([{ id: 1 }]))?.pointer, "")
    assert.deepEqual(["", "data", "/data"].map(pointerOf), ["", "/data", "/data"])
  })
})

describe("proposed paging", () => {
  const seen = { url: "http://b.test/x", answer: [], records: 20, hasLink: false, total: undefined, query: {} }

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
      const query = { page: "1", limit: "20" }
      assert.deepEqual(proposePage({ ...seen, query, answer }), { page: { type: "link", next }, own: [] })
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
      assert.deepEqual(proposePage({ ...seen, answer, query }).page, { type: "cursor", param, next }, next)
    }
    for (const answer of [{ next: null }, { paging: { next: "" } }, { next: 0 }, { next: true }]) {
      assert.isUndefined(proposePage({ ...seen, records: 3, answer }).page)
    }
    for (const next of [2, "2"]) {
      assert.strictEqual(proposePage({ ...seen, answer: { next, page: 1, per_page: 20 } }).page?.type, "page")
    }
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
    const { own, page } = proposePage({ ...seen, query: { offset: "0", limit: "50", state: "open" } })
    assert.deepEqual(page, { type: "offset", size: 50, param: "offset", sizeParam: "limit" })
    assert.deepEqual(own, ["offset", "limit"])
    const fromZero = proposePage({ ...seen, query: { page: "0", limit: "50" } })
    assert.deepEqual(fromZero.page, { type: "page", size: 50, param: "page", sizeParam: "limit", first: 0 })
  })

  it("is not made up: where the parameters are unknown, a person is told", () => {
    for (const [answer, said] of [
      [{ total: 400 }, "20 of 400 records"],
      [{}, "Exactly 20 records"],
      [{ total: 20 }, undefined]
    ] as const) {
      const { advice, page } = proposePage({ ...seen, answer })
      assert.isUndefined(page)
      if (said === undefined) assert.isUndefined(advice)
      else assert.include(advice, said)
    }
  })
})
