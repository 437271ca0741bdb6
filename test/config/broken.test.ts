import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { answers } from "./cases/answers.ts"
import { bodies } from "./cases/bodies.ts"
import { requests } from "./cases/entities.ts"
import { type Broken, connector, entity, syntax } from "./cases/files.ts"
import { foreignNames } from "./cases/foreignNames.ts"
import { place, problemsOf } from "./cases/harness.ts"
import { tables } from "./cases/tables.ts"

const suites: Readonly<Record<string, ReadonlyArray<Broken>>> = {
  syntax,
  connector,
  requests,
  bodies,
  answers,
  tables,
  "foreign names": foreignNames
}

for (const [suite, cases] of Object.entries(suites)) {
  describe(`a broken file is told by its place: ${suite}`, () => {
    for (const { name, expected, yaml } of cases) {
      it.effect(name, () =>
        Effect.gen(function* () {
          const found = yield* problemsOf(yaml, { SET: "set" })
          const sorted = expected.toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
          assert.deepStrictEqual(
            found.map(place),
            sorted.map(([at]) => `config/connectors/shop.yaml:${at}`),
            found.map(({ message }) => message).join("\n")
          )
          sorted.forEach(([, message], index) => {
            assert.include(found[index]?.message, message)
          })
        })
      )
    }
  })
}

it.effect("a key that is near none is told with those there are, the first of many", () =>
  Effect.gen(function* () {
    const [many] = yield* problemsOf(entity("key: id", "fields: { id: bigint }", "wobble: 1"))
    assert.include(many?.message, 'unknown key "wobble"')
    assert.match(many?.hint ?? "", /^known here: path, method, query, .* and \d+ more$/)
    const [few] = yield* problemsOf(entity("key: id", "fields: { id: { type: bigint, wobble: 1 } }"))
    assert.strictEqual(
      few?.hint,
      "known here: from, type, format, true, false, transform, required, optional, default, value, lookup"
    )
  })
)

it.effect("a missing key is told with what it means", () =>
  Effect.gen(function* () {
    const [missing] = yield* problemsOf("type: till\nentities:\n  a: { path: /a, fields: { id: bigint } }\n")
    assert.include(missing?.message, '"key" is missing')
    assert.include(missing?.hint, "The column or columns that tell one row from another")
  })
)
