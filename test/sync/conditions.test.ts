/** The comparisons of `where`: what holds, what does not, what cannot be judged; no database is needed. */
import { assert, describe, it } from "@effect/vitest"
import type { Comparison, Condition } from "../../core/config/Condition.ts"
import type { Format } from "../../core/config/Entity.ts"
import { compareDecimals, decimalOf } from "../../core/config/values/Decimal.ts"
import { checkExamples } from "../../core/sync/discover/Examples.ts"
import { compileConditions } from "../../core/sync/map/RecordConditions.ts"
import { entity } from "../support/source.ts"

const on = (name: string, comparison: Comparison): Condition => ({ pointer: { up: 0, tokens: [name] }, comparison })

/** true, false, or undefined if the value cannot be judged. */
const holds = (comparison: Comparison, record: object, format: Format = "json"): boolean | undefined => {
  const verdict = compileConditions([on("v", comparison)], { format })({ ...record }, undefined)
  return typeof verdict === "boolean" ? verdict : undefined
}

const cases: ReadonlyArray<readonly [Comparison, ReadonlyArray<readonly [unknown, boolean | undefined]>]> = [
  [
    { is: ["a"] },
    [
      ["a", true],
      ["A", false],
      ["a ", false],
      [null, false],
      ["", false],
      [["b", "a"], true],
      [["b"], false],
      [[], false],
      [{ a: 1 }, false]
    ]
  ],
  [
    { is: ["5"] },
    [
      ["5", true],
      [5, false],
      ["5.0", false],
      ["\ufdd05", false]
    ]
  ],
  [
    { is: [5] },
    [
      [5, true],
      ["5", true],
      ["5.00", true],
      ["50e-1", true],
      ["05", false],
      [" 5", false],
      ["5,0", false],
      ["\ufdd05.000000000000000000", true],
      ["\ufdd05.000000000000000001", false],
      [true, false]
    ]
  ],
  [
    { is: [0] },
    [
      [0, true],
      [-0, true],
      ["-0.0", true],
      ["", false],
      [null, false],
      [false, false]
    ]
  ],
  [
    { is: [true] },
    [
      [true, true],
      ["true", true],
      ["TRUE", true],
      [1, false],
      ["yes", false],
      [false, false]
    ]
  ],
  [
    { is: [false] },
    [
      [false, true],
      ["false", true],
      [0, false],
      [null, false],
      ["", false]
    ]
  ],
  [
    { is: [null, "a"] },
    [
      [null, true],
      ["a", true],
      ["", false],
      ["null", false],
      [0, false]
    ]
  ],
  [
    { not: ["a", 1] },
    [
      ["a", false],
      [1, false],
      ["b", true],
      [null, true],
      [["b", "a"], false],
      [[], true]
    ]
  ],
  [
    { not: [null] },
    [
      [null, false],
      ["", true],
      [0, true]
    ]
  ],
  [
    { exists: true },
    [
      [0, true],
      [false, true],
      ["", true],
      [null, false],
      [[], true]
    ]
  ],
  [
    { exists: false },
    [
      [null, true],
      ["", false],
      [0, false]
    ]
  ],
  [
    { gt: 9 },
    [
      [10, true],
      [9, false],
      ["10", true],
      ["9.0", false],
      ["1e1", true],
      ["9e999999999", true],
      ["\ufdd09.000000000000000001", true],
      ["ten", undefined],
      [true, undefined],
      [null, false],
      [[1, 20], true],
      [[1, "x"], undefined],
      [[1], false],
      [{}, undefined]
    ]
  ],
  [
    { gte: -1, lt: 1 },
    [
      [-1, true],
      [1, false],
      [0, true],
      ["-1.0", true],
      ["-1.1", false]
    ]
  ],
  [
    { lte: 0.3 },
    [
      [0.3, true],
      ["0.30", true],
      ["\ufdd00.30000000000000004", false]
    ]
  ],
  [
    { gt: "2026-01-01" },
    [
      ["2026-01-02", true],
      ["2026-01-01", false],
      ["2025", false],
      [2027, undefined],
      ["\ufdd020260102000000000001", undefined],
      [null, false]
    ]
  ],
  [
    { not: [3], gt: 1 },
    [
      [2, true],
      [3, false],
      ["x", undefined],
      [1, false]
    ]
  ]
]

