/** Which type and format `discover` guesses from values, and where it leaves text alone. */
import { assert, describe, it } from "@effect/vitest"
import { csvShape } from "../../core/sync/discover/CsvShape.ts"
import { formatOf } from "../../core/sync/discover/DetectFormat.ts"
import { nameOf, requestValuesOf, requestYaml } from "../../core/sync/discover/DiscoveryRequest.ts"
import { arraysIn, likeliestArray } from "../../core/sync/discover/FindArrays.ts"
import { guessCharset } from "../../core/sync/discover/GuessCharset.ts"
import { guessValue } from "../../core/sync/discover/GuessValue.ts"

const guessText = (values: ReadonlyArray<unknown>, name = "value"): string => {
  const { format, others = [], type, words = [] } = guessValue(values, name)
  return [type, format, ...words, ...others.map((one) => `or ${one}`)].filter((part) => part !== undefined).join(" ")
}

describe("a guess", () => {
  it("knows moments in the forms that vendors write", () => {
    for (const [values, guess] of [
      [["2026-03-05"], "date"],
      [["2026-03-05T10:00:00Z"], "timestamp"],
      [["05.03.2026", "31.12.2026"], "date dd.MM.yyyy"],
      [["5.3.2026"], "date d.M.yyyy"],
      [["05/03/2026", "31/12/2026"], "date dd/MM/yyyy"],
      [["03/05/2026", "12/31/2026"], "date MM/dd/yyyy"],
      [["01/02/2026"], "date dd/MM/yyyy or MM/dd/yyyy"],
      [["05.03.2026 10:00"], "timestamp dd.MM.yyyy HH:mm"],
      [["05.03.2026, 10:00:07"], "timestamp dd.MM.yyyy, HH:mm:ss"],
      [["3/25/2026 9:30 PM"], "timestamp M/d/yyyy h:mm a"],
      [["Thu, 05 Mar 2026 10:00:00 +0300"], "timestamp rfc822"],
      [["/Date(1772694000000+0300)/"], "timestamp /Date()/"],
      [["09:30", "23:59"], "time"],
      [["9:30 PM"], "time h:mm a"],
      [["09.2024", "10.2024"], "date MM.yyyy"],
      [["PT1H30M", "P1D"], "integer duration"]
    ] as const) {
      assert.strictEqual(guessText(values), guess)
    }
  })

  it("takes numbers since 1970 for moments where the name says so, and for nothing else", () => {
    assert.strictEqual(guessText([1772694000], "createdAt"), "timestamp unix")
    assert.strictEqual(guessText(["1772694000000"], "updated_at"), "timestamp unix-ms")
    assert.strictEqual(guessText([1772694000], "phone"), "bigint")
    assert.strictEqual(guessText([20260305, "20261231"], "dueDate"), "date yyyyMMdd")
    assert.strictEqual(guessText([20260305], "phone"), "bigint")
    assert.strictEqual(guessText([20261305], "date"), "bigint")
    assert.strictEqual(guessText([1772694000, 12], "created_at"), "bigint")
    assert.strictEqual(guessText([7], "attention"), "bigint")
  })

  it("reads money, per cent and commas, and says where a comma may mean two things", () => {
    for (const [values, guess] of [
      [["1 299,00 ₽", "(5,50)"], "decimal currency"],
      [["$1,299.50"], "decimal currency"],
      [["1,250 €"], "decimal currency 1.234,56 or currency 1,234.56"],
      [["20 %", "7,5%"], "decimal percent"],
      [["1,250", "0,1"], "decimal 1.234,56"],
      [["1,250", "1,234.5"], "decimal 1,234.56"],
      [["1,250"], "decimal 1.234,56 or 1,234.56"],
      [["1.234,50", "1,234"], "decimal 1.234,56"],
      [["1.203,50", "1.500"], "decimal 1.234,56"],
      [["1.000", "2.000", "12"], "decimal 1.234,56 or 1,234.56"],
      [["1.250", "10.500"], "decimal 1.234,56 or 1,234.56"],
      [["1.250", "0.500"], "decimal"],
      [["1.250", "1234.500"], "decimal"],
      [["1.299,- €", "19,- €"], "decimal currency"],
      [["12,5", "3"], "decimal"],
      [["1250.50"], "decimal"]
    ] as const) {
      assert.strictEqual(guessText(values), guess)
    }
  })

  it("leaves alone what only looks like a number or a moment", () => {
    for (const values of [["007"], ["007.50"], ["10.2024"], ["1.2.3"], ["17"], ["2026"], ["8 921 000"], ["25:00"]]) {
      assert.strictEqual(guessText(values), "text", values.join())
    }
    assert.strictEqual(guessText([{ a: 1 }]), "json")
  })

  it("knows booleans in words, with the other word of the pair", () => {
    assert.strictEqual(guessText(["Да", "Нет"]), "boolean Да Нет")
    assert.strictEqual(guessText(["ДА"]), "boolean ДА НЕТ")
    assert.strictEqual(guessText(["yes", "No"]), "boolean")
    assert.strictEqual(guessText(["Да", "может"]), "text")
    assert.strictEqual(guessText(["J", "N"]), "boolean J N")
    assert.strictEqual(guessText(["y", "N"]), "boolean")
    for (const letter of ["N", "y", "j"]) assert.strictEqual(guessText([letter, letter]), "text")
    assert.strictEqual(guessText(["true", false]), "boolean")
  })
})

