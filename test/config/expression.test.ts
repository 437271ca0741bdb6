/** Regular expressions: they find what JavaScript finds, in time proportional to the text. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { compileExpression, type Program } from "../../core/config/expression/ExpressionProgram.ts"
import { makeSearch, maxSearched, Search } from "../../core/config/expression/Search.ts"
import { draw } from "../../core/plugin/SandboxDraw.ts"
import { render } from "../../core/reason/Reason.ts"

const programOf = (source: string): Program => {
  const program = compileExpression(source)
  if ("code" in program) throw new Error(`${source}: ${render(program)}`)
  return program
}

/** The groups of all matches, one after the other. */
const found = (source: string, text: string): ReadonlyArray<ReadonlyArray<string | undefined>> => {
  const search = new Search(programOf(source), text)
  const all: Array<ReadonlyArray<string | undefined>> = []
  for (let at = 0; at <= text.length; ) {
    const one = search.from(at)
    if (one === undefined) break
    all.push(one.groups)
    const end = one.index + (one.groups[0]?.length ?? 0)
    at = end > one.index ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1)
  }
  return all
}

const native = (source: string, text: string) => [...text.matchAll(new RegExp(source, "gu"))].map((match) => [...match])

const refusal = (source: string): string => {
  const program = compileExpression(source)
  return "code" in program ? render(program) : "accepted"
}

describe("an expression", () => {
  it("finds what people look for", () => {
    for (const [source, text] of [
      ["№\\s*(\\d+)", "Заказ № 1234 от 05.03.2026"],
      ["^(\\S+)\\s+(.*)$", "Иванов Иван Иванович"],
      ["\\((.*?)\\)", "a (b) (c)"],
      ["(.*) - (.*)", "x - y - z"],
      ["(?:\\+7|8)[\\s(]*(\\d{3})", "+7 (921) 000"],
      ["(?<year>\\d{4})-(?<month>\\d\\d)", "on 2026-03-05"],
      ["\\p{Lu}\\p{Ll}+", "ёлка Ёлка ель"],
      ["[^,;]+", "a,b;;c"],
      ["\\bb\\B.", "ab bc b"],
      ["a{2,3}?|\\u{1F44D}|\\x41", "aaaa👍A"],
      ["", "ab"],
      ["(a)|b", "ab"],
      ["(?:(a)|b){2}", "abba"],
      [".", "👍\n."]
    ] as const)
      assert.deepEqual(found(source, text), native(source, text), source)
  })

  it.effect("finds what JavaScript finds, whatever it is", () =>
    Effect.gen(function* () {
      const random = yield* draw(20_261_129)
      const atoms = [
        "a",
        "b",
        "[ab]",
        "[^a]",
        ".",
        "\\d",
        "\\w",
        "\\b",
        "^",
        "$",
        "👍",
        "\\p{L}",
        "(?:a|ab)",
        "(a|b)",
        "(b?a)"
      ] as const
      const ends = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}"] as const
      const texts = ["", "a", "ab", "aabb", "abab👍ba", "b1\nab", "aaaaab", "bé_a"]
      const part = (): string => {
        const atom = random.pick(atoms)
        const assertion = /^(?:\^|\$|\\b)$/.test(atom)
        return atom + (assertion ? "" : random.pick(ends))
      }
      let compared = 0
      for (let n = 0; n < 1_000; n++) {
        const source = Array.from({ length: random.int(1, 4) }, part).join(random.chance(0.2) ? "|" : "")
        if ("code" in compileExpression(source)) continue
        compared += 1
        for (const text of texts) assert.deepEqual(found(source, text), native(source, text), `${source} in ${text}`)
      }
      assert.isAbove(compared, 700)
    })
  )

  it("takes time in proportion to the text, also where JavaScript would take years", () => {
    const text = `${"a".repeat(50_000)}!`
    const cases = ["(a|a)*b", "(?:a|aa)+$", ".*.*.*.*=x", "(?:\\w|\\d|a)+-", "(.*),(.*),(.*)", "a*a*a*a*b", "(x|aa?)+y"]
    for (const source of cases) {
      assert.isBelow(text.length, maxSearched(programOf(source)), source)
      const search = new Search(programOf(source), text)
      assert.isUndefined(search.from(0), source)
    }
    // Each of the matches looks to the end of the text, and what it learns there is kept.
    assert.lengthOf(found("a(?:.*b)?", text), 50_000)
  })

  it("is left to JavaScript only where that cannot take long", () => {
    for (const [source, limit] of [
      ["№\\d+$", 315],
      ["abc", 99_999],
      ["^(\\S+)\\s+(.*)$", 45],
      ["(?:,\\d{3})*", 315],
      ["(?:-\\d+)?", 45],
      ["(a|b)*", 0],
      ["(?:ab?)+", 0],
      ["(?:a|b)c+", 45]
    ] as const)
      assert.strictEqual(programOf(source).nativeLimit, limit, source)
    const [short, long] = ["a".repeat(10), "a".repeat(400)]
    const program = programOf("(a+)b|a")
    for (const text of [short, long]) {
      assert.deepStrictEqual(makeSearch(program, text).from(3)?.index, 3)
      assert.deepStrictEqual([...(makeSearch(program, text).from(3)?.groups ?? [])], ["a", undefined])
    }
  })

  it("is refused with a reason", () => {
    for (const [source, why] of [
      ["(a+)+", "a repetition (+) of what repeats without end itself"],
      ["(?:\\d+,?)*", "a repetition (*) of what repeats without end itself"],
      ["(x(y{2,})z){2,5}", "a repetition ({2,5}) of what repeats without end itself"],
      ["(a?)*", "a repetition (*) of what may be empty"],
      ["(a|)+", "a repetition (+) of what may be empty"],
      ["(?=a)b", "an expression cannot look ahead or behind here"],
      ["(?<!a)b", "an expression cannot look ahead or behind here"],
      ["(a)\\1", "an expression cannot refer back to a group here"],
      ["(?<x>a)\\k<x>", "an expression cannot refer back to a group here"],
      ["(?i:a)", "an expression cannot change its flags here"],
      ["(a", "no regular expression: Invalid regular expression: /(a/u: Unterminated group"],
      ["(?:[a-z]{100}){100}", "an expression whose repetitions are too long when written out"],
      ["a".repeat(1_001), "an expression of more than 1000 characters"]
    ] as const)
      assert.strictEqual(refusal(source), why, source)
    for (const source of ["(?:-\\d+)?", "(?:,\\d{3})*", "a".repeat(1_000), "(?:ab?)+"]) {
      assert.strictEqual(refusal(source), "accepted", source)
    }
  })
})
