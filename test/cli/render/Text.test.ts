import { assert, describe, it } from "@effect/vitest"
import { wrapMessage } from "../../../core/cli/render/terminal/Prose.ts"
import * as Text from "../../../core/cli/render/terminal/Text.ts"

describe("a message of several lines", () => {
  const message = [
    "config/connectors/crm.yaml:7:41: nothing gives {deal} a value",
    "  7 | deal_id: { type: bigint, value: '{deal}' }",
    "    |                                 ^^^^^^^^",
    "",
    "  hint: a matrix or a forEach gives {names} their values"
  ].join("\n")

  it("is broken between words, each line below where it begins, and no excerpt of a file", () => {
    assert.deepStrictEqual(wrapMessage(message, 40).split("\n"), [
      "config/connectors/crm.yaml:7:41: nothing",
      "gives {deal} a value",
      "  7 | deal_id: { type: bigint, value: '{deal}' }",
      "    |                                 ^^^^^^^^",
      "",
      "  hint: a matrix or a forEach gives",
      "  {names} their values"
    ])
  })

  it("stays as it is for who reads it through a pipe", () => {
    assert.strictEqual(wrapMessage(`\t${message}`, Number.POSITIVE_INFINITY), `\t${message}`)
  })
})

describe("Text", () => {
  it("measures what a terminal shows", () => {
    const widths: ReadonlyArray<readonly [text: string, cells: number]> = [
      ["", 0],
      ["iiko.product", 12],
      ["Соль поваренная", 15],
      ["й", 1],
      ["и\u0306", 1],
      ["\u0301", 0],
      ["日本", 4],
      ["ｶﾅ", 2],
      ["Ａ", 2],
      ["한글", 4],
      ["🍣", 2],
      ["👨‍👩‍👧", 2],
      ["🇷🇺", 2],
      ["1️⃣", 2],
      ["✓ ✗ → …", 7]
    ]
    for (const [text, cells] of widths) assert.strictEqual(Text.width(text), cells, text)
  })

  it("cuts between characters and never exceeds the limit", () => {
    assert.strictEqual(Text.cut("Соль", 4), "Соль")
    assert.strictEqual(Text.cut("Соль", 3), "Со…")
    assert.strictEqual(Text.cut("日本語", 4), "日…")
    assert.strictEqual(Text.cut("a👨‍👩‍👧b", 3), "a…")
    assert.strictEqual(Text.cut("Соль", 0), "")
    assert.strictEqual(Text.cutMiddle("iiko.entity_measure_unit", 15), "iiko.en…re_unit")
    for (const limit of [0, 1, 2, 3, 4, 5, 6, 7]) {
      assert.isAtMost(Text.width(Text.cut("日本語日本語", limit)), limit)
      assert.isAtMost(Text.width(Text.cutMiddle("日本語日本語", limit)), limit)
    }
  })

  it("pads by cells", () => {
    assert.strictEqual(Text.pad("日本", 6), "日本  ")
    assert.strictEqual(Text.pad("12", 4, "right"), "  12")
    assert.strictEqual(Text.pad("Соль", 2), "Соль")
  })

  it("shows what would move the cursor or hide", () => {
    assert.strictEqual(Text.printable("a\u001b[2Jb\r\n\tc"), "a\\u{1b}[2Jb\\r\\n\\tc")
    assert.strictEqual(Text.printable("soft\u00adhyphen \u202eoverride"), "soft\\u{ad}hyphen \\u{202e}override")
    assert.strictEqual(Text.printable("👨‍👩‍👧 \ud800"), "👨‍👩‍👧 \ufffd")
  })

  it("wraps in full", () => {
    assert.deepStrictEqual(Text.wrap("no connection to the server", 12), ["no", "connection", "to the", "server"])
    assert.deepStrictEqual(Text.wrap("first\n  second", 20), ["first", "  second"])
    assert.deepStrictEqual(Text.wrap("https://example.test/a", 8), ["https://", "example.", "test/a"])
    assert.deepStrictEqual(Text.wrap("about 12 345 rows", 10), ["about", "12 345", "rows"])
    assert.deepStrictEqual(Text.wrap("any length", Number.POSITIVE_INFINITY), ["any length"])
  })
})
