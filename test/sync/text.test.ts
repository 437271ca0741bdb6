import { assert, describe, it } from "@effect/vitest"
import { percentText } from "../../core/database/load/FieldSql.ts"
import { json } from "../../core/database/tables/StorableText.ts"
import { arrayLiteral, cleanJson, maxDepth, toJson, toStorableJson } from "../../core/sync/map/SourceText.ts"

const nested = (levels: number): unknown =>
  levels === 0 ? 1 : levels % 2 === 0 ? [nested(levels - 1)] : { a: nested(levels - 1) }
const repaired = (value: unknown) => {
  const repairs = { count: 0 }
  return { text: cleanJson(value, repairs), count: repairs.count }
}

describe("a value as JSON", () => {
  it("is nothing where it nests deeper than may be stored, in one place of many, too", () => {
    assert.strictEqual(toJson(nested(maxDepth)), JSON.stringify(nested(maxDepth)))
    assert.isUndefined(toJson(nested(maxDepth + 1)))
    assert.isUndefined(toJson({ fine: 1, list: [1, nested(maxDepth - 2), nested(maxDepth - 1)] }))
    let endless: unknown = 1
    for (let level = 0; level < 100_000; level++) endless = [endless]
    assert.isUndefined(toJson(endless))
    assert.isUndefined(toJson(undefined))
  })

  it("is a mistake of ours where it is no value of JSON, which is not told as depth", () => {
    assert.throws(() => toJson({ n: 1n }), TypeError)
  })

  it("has no NUL and no half of a character, in names and values at any depth, and is counted once", () => {
    const half = "\ud800"
    assert.deepEqual(repaired({ [`a${half}`]: { b: ["\0", { "c\0": [half, 1, null, true] }] } }), {
      text: '{"a\ufffd":{"b":["\ufffd",{"c\ufffd":["\ufffd",1,null,true]}]}}',
      count: 1
    })
    const fine = { "a\\u0000": ["😀", "\\ud800", { b: null }] }
    assert.deepEqual(repaired(fine), { text: JSON.stringify(fine), count: 0 })
  })

  it("is stored without them in the daemon's own tables, and stays a list where it is one", () => {
    assert.strictEqual(
      json({ "a\0": ["\0", { b: ["\ud800", 1, null] }] }),
      '{"a\ufffd":["\ufffd",{"b":["\ufffd",1,null]}]}'
    )
    assert.strictEqual(json(["😀", "\\u0000"]), JSON.stringify(["😀", "\\u0000"]))
  })

  it("is shown up to a length, and not cut through a character", () => {
    assert.strictEqual(toStorableJson("abc", 5), '"abc"')
    assert.strictEqual(toStorableJson("abcd", 5), '"abcd…')
    assert.strictEqual(toStorableJson("a😀😀", 3), '"a\ufffd…')
    assert.strictEqual(toStorableJson("\0", 20), '"\\ufffd"')
    assert.isNull(toStorableJson(nested(maxDepth + 1), 20))
  })
})

describe("a list as PostgreSQL writes it", () => {
  it("keeps quotes, backslashes, empty texts, the word NULL and what is absent apart", () => {
    assert.strictEqual(arrayLiteral(['a"b', "c\\d", "", "NULL", null]), '{"a\\"b","c\\\\d","","NULL",NULL}')
    assert.strictEqual(arrayLiteral([]), "{}")
  })
})

it("a share is written in percent, to the millionth", () => {
  assert.deepEqual([0.07, 0.5, 1, 1 / 3, 0.000_000_001].map(percentText), ["7%", "50%", "100%", "33.333333%", "0%"])
})