describe("the form of CSV", () => {
  it("is its separator, the lines above the header, and whether there is one", () => {
    for (const [text, shape] of [
      ["id,name\n1,a\n", {}],
      ["id;name\n1;a,b\n", { separator: ";" }],
      ["id\tname\n1\ta\n", { separator: "\t" }],
      ["Report\n\nid;name\n1;a\n2;b\n", { separator: ";", skipRows: 2 }],
      ["Report;;\n;;\nid;name;sum\n1;a;2\n", { separator: ";", skipRows: 2 }],
      // A read skips empty lines by itself.
      ["\n\nid,name\n1,a\n", {}],
      ["1,a\n2,b\n", { header: false }],
      ["sep=;\nid;name\n", {}],
      ['"a,b",c\n"d,e",f\n', {}],
      ["id\n1\n2\n", {}]
    ] as const) {
      assert.deepEqual<unknown>(csvShape(text), shape, text)
    }
  })
})

describe("the format of what is no JSON", () => {
  it("is told by its beginning, or else by its type, and never for a page", () => {
    for (const [text, type, format] of [
      ["id;name\n1;a\n", "", "csv"],
      ["\nid,name\r\n1,a", "text/plain", "csv"],
      ["id\n1\n2\n", "", undefined],
      ["id\n1\n2\n", "Text/CSV; charset=utf-8", "csv"],
      ["id;name", "", undefined],
      ["id;name", "text/tab-separated-values", "csv"],
      ['{"id":1}\n{"id":2}\n', "text/csv", "ndjson"],
      ['{"id":1}\n', "application/x-ndjson", "ndjson"],
      ["<?xml version='1.0'?>\n<a>1,2</a>", "text/csv", "xml"],
      ["not well formed", "application/atom+xml", "xml"],
      ["<!DOCTYPE html>\n<p>a, b</p>", "text/xml", undefined],
      ["<html>\n<p>a, b</p>", "text/csv", undefined]
    ] as const) {
      assert.strictEqual(formatOf(text, type), format, text)
    }
  })
})

describe("the charset", () => {
  it("is guessed by the letters", () => {
    const seen = (bytes: ReadonlyArray<number>) =>
      guessCharset(new TextDecoder("windows-1251").decode(Uint8Array.from(bytes)))
    assert.strictEqual(seen([0xe8, 0xec, 0xff]), "windows-1251")
    // `café, naïve` in windows-1252.
    assert.strictEqual(seen([0x63, 0x61, 0x66, 0xe9, 0x2c, 0x6e, 0x61, 0xef, 0x76, 0x65]), "windows-1252")
    assert.isUndefined(seen([0x81, 0x8d]))
  })
})

describe("lists that are no arrays", () => {
  const found = (answer: unknown) => likeliestArray(arraysIn(answer))?.pointer

  it("are objects keyed by ids, or of records that are alike, and wrappers", () => {
    assert.strictEqual(
      found({ deals: { 17: { name: "a", lines: [{ n: 1 }, { n: 2 }, { n: 3 }] }, 18: { name: "b" } } }),
      "/deals/*"
    )
    assert.strictEqual(found({ rates: { "2026-01-01": { EUR: 1 }, "2026-01-02": { GBP: 1 } } }), "/rates/*")
    assert.strictEqual(found({ a: { id: 1, n: 1 }, b: { id: 2, n: 1 }, c: { id: 3 } }), "/*")
    assert.strictEqual(found({ edges: [{ cursor: "x", node: { id: 1 } }] }), "/edges/*/node")
    assert.strictEqual(found({ items: [{ id: 1, owner: { id: 2 } }] }), "/items")
    assert.strictEqual(
      found({ data: { user: { id: 1 }, team: { name: "x" } }, meta: { a: 1 }, links: { b: 1 } }),
      undefined
    )
  })
})

describe("a typed request", () => {
  const body = { filter: { open: true }, paging: { page: 0, size: 10 } }
  const request = { method: "POST", path: "/a", query: { q: "1" }, headers: {} } as const

  it("has its pages wherever they are, and loses what the pager sends", () => {
    const params = requestValuesOf({ ...request, body }).map(({ param }) => param)
    assert.deepEqual(params, ["q", "/filter/open", "/paging/page", "/paging/size"])
    const own = ["/paging/page", "/paging/size"]
    assert.deepEqual(requestYaml({ ...request, body }, own), { query: { q: "1" }, body: { filter: { open: true } } })
    const graphql = { query: "query ($after: String) { deals(after: $after) { id } }", variables: { after: null } }
    assert.deepEqual(
      requestValuesOf({ ...request, graphql }).map(({ param }) => param),
      ["q", "/variables/after"]
    )
    assert.deepEqual(requestYaml({ ...request, method: "GET", form: { a: "1" } }, ["q", "/a"]), {
      method: "GET",
      form: {}
    })
  })

  it("names its entity", () => {
    assert.strictEqual(nameOf("/v1/export.csv?a=b", new Set()), "export")
    assert.strictEqual(nameOf("/v1/deals/list", new Set(["deals"])), "deals_2")
    assert.strictEqual(nameOf("/", new Set()), "entity")
  })
})
