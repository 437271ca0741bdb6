import { assert, describe, it } from "@effect/vitest"
import { arraysIn, likeliestArray, pointerOf } from "../../core/sync/discover/FindArrays.ts"
import { elementsIn } from "../../core/sync/discover/FindElements.ts"
import { propose } from "../../core/sync/discover/Proposal.ts"

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
        month: "date",
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
        zeros: "date[]"
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
    assert.deepEqual(propose([{ Цена: "1 р", "Код товара": "a" }]).key, ["код_товара"])
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
    assert.strictEqual(likeliestArray(arrays)?.pointer, "/result/a~1b")
    assert.strictEqual(likeliestArray(arraysIn([{ id: 1 }]))?.pointer, "")
    assert.deepEqual(["", "data", "/data"].map(pointerOf), ["", "/data", "/data"])
  })
})

describe("the lists of XML", () => {
  const found = (text: string) => elementsIn(text).map(({ length, pointer }) => `${pointer} ${length}`)
  const soap = (answer: string) =>
    `<s:Envelope xmlns:s="u"><s:Header><m:Trace>1</m:Trace></s:Header><s:Body>${answer}</s:Body></s:Envelope>`

  it("are the elements that repeat within one parent, the longest first, and not what they hold", () => {
    const line = "<line><n>1</n></line>"
    const order = `<order><lines>${line.repeat(5)}</lines></order>`
    assert.deepEqual(found(`<shop><orders>${order.repeat(2)}</orders></shop>`), ["shop/orders/order 2"])
    const feed = '<feed><link rel="a"/><link rel="b"/><entry><id>1</id></entry><entry><id>2</id></entry><entry/></feed>'
    assert.deepEqual(found(feed), ["feed/entry 3", "feed/link 2"])
    assert.deepEqual(found("<a><b><r><id/></r><r/></b><c><r><id/></r><r/></c></a>"), ["a/b/r 2", "a/c/r 2"])
    assert.deepEqual(found("<a><ids><id>1</id><id>2</id><id>3</id></ids><r><n/></r><r/></a>"), ["a/r 2", "a/ids/id 3"])
    // A namespace is no field.
    assert.deepEqual(found('<a><n xmlns="u">1</n><n>2</n><n>3</n><r><x/></r><r/></a>'), ["a/r 2", "a/n 3"])
  })

  it("that have one record are where an element holds nothing else, else the first with fields", () => {
    const item = "<item><id>1</id><at><city>K</city></at></item>"
    assert.deepEqual(found(`<shop><total>1</total><items>${item}</items></shop>`), ["shop/items/item 1"])
    assert.deepEqual(found(`<shop><total>1</total><item><id>1</id><n/></item></shop>`), ["shop/item 1"])
    assert.deepEqual(found('<shop xmlns="u"><row id="1"/></shop>'), ["shop/row 1"])
    assert.deepEqual(found("<shop><id>1</id></shop>"), ["shop/id 1"])
    assert.deepEqual(found("<shop><item><id>1</id></item></shop>"), ["shop/item 1"])
    assert.deepEqual(found("<shop/>"), [])
    assert.deepEqual(found("no XML"), [])
  })

  it("lie within the body of SOAP, whatever its prefixes are", () => {
    const item = "<m:Item><m:Id>1</m:Id><m:Name>a</m:Name></m:Item>"
    const place = "Envelope/Body/Answer"
    assert.deepEqual(found(soap(`<m:Answer>${item}${item}</m:Answer>`)), [`${place}/Item 2`])
    assert.deepEqual(found(soap(`<m:Answer><m:Total>1</m:Total>${item}</m:Answer>`)), [`${place}/Item 1`])
    const wrapped = `<m:Answer xmlns:m="v"><m:Result>${item}</m:Result></m:Answer>`
    assert.deepEqual(found(soap(wrapped)), [`${place}/Result/Item 1`])
    // Their prefixes are all that tells them apart.
    const twins = "<a:r><id/></a:r><b:r><id/></b:r>".repeat(2)
    assert.deepEqual(found(`<x:list>${twins}</x:list>`), ["x:list/a:r 2", "x:list/b:r 2"])
  })

  it("are found beside comments, sections and attributes that look like tags", () => {
    const text = `<a><!-- <r/><r/><r/> --><![CDATA[<r/><r/>]]><b t="x>" u='/>'><n>1</n></b><b t="2"/></a>`
    assert.deepEqual(found(text), ["a/b 2"])
  })
})

describe("a column proposed for a name with a prefix", () => {
  it("has the name alone, where it is free", () => {
    const { fields, key } = propose([{ "m:Id": "7", "@m:code": "a", "x:Id": 1, "a: b": 1, "12:30": 1 }])
    assert.deepEqual(
      fields.map(({ column, from }) => [column, from]),
      [
        ["id", "m:Id"],
        ["code", "@m:code"],
        ["id_2", "x:Id"],
        ["a_b", "a: b"],
        ["12_30", "12:30"]
      ]
    )
    assert.deepEqual(key, ["id"])
  })
})
