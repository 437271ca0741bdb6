/** What `check` says about the conditions of `where` and `deletedWhen`. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { render } from "../../core/reason/Reason.ts"
import { connectorOf, entityOf } from "./cases/declared.ts"
import { problemsOf } from "./cases/harness.ts"

const problemsWith = (
  where: string,
  fields = "{ id: bigint, start_date: date, code: { from: /state/code, type: text } }"
) =>
  Effect.map(
    problemsOf(
      `type: rest\nbaseUrl: x\nentities:\n  deal:\n    path: /d\n    key: id\n    fields: ${fields}\n    where: ${where}\n`
    ),
    (problems) =>
      problems.map(({ column, hint, line, reason }) =>
        [`${line}:${column} ${render(reason)}`, ...(hint === undefined ? [] : [hint])].join("; ")
      )
  )

describe("where", () => {
  it.effect("is conditions on places of the record", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: id",
        "where: { start_date: { gte: '2026-01-01' }, /a/b: [x, null], open: true }",
        "fields: { id: bigint }"
      )
      assert.deepStrictEqual(entity.where, [
        {
          pointer: { up: 0, tokens: ["start_date"] },
          otherwise: { up: 0, tokens: ["startDate"] },
          comparison: { gte: "2026-01-01" }
        },
        { pointer: { up: 0, tokens: ["a", "b"] }, comparison: { is: ["x", null] } },
        { pointer: { up: 0, tokens: ["open"] }, comparison: { is: [true] } }
      ])
    })
  )

  it.effect("of a parent is known to its children", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        "type: rest\nbaseUrl: x\nentities:\n  deal: { path: /d, where: { open: true }, key: id, fields: { id: bigint } }\n  line: { parent: deal, records: /lines, where: { ../kind: a }, key: n, fields: { n: bigint } }\n"
      )
      const line = entities.find(({ name }) => name === "line")
      assert.deepStrictEqual(line?.above, {
        where: [{ pointer: { up: 0, tokens: ["open"] }, comparison: { is: [true] } }]
      })
      assert.deepStrictEqual(line?.where, [{ pointer: { up: 1, tokens: ["kind"] }, comparison: { is: ["a"] } }])
    })
  )

  it.effect("is refused where it means nothing", () =>
    Effect.gen(function* () {
      for (const [where, ...problems] of [
        ["active", /^8:12 expected a map such as \{ status: active \}/],
        ["{}", /^8:12 no condition: every record fulfils it$/],
        ["{ status: {} }", /^8:\d+ no condition/],
        ["{ status: [] }", /a list of nothing|at least one/],
        ["{ status: { nto: a } }", /did you mean "not"/],
        ["{ status: { is: a } }", /known here: not, exists, gt, gte, lt, lte/],
        ["{ /a~2: 1 }", /^8:14 .*after ~ comes 0/],
        ["{ ../kind: a }", /^8:14 \.\.\/ points into the parent's record, and this entity has no parent/],
        ["{ ../../kind: a }", /^8:14 .*climbs 2 levels/],
        [
          '{ "#key": a }',
          /^8:14 "#key" is the name of a record .*; say so with a \*, as in records: \/items\/\*; a field of this name is \/#key$/
        ],
        ["{ ../#key: a }", /^8:14 "\.\.\/#key" is the name of a record/],
        ["{ code: a }", /^8:14 conditions look at the record.*"code".*; write \/state\/code$/],
        ["{ n: { gt: 1, gte: 2 } }", /gt and gte are two bounds of the same side$/],
        ["{ n: { gt: 5, lt: 3 } }", /nothing lies between 5 and 3$/],
        ["{ n: { gt: 5, lte: 5 } }", /nothing lies between 5 and 5$/],
        ["{ n: { gt: 1, lt: b } }", /a number and a text/],
        ["{ n: { gt: true } }", /./],
        ["{ n: { exists: false, not: a } }", /what does not exist has no value to compare$/],
        ["{ n: [a, a] }", /a value is listed twice$/]
      ] as const) {
        const found = yield* problemsWith(where)
        assert.strictEqual(found.length, problems.length, `${where}: ${found.join("; ")}`)
        for (const [at, problem] of problems.entries()) assert.match(found[at] ?? "", problem, where)
      }
      assert.deepStrictEqual(
        yield* problemsWith("{ n: { gte: 5, lte: 5 }, m: { exists: true, not: a }, /#key: a }"),
        []
      )
      assert.deepStrictEqual(
        yield* problemsWith(
          "{ code: a }",
          "{ id: bigint, code: { from: /a, type: text }, x: { from: code, type: text } }"
        ),
        []
      )
    })
  )
})

const toldOf = (...lines: ReadonlyArray<string>) =>
  Effect.map(
    problemsOf(
      `type: rest\nbaseUrl: x\nentities:\n  deal:\n    path: /d\n    key: id\n${lines.map((line) => `    ${line}\n`).join("")}`
    ),
    (problems) => problems.map(({ column, line, reason }) => `${line}:${column} ${render(reason)}`)
  )

describe("deletedWhen", () => {
  it.effect("deletes, or has a boolean column of its own", () =>
    Effect.gen(function* () {
      const plain = yield* entityOf("path: /d", "key: id", "deletedWhen: { state: deleted }", "fields: { id: bigint }")
      assert.deepStrictEqual(plain.deletedWhen, {
        conditions: [{ pointer: { up: 0, tokens: ["state"] }, comparison: { is: ["deleted"] } }]
      })
      const marked = yield* entityOf(
        "path: /d",
        "key: id",
        "deletedWhen: { /mark: x, mark: is_gone }",
        "fields: { id: bigint }",
        "raw: true"
      )
      assert.deepStrictEqual(marked.deletedWhen, {
        conditions: [{ pointer: { up: 0, tokens: ["mark"] }, comparison: { is: ["x"] } }],
        mark: "is_gone"
      })
      assert.deepStrictEqual(
        marked.columns.map(({ name, type }) => `${name} ${type}`),
        ["id bigint", "is_gone boolean", "raw json"]
      )
    })
  )

  it.effect("lets what is upserted have a history, and a log of the source an order", () =>
    Effect.gen(function* () {
      const when = "deletedWhen: { state: deleted }"
      const ended = ["mode: upsert", "history: deal_history", "fields: { id: bigint }"]
      assert.deepStrictEqual(yield* toldOf(when, ...ended), [])
      assert.lengthOf(yield* toldOf(...ended), 1)
      assert.lengthOf(yield* toldOf("deletedWhen: { state: deleted, mark: is_gone }", ...ended), 1)
      const log = [
        "records: /items",
        "incremental: { from: /next, param: since, initial: x, ordered: true }",
        "fields: { id: bigint }"
      ]
      assert.deepStrictEqual(yield* toldOf(when, ...log), [])
      assert.lengthOf(yield* toldOf(...log), 1)
    })
  )

  it.effect("is refused where it means nothing", () =>
    Effect.gen(function* () {
      const fields = "fields: { id: bigint, state: text }"
      for (const [lines, problem] of [
        [["deletedWhen: {}", fields], /^7:18 no condition/],
        [["deletedWhen: { mark: is_gone }", fields], /^7:18 no condition/],
        [["deletedWhen: deleted", fields], /^7:18 expected a map such as \{ status: deleted \}/],
        [["deletedWhen: { gone: true, mark: state }", fields], /^7:\d+ "state" is a column already/],
        [["deletedWhen: { gone: true, mark: [a] }", fields], /^7:\d+ /],
        [["deletedWhen: { gone: true, mark: _changed_at }", fields], /^7:\d+ /],
        [["mode: append", "deletedWhen: { gone: true, mark: is_gone }", fields], /^8:\d+ append never updates a row/],
        [
          ["deletedWhen: { gone: true }", "fields: { id: { lookup: { table: t, key: a, value: b }, type: bigint } }"],
          /^7:5 .*"id" is looked up in another table/
        ]
      ] as const) {
        const found = yield* toldOf(...lines)
        assert.lengthOf(found, 1, `${lines[0]}: ${found.join("; ")}`)
        assert.match(found[0] ?? "", problem)
      }
    })
  )
})
