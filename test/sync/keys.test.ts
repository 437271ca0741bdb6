import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { syncerOf, tableOf } from "./fixtures.ts"
import { rejects } from "./valueFixtures.ts"

const named = (...names: ReadonlyArray<string>) => names.map((name) => ({ id: name, name }))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("keys that PostgreSQL holds equal", () => {
    for (const [type, one, other] of [
      ["decimal", "1.5", "1.50"],
      ["double", "1.5", "1.50"],
      ["time", "06:00", "06:00:00"],
      ["timestamp", "2026-03-01T10:00:00Z", "2026-03-01T12:00:00+02:00"],
      ["json", '{"a":1,"b":2}', '{"b":2,"a":1}']
    ] as const) {
      it.effect(`are one row, that of the last record (${type})`, () =>
        Effect.gen(function* () {
          const thing = entity(`equal_${type}`, { columns: [column("id", type), column("n", "integer")] })
          const idOf = (text: string): unknown => (type === "json" ? JSON.parse(text) : text)
          const records = [one, other].map((text, at) => ({ id: idOf(text), n: at + 1 }))
          const result = yield* syncerOf(thing)({ records })
          assert.deepInclude(result, { error: null, inserted: 1, rejected: 0 })
          assert.deepStrictEqual(
            (yield* tableOf(thing)).map(({ n }) => n),
            [2]
          )
        })
      )
    }
  })

  describe("a record without a key", () => {
    it.effect("is told by its place and by what it holds", () =>
      Effect.gen(function* () {
        const records = [{ id: 1, name: "one" }, { name: "nobody's" }, { id: 3 }, { name: "x".repeat(500) }]
        const result = yield* syncerOf(entity("without_key"))({ records })
        assert.match(
          result.warnings[0] ?? "",
          /^2 of 4 records were rejected: id is missing, though part of the key \(2, the first is record 2\)$/
        )
      })
    )
  })

  describe("keys that only the repair makes equal", () => {
    const thing = (name: string) => entity(name, { columns: [column("id", "text"), column("name", "text")] })

    it.effect("are rejected, each of them, and their row stays as it was", () =>
      Effect.gen(function* () {
        const things = thing("broken_keys")
        const sync = syncerOf(things)
        yield* sync({ records: [{ id: "caf\udce9", name: "one" }, ...named("a", "b", "c", "d")] })
        const both = [
          { id: "caf\udce8", name: "other" },
          { id: "caf\udce9", name: "changed" },
          { id: "caf\ufffd", name: "third" }
        ]
        const guard = { ...things.guard, maxReject: 1 }
        const result = yield* syncerOf({ ...things, guard })({ records: [...both, ...named("a", "b", "c")] })
        assert.deepInclude(result, { status: "warning", rejected: 3, deleted: 1, updated: 0, unchanged: 3 })
        assert.match(result.warnings.join(), /equal to another key only because broken characters were replaced \(3\)/)
        assert.match(result.warnings.join(), /2 texts held/)
        assert.notMatch(result.warnings.join(), /folded/)
        assert.deepStrictEqual(
          (yield* tableOf(things)).map(({ id, name }) => `${id} ${name}`),
          ["a a", "b b", "c c", "caf\ufffd one"]
        )
      })
    )

    it.effect("are told apart from a key that comes twice, which is folded", () =>
      Effect.gen(function* () {
        const things = thing("same_broken_key")
        const twice = [
          { id: "x\0", name: "first" },
          { id: "x\0", name: "last" },
          { id: "y\ufffd", name: "as it came" }
        ]
        const result = yield* syncerOf(things)({ records: twice })
        assert.deepInclude(result, { inserted: 2, rejected: 0 })
        assert.match(result.warnings.join(), /1 duplicate of a key was folded/)
        assert.deepStrictEqual(
          (yield* tableOf(things)).map(({ name }) => name),
          ["last", "as it came"]
        )
      })
    )

    it.effect("count by their last row, also when more are held than fit", () =>
      Effect.gen(function* () {
        const things = thing("long_broken_keys")
        const long = "l".repeat(7_999_990)
        const records = [
          { id: "x\0", name: "first" },
          { id: "y\0", name: long },
          { id: "x\0", name: "the last of its key" }
        ]
        assert.deepInclude(yield* syncerOf(things)({ records }), { inserted: 2, rejected: 0 })
        assert.deepStrictEqual(
          (yield* tableOf(things)).map(({ name }) => String(name).slice(0, 20)),
          ["the last of its key", long.slice(0, 20)]
        )
      })
    )

    it.effect("are compared by their texts alone, and a third one is rejected however late it comes", () =>
      Effect.gen(function* () {
        const pair = entity("broken_pairs", {
          columns: [column("id", "text"), column("part", "bigint"), column("name", "text")],
          key: ["id", "part"]
        })
        const result = yield* syncerOf(pair)({
          records: [
            { id: "x\0", part: 1, name: "a" },
            { id: "x\0", part: "1.0", name: "b" },
            { id: "x\ud800", part: 2, name: "c" },
            { id: "x\0", part: 2, name: "d" },
            { id: "x\ud800", part: 2, name: "e" }
          ]
        })
        assert.deepInclude(result, { inserted: 1, rejected: 3 })
        assert.deepStrictEqual(
          (yield* rejects("broken_pairs")).map(({ field, value }) => [field, value]),
          [
            ["id", null],
            ["id", null],
            ["id", null]
          ]
        )
      })
    )

    it.effect("are many: those beyond what memory holds are rows, unless one before has their key", () =>
      Effect.gen(function* () {
        const long = "x".repeat(3_000_000)
        const result = yield* syncerOf(thing("many_broken_keys"))({
          records: [
            ...Array.from({ length: 4 }, (_, at) => ({ id: `${at}\0`, name: long })),
            { id: "0\ud800", name: "clashes with one that is held" },
            { id: "3\ud800", name: "clashes with a row" }
          ]
        })
        assert.deepInclude(result, { inserted: 3, rejected: 3 })
      })
    )
  })
})
