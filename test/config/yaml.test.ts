/** YAML that is made to take long. */
import { assert, describe, it } from "@effect/vitest"
import { maxProblems, Problems } from "../../core/config/files/Problems.ts"
import { maxDepth, maxPieces, parse } from "../../core/config/files/Yaml.ts"

const problemsOf = (text: string) => {
  const problems = new Problems()
  parse({ file: "daemon.yaml", text }, problems)
  return problems.diagnostics.map(({ column, line, message }) => `${line}:${column} ${message}`)
}

describe("YAML", () => {
  for (const [name, level] of Object.entries({ lists: "[", maps: "{a: ", dashes: "- ", questions: "? " })) {
    it(`of ${name} in one another is refused where there are too many`, () => {
      const begin = name === "dashes" || name === "questions" ? "" : "a: "
      const [why, ...others] = problemsOf(begin + level.repeat(50_000))
      assert.deepEqual(others, [])
      assert.match(why ?? "", new RegExp(`^1:\\d+ more than ${maxDepth} lists and maps in one another$`))
      assert.isAtMost(Number(why?.slice(2).split(" ")[0]), (maxDepth + 2) * level.length * 2)
    })
  }

  it("of a hundred levels is read", () => {
    assert.deepEqual(problemsOf(`a: ${"[".repeat(100)}1${"]".repeat(100)}\n`), [])
    assert.deepEqual(problemsOf(Array.from({ length: 100 }, (_, at) => `${" ".repeat(at)}a:`).join("\n")), [])
  })

  it("of ever more words is refused where there are too many, whatever is wrong with them", () => {
    const why = `more than ${maxPieces} words and marks in one file`
    for (const [begin, piece] of [
      ["a: [", "b,"],
      ["a:\n", "- b\n"],
      ["a: [", "}"],
      ["", "# b\n"]
    ]) {
      const [first, ...others] = problemsOf(`${begin}${piece?.repeat(maxPieces)}`)
      assert.deepEqual(others, [])
      assert.isTrue(first?.endsWith(why), first)
    }
    assert.deepEqual(problemsOf(`a: [${"b, ".repeat(maxPieces / 5)}]`), [])
    assert.deepEqual(problemsOf(`a: "${"b ".repeat(400_000)}"`), [])
    assert.isAbove(Error.stackTraceLimit, 0)
  })

  it("with ever more problems tells the first of them, each with its line", () => {
    const found = problemsOf("a: 1\n".repeat(5_000))
    assert.lengthOf(found, maxProblems + 1)
    assert.strictEqual(found[0], '2:1 duplicate key "a": it already stands in line 1')
    assert.strictEqual(found[maxProblems - 1], `${maxProblems + 1}:1 duplicate key "a": it already stands in line 1`)
    assert.strictEqual(
      found[maxProblems],
      `${maxProblems + 2}:1 more than ${maxProblems} problems: the others are told once these are gone`
    )
  })
})
