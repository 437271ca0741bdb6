/** What `check` says about the steps of a field's `transform`. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { render } from "../../core/reason/Reason.ts"
import { columnOf, entityOf } from "./cases/declared.ts"
import { problemsOf, problemsOfFiles } from "./cases/harness.ts"

const problemsWith = (field: string, ...more: ReadonlyArray<string>) =>
  Effect.map(
    problemsOf(
      `type: rest\nbaseUrl: x\nentities:\n  deal:\n    path: /d\n    key: id\n    fields:\n      id: bigint\n      c: ${field}\n${more.map((line) => `    ${line}\n`).join("")}`
    ),
    (problems) => problems.map(({ column, line, reason }) => `${line}:${column} ${render(reason)}`)
  )

describe("transform", () => {
  it.effect("is a list of steps, the first of which may say where the values are", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: id",
        "matrix: { kind: [a, b] }",
        "scope: { kind: '{kind}' }",
        "fields:",
        "  id: bigint",
        "  c: { type: text, transform: [{ join: [a, /b/c] }, { extract: '\\p{L}{2}' }] }"
      )
      assert.deepStrictEqual(columnOf(entity, "c")?.source, {
        _tag: "Joined",
        pointers: [
          { up: 0, tokens: ["a"] },
          { up: 0, tokens: ["b", "c"] }
        ]
      })
    })
  )

  it.effect("is refused where it means nothing", () =>
    Effect.gen(function* () {
      for (const [field, ...problems] of [
        ["{ type: text, transform: trim }", /^9:\d+ expected a list of steps such as/],
        ["{ type: text, transform: [] }", /^9:\d+ a list of nothing: write at least one value/],
        ["{ type: text, transform: [tirm] }", /^9:\d+ .*trim/],
        ["{ type: text, transform: [{ splitt: x }] }", /splitt/],
        ["{ type: text, transform: [{ split: ',' }] }", /^9:\d+ split makes a list$/],
        ["{ type: json, transform: [trim] }", /^9:\d+ json keeps what came/],
        ["{ type: bigint, transform: [cents] }", /^9:\d+ cents make a decimal, and this column is bigint/],
        ["{ type: decimal, transform: [cents, trim] }", /^9:\d+ cents comes last/],
        [
          "{ type: decimal, format: '1,234.56', transform: [cents] }",
          /^9:\d+ cents says how the number is written: remove format/
        ],
        [
          "{ type: text, transform: [trim, { join: [a] }] }",
          /^9:\d+ join says where the values are, so it comes first/
        ],
        ["{ type: text, from: a, transform: [{ join: [a] }] }", /^9:\d+ join says where the values are: remove from/],
        ["{ type: text, transform: [{ join: [a, ../b] }] }", /^9:\d+ .*no parent/],
        [
          "{ type: text, transform: [{ extract: '(a+)+' }] }",
          /^9:\d+ a repetition \(\+\) of what repeats without end itself/
        ],
        ["{ type: text, transform: [{ replace: 'a', with: $1 }] }", /^9:\d+ the expression has no group 1/],
        ["{ value: 7, transform: [trim] }", /^9:\d+ a constant needs no "transform"/]
      ] as const) {
        const found = yield* problemsWith(field)
        assert.lengthOf(found, problems.length, `${field}: ${found.join("; ")}`)
        for (const [at, problem] of problems.entries()) assert.match(found[at] ?? "", problem)
      }
    })
  )

  it.effect("is refused for a cursor, whose highest value the source must understand", () =>
    Effect.gen(function* () {
      const found = yield* problemsWith("{ type: text, transform: [trim] }", "incremental: { cursor: c, param: since }")
      assert.deepStrictEqual(found, [`10:28 "c" is transformed, so its highest value is none of the source's`])
    })
  )

  it.effect("is refused in a column of the scope", () =>
    Effect.gen(function* () {
      const found = yield* problemsWith("{ type: text, transform: [trim] }", "scope: { c: x }")
      assert.deepStrictEqual(found, ["9:24 the scope gives this column its value: remove `transform`"])
    })
  )

  it.effect("hashes texts, last, and only with a key", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problemsWith("{ type: text, transform: [hash] }"), [
        "9:36 hash needs a key, and the daemon has none"
      ])
      const files = {
        "config/daemon.yaml": "hashKey: { secret: KEY }\n",
        "config/connectors/shop.yaml": `type: rest\nbaseUrl: x\nentities:\n  deal: { path: /d, key: id, fields: { id: { type: bigint, transform: [hash, trim] } } }\n`
      }
      const problems = (key: string) =>
        Effect.map(problemsOfFiles(files, { KEY: key }), (found) => found.map(({ reason }) => render(reason)))
      assert.deepStrictEqual(yield* problems("sixteen letters!"), [
        "a hash is a text, and this column is bigint",
        "hash comes last"
      ])
      const short = (yield* problems("fifteen letters")).join()
      assert.include(short, "expected a secret of at least 16 characters")
      assert.notInclude(short, "fifteen")
    })
  )

  it.effect("keeps no column of what is dropped", () =>
    Effect.gen(function* () {
      for (const [drop, ...problems] of [
        ["[c]", "10:12 the column c keeps what is to be kept nowhere"],
        ["[/c/d]"],
        ["[../c]", "10:12 drop is about the records of the entity itself, not of its parent"],
        ["[/c~2]", '10:12 "/c~2" is no JSON Pointer: after ~ comes 0 (for ~) or 1 (for /)'],
        ["[]", "10:11 a list of nothing: write at least one value"]
      ] as const)
        assert.deepStrictEqual(yield* problemsWith("{ type: json }", `drop: ${drop}`), problems, drop)
    })
  )
})

describe("the words of a boolean", () => {
  it.effect("are those for true and those for false, and no word is both", () =>
    Effect.gen(function* () {
      for (const [field, ...problems] of [
        ["{ type: boolean, true: [Да, 1], false: [Нет] }"],
        ["{ type: boolean, true: [Да] }", "9:27 words for one of the two only"],
        [
          "{ type: text, true: [Да], false: [Нет] }",
          "9:24 true and false are words of a boolean, and this column is text"
        ],
        ["{ type: boolean, true: [Да], false: [Нет, ДА] }", '9:52 "ДА" means both true and false']
      ] as const)
        assert.deepStrictEqual(yield* problemsWith(field), problems, field)
    })
  )
})

describe("a format", () => {
  it.effect("is of the type, and a default is written in it", () =>
    Effect.gen(function* () {
      for (const [field, ...problems] of [
        ["{ type: decimal, format: 'currency 1.234,56', default: '1,5 €' }"],
        ["{ type: decimal, format: duration, default: PT1M }"],
        ["{ type: timestamp, format: rfc822, default: '5 Mar 2026 10:00 GMT' }"],
        ["{ type: time, format: 'h:mm a' }"],
        [
          "{ type: decimal, format: euro }",
          /"euro" is no way to write a number: 1,234.56, 1.234,56, currency, percent/
        ],
        ["{ type: decimal, format: share, default: 5 }", /5 is no decimal \(share\)/],
        ["{ type: timestamp, format: '/Date()/', default: today }", /"today" is no timestamp/],
        ["{ type: time, format: 'hh:mm' }", /needs AM or PM \(a\) with an hour of twelve/],
        ["{ type: time, format: 'HH:mm a' }", /needs AM or PM/],
        ["{ type: time, format: rfc822 }", /lacks the hour/],
        ["{ type: time, format: 'mm:ss' }", /lacks the hour/],
        ["{ type: time, format: HH }", /lacks the hour \(HH\) or the minute/]
      ] as const) {
        const found = yield* problemsWith(field)
        assert.lengthOf(found, problems.length, `${field}: ${found.join("; ")}`)
        for (const [at, problem] of problems.entries()) assert.match(found[at] ?? "", problem)
      }
    })
  )
})

describe("the form of CSV", () => {
  const fields = "{ id: { from: column_1, type: bigint }, sum: { from: /column_2, type: decimal } }"

  it.effect("decides how numbers are written, where a field does not", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "format: csv",
        "decimal: ','",
        "key: id",
        "fields:",
        "  id: bigint",
        "  day: date",
        "  sum: 'decimal[]'",
        "  price: { type: decimal, format: currency }",
        "  own: { type: double, format: '1,234.56' }",
        "  cents: { type: decimal, transform: [cents] }"
      )
      assert.deepStrictEqual(
        entity.columns.map(({ format }) => format),
        ["1.234,56", undefined, "1.234,56", "currency 1.234,56", "1,234.56", undefined]
      )
    })
  )

  it.effect("is refused where it means nothing", () =>
    Effect.gen(function* () {
      const problems = (...lines: ReadonlyArray<string>) =>
        Effect.map(
          problemsOf(
            `type: rest\nbaseUrl: x\nentities:\n  deal:\n    path: /d\n    key: id\n${lines.map((line) => `    ${line}\n`).join("")}`
          ),
          (found) => found.map(({ column, line, reason }) => `${line}:${column} ${render(reason)}`)
        )
      assert.deepStrictEqual(yield* problems("format: csv", "header: false", "skipRows: 3", `fields: ${fields}`), [])
      assert.deepStrictEqual(yield* problems("format: csv", "header: false", "fields: { id: bigint }"), [
        '9:15 without a header no cell is called "id"'
      ])
      assert.deepStrictEqual(
        yield* problems("skipRows: 1", "decimal: ','", "header: true", "quote: false", "fields: { id: bigint }"),
        [
          "7:5 only csv has skipRows",
          "8:5 only csv has decimal",
          "9:5 only csv has header",
          "10:5 only csv has quote"
        ].map((problem) => `${problem}, this is json`)
      )
      assert.deepStrictEqual(yield* problems("format: csv", 'quote: "`"', "fields: { id: bigint }"), [
        '8:12 expected one of ", \', false, found "`" — did you mean """?'
      ])
    })
  )
})