describe("a condition", () => {
  for (const [comparison, values] of cases) {
    it(`${JSON.stringify(comparison)} holds for what it says`, () => {
      for (const [v, expected] of values) assert.strictEqual(holds(comparison, { v }), expected, JSON.stringify(v))
    })
  }

  it("takes what is absent for null", () => {
    for (const [comparison, values] of cases) {
      const asNull = values.find(([value]) => value === null)
      if (asNull !== undefined) assert.strictEqual(holds(comparison, {}), asNull[1], JSON.stringify(comparison))
    }
  })

  it("takes an empty text of csv and xml for nothing, and of json for a text", () => {
    for (const format of ["csv", "xml"] as const) {
      assert.strictEqual(holds({ exists: false }, { v: "" }, format), true)
      assert.strictEqual(holds({ is: [null] }, { v: "" }, format), true)
      assert.strictEqual(holds({ is: [""] }, { v: "" }, format), true)
      assert.strictEqual(holds({ gt: 1 }, { v: "" }, format), false)
      assert.strictEqual(holds({ gt: 1 }, { v: "2" }, format), true)
    }
    assert.strictEqual(holds({ gt: 1 }, { v: "" }, "json"), undefined)
  })

  it("that does not hold decides, whatever cannot be judged beside it", () => {
    const judge = compileConditions([on("n", { gt: 1 }), on("kind", { is: ["a"] })], { format: "json" })
    assert.strictEqual(judge({ n: "many", kind: "b" }, undefined), false)
    assert.strictEqual(judge({ n: 2, kind: "a" }, undefined), true)
    const doubt = judge({ n: "many", kind: "a" }, undefined)
    assert.deepInclude(doubt, { field: "n" })
  })

  it("looks in a second place where the first is absent, and for a child in its parent", () => {
    const judge = compileConditions(
      [
        {
          pointer: { up: 0, tokens: ["is_open"] },
          otherwise: { up: 0, tokens: ["isOpen"] },
          comparison: { is: [true] }
        },
        { pointer: { up: 1, tokens: ["kind"] }, comparison: { is: ["a"] } }
      ],
      { format: "json" }
    )
    assert.strictEqual(judge({ isOpen: true }, { kind: "a" }), true)
    assert.strictEqual(judge({ is_open: null, isOpen: true }, { kind: "a" }), false)
    assert.strictEqual(judge({ is_open: true }, { kind: "b" }), false)
  })
})

describe("a decimal", () => {
  it("is compared by its digits, whatever its exponent", () => {
    const ascending = [
      "-1e400",
      "-12",
      "-2",
      "-1.5",
      "-0.001",
      "0",
      "1e-400",
      "0.1",
      "0.10000000000000000001",
      "2",
      "12",
      "12.5",
      "1e400"
    ]
    for (const [at, one] of ascending.entries()) {
      for (const [where, other] of ascending.entries()) {
        const [left, right] = [decimalOf(one), decimalOf(other)]
        if (left === undefined || right === undefined) return assert.fail(`${one} or ${other} is no number`)
        assert.strictEqual(Math.sign(compareDecimals(left, right)), Math.sign(at - where), `${one} and ${other}`)
      }
    }
    for (const text of ["", "1.", ".5", "+1", "01", "1e", "0x1", "1 000", `1${"0".repeat(1_000)}`]) {
      assert.isUndefined(decimalOf(text), text)
    }
  })
})

describe("an example", () => {
  it("may expect that a record is left out or gone, and nothing else of it then", () => {
    const where = [on("state", { not: ["closed"] })]
    const judged = entity("judged", { where, deletedWhen: { conditions: [on("gone", { is: [true] })] } })
    const records = {
      left: { id: 1, state: "closed" },
      gone: { id: 1, gone: true },
      row: { id: 1, name: "a" },
      bad: {}
    }
    const expected = {
      left: { row: null },
      gone: { gone: true },
      row: { row: { id: "1" } },
      bad: { reject: "id" }
    } as const
    for (const [is, record] of Object.entries(records)) {
      for (const [wanted, outcome] of Object.entries(expected)) {
        const problems = checkExamples({ ...judged, examples: [{ record, ...outcome }] })
        assert.lengthOf(problems, is === wanted ? 0 : 1, `${is}, expected ${wanted}`)
      }
    }
  })
})
