import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Channel, Effect } from "effect"
import {
  exactNumbers,
  losesDigits,
  type MarkOptions,
  NumberRewriter,
  unmark,
  withNumbers
} from "../../core/upstream/records/ExactNumbers.ts"

/** Cuts a text at every boundary that `cut` likes and rewrites the pieces. */
const rewrite = (text: string, cut: (index: number) => boolean = () => false, marking: MarkOptions = {}): string => {
  const rewriter = new NumberRewriter(marking)
  let out = ""
  let from = 0
  for (let i = 1; i <= text.length; i++) {
    if (i !== text.length && !cut(i)) continue
    out += rewriter.feed(text.slice(from, i))
    from = i
  }
  return out + rewriter.end()
}

/** Mulberry32: the same numbers at every run. */
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const generator = (random: () => number) => {
  const below = (n: number) => Math.floor(random() * n)
  const digits = (most: number) => Array.from({ length: 1 + below(most) }, () => below(10)).join("")
  const number = () => {
    const whole = random() < 0.3 ? "0" : `${1 + below(9)}${random() < 0.5 ? digits(18) : ""}`
    const fraction = random() < 0.5 ? `.${digits(20)}` : ""
    const exponent = random() < 0.3 ? `${"eE"[below(2)]}${["", "+", "-"][below(3)]}${digits(3)}` : ""
    return `${random() < 0.3 ? "-" : ""}${whole}${fraction}${exponent}`
  }
  const strings = [
    "",
    "12345678901234567890",
    'a"b',
    "\\",
    '\\"1e999',
    "привет 1e400",
    "x,1.2345678901234567",
    "\u2028"
  ]
  const string = () => JSON.stringify(strings[below(strings.length)])
  const space = () => ["", "", " ", "\n  "][below(4)]
  const value = (depth: number): string => {
    const kind = depth > 3 ? below(4) : below(6)
    const items = () => Array.from({ length: below(5) }, () => value(depth + 1))
    if (kind < 2) return `${space()}${number()}${space()}`
    if (kind === 2) return string()
    if (kind === 3) return ["true", "false", "null"][below(3)] ?? "null"
    if (kind === 4) return `[${items().join(",")}]`
    return `{${items()
      .map((item, i) => `${space()}"k${i}\\"1e999"${space()}:${item}`)
      .join(",")}}`
  }
  return value
}

const exact = (text: string): unknown =>
  // The third parameter is in Node 24 but not yet in TypeScript's library.
  JSON.parse(text, (_: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" && context?.source !== undefined && losesDigits(context.source) ? context.source : value
  )

/** Numbers by their value, told from texts of the same digits. */
const parsed = (text: string): unknown =>
  JSON.parse(text, (_: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number"
      ? { number: BigDecimal.format(BigDecimal.normalize(BigDecimal.fromStringUnsafe(context?.source ?? ""))) }
      : value
  )

describe("numbers in JSON", () => {
  it("become strings where a double would lose digits, and only there", () => {
    for (const source of [
      "1234567890123456",
      "0.1000000000000001",
      "1e309",
      "-1.5E-320",
      "12345678901234567890.5",
      "1e-400"
    ]) {
      assert.strictEqual(rewrite(`[${source}]`), `["${source}"]`)
      assert.strictEqual(rewrite(source), `"${source}"`)
    }
    for (const source of [
      "0",
      "-0",
      "123456789012345",
      "0.00000000000000012345",
      "1.25e10",
      "5e300",
      "0e999",
      "0.000"
    ]) {
      assert.strictEqual(rewrite(`{"a": ${source}}`), `{"a": ${source}}`)
    }
  })

  it("stay as they are inside strings and where they are no numbers", () => {
    for (const text of [
      '["12345678901234567890"]',
      '["\\"12345678901234567890"]',
      "[01234567890123456789]",
      "[1234567890123456.]"
    ]) {
      assert.strictEqual(rewrite(text), text)
    }
  })

  it("are what JSON.parse with source access makes of them, however the text is cut", () => {
    const random = seeded(2026)
    const value = generator(random)
    for (let i = 0; i < 3_000; i++) {
      const text = value(0)
      const expected = exact(text)
      const often = random()
      assert.deepEqual(JSON.parse(rewrite(text)), expected, text)
      assert.deepEqual(JSON.parse(rewrite(text, () => true)), expected, text)
      assert.deepEqual(JSON.parse(rewrite(text, () => random() < often)), expected, text)
    }
  })

  it("that are marked are numbers again in JSON, and their digits elsewhere", () => {
    const random = seeded(2027)
    const value = generator(random)
    for (let i = 0; i < 1_000; i++) {
      const text = value(0)
      const marked: unknown = JSON.parse(rewrite(text, () => random() < 0.5, { marks: true }))
      assert.deepEqual(parsed(withNumbers(JSON.stringify(marked))), parsed(text), text)
    }
    const source = "12345678901234567890.5"
    assert.strictEqual(unmark(JSON.parse(rewrite(source, undefined, { marks: true }))), source)
    assert.strictEqual(unmark(source), source)
    const quoted = JSON.stringify(['a "\ufdd012', "\ufdd0x"])
    assert.strictEqual(withNumbers(quoted), quoted)
    assert.strictEqual(unmark(1), 1)
  })

  it("pass in records that are measured each by itself where a line is one, and together in a page", () => {
    const over = (parts?: "lines") => {
      const rewriter = new NumberRewriter({ most: 10, parts })
      rewriter.feed('{"a":1}\n{"a":2}\n')
      return rewriter.over?.code
    }
    assert.deepEqual([over("lines"), over()], [undefined, "answer.longPage"])
  })

  it("pass up to the length that may be held, and not one character more, wherever they are cut", () => {
    for (const [text, parts, most] of [
      ['{"a":1234}\n{"a":1}\n', "lines", 10],
      // With the line's end before it.
      ['{"a":1}\n{"a":1234}\n', "lines", 11],
      ['[{"a":1234},{"a":1}]', "array", 11],
      ['[{"a":1},{"a":1234},{"a":1}]', "array", 11],
      ['{"a":1234}', undefined, 10]
    ] as const) {
      for (let cut = 0; cut < text.length; cut++) {
        const over = (limit: number) => {
          const rewriter = new NumberRewriter({ most: limit, parts })
          rewriter.feed(text.slice(0, cut))
          rewriter.feed(text.slice(cut))
          return rewriter.over?.code
        }
        assert.isUndefined(over(most), `${text} cut at ${cut}`)
        assert.strictEqual(over(most - 1), parts === undefined ? "answer.longPage" : "answer.longRecord", text)
      }
    }
  })

  it.effect("pass as a channel to their end", () =>
    Effect.gen(function* () {
      const pieces = Channel.fromArray([["[1, 123456789"], ["01234567890", "]"]] as const)
      const chunks = yield* Channel.runCollect(Channel.pipeTo(pieces, exactNumbers()))
      assert.strictEqual(chunks.flat().join(""), '[1, "12345678901234567890"]')
    })
  )
})
