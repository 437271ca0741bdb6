import { assert, describe, it } from "@effect/vitest"
import { arraysIn, likeliest, pointerOf } from "../../core/sync/Arrays.ts"
import { propose } from "../../core/sync/Discover.ts"
import { proposePage } from "../../core/sync/DiscoverPage.ts"

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
  const seen = { answer: [], records: 20, hasLink: false, total: undefined, query: {} }

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
    assert.deepEqual(proposePage({ ...seen, answer: { next: "/x?page=1" } }).page, {
      type: "page",
      size: 20,
      param: "page",
      first: 0
    })
  })

  it("takes over what was asked with, and leaves it out of the query", () => {
    const { own, page } = proposePage({ ...seen, query: { offset: "0", limit: "50", state: "open" } })
    assert.deepEqual(page, { type: "offset", size: 50, param: "offset", sizeParam: "limit" })
    assert.deepEqual(own, ["offset", "limit"])
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
