/** Records in objects, in wrappers and in several arrays: what is deleted for what the source no longer has. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { answers, served } from "./served.ts"

const keyed = `
  KEYED:
    path: /deals
    records: /deals/*
    key: id
    fields: { id: { from: "#key", type: text }, name: text }`

const named = (...names: ReadonlyArray<string>) =>
  Object.fromEntries(names.map((name) => [name.toLowerCase(), { name }]))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("an object keyed by id", () => {
    it.effect("keeps the row of a key whose value is no record", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(keyed.replaceAll("KEYED", "scalar"))
        yield* sync(answers({ deals: named("A", "B", "C") }))
        for (const value of [null, "gone", 7, []]) {
          const { scalar } = yield* sync(answers({ deals: { ...named("A", "B"), c: value } }))
          assert.deepInclude(scalar, { status: "warning", rejected: 1, updated: 0, deleted: 0 }, String(value))
          assert.match(scalar?.warnings.join() ?? "", /record is not an object/)
        }
        assert.lengthOf(yield* rows("scalar"), 3)
      })
    )

    it.effect("deletes nothing when its list is empty, has no keys, or is not there", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(keyed.replaceAll("KEYED", "emptied"))
        yield* sync(answers({ deals: named("A", "B") }))
        for (const deals of [{}, [], null, [{ name: "A" }]]) {
          const { emptied } = yield* sync(answers({ deals }))
          assert.deepInclude(emptied, { status: "warning", deleted: 0 }, JSON.stringify(deals))
        }
        for (const body of [{}, { deals: 7 }, { other: named("A") }, []]) {
          const { emptied } = yield* sync(answers(body))
          assert.deepInclude(emptied, { status: "failed", deleted: 0 }, JSON.stringify(body))
        }
        assert.lengthOf(yield* rows("emptied"), 2)
      })
    )

    it.effect("is mirrored when keys move, and with names that objects inherit", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(keyed.replaceAll("KEYED", "moved"))
        const body = (text: string) => () => new Response(text, { headers: { "content-type": "application/json" } })
        yield* sync(
          body('{"deals":{"constructor":{"name":"A"},"__proto__":{"name":"B"},"9007199254740993":{"name":"C"}}}')
        )
        const { moved } = yield* sync(
          body('{"deals":{"__proto__":{"name":"A"},"9007199254740993":{"name":"B"},"toString":{"name":"C"}}}')
        )
        assert.deepInclude(moved, { status: "ok", inserted: 1, updated: 2, deleted: 1 })
        assert.deepStrictEqual(yield* rows("moved"), [
          { id: "9007199254740993", name: "B" },
          { id: "__proto__", name: "A" },
          { id: "toString", name: "C" }
        ])
        const again = yield* sync(
          body(
            '{"deals":{"__proto__":{"name":"old"},"toString":{"name":"C"},"9007199254740993":{"name":"B"},"__proto__":{"name":"A"}}}'
          )
        )
        // Two records of a key, as in an array: none is lost unsaid.
        assert.deepInclude(again.moved, { status: "warning", inserted: 0, updated: 0, deleted: 0 })
        assert.deepEqual(again.moved?.reasons, [{ code: "run.folded", params: { count: 1 } }])
      })
    )
  })

  describe("a wrapper", () => {
    it.effect("without its record deletes nothing, since it may be any of them", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(`
  edge: { path: /deals, records: /edges/*/node, key: id, fields: { id: bigint, name: text } }`)
        const edges = (...ids: ReadonlyArray<number>) => ids.map((id) => ({ node: { id, name: `deal ${id}` } }))
        yield* sync(answers({ edges: edges(1, 2, 3) }))
        const { edge } = yield* sync(answers({ edges: [...edges(1, 2), { node: null }] }))
        assert.deepInclude(edge, { status: "warning", rejected: 1, deleted: 0 })
        assert.lengthOf(yield* rows("edge"), 3)
        assert.deepInclude((yield* sync(answers({ edges: edges(1, 2) }))).edge, { status: "ok", deleted: 1 })
      })
    )
  })

  describe("several arrays", () => {
    it.effect("delete what is in none of them, and nothing when one is missing", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(`
  several: { path: /deals, records: [/open, /closed], key: id, fields: { id: bigint, name: text } }`)
        const deal = (id: number, name = "deal") => ({ id, name })
        yield* sync(answers({ open: [deal(1), deal(2)], closed: [deal(3), deal(4)] }))
        const { several } = yield* sync(answers({ open: [deal(1), deal(2)] }))
        assert.deepInclude(several, { status: "failed", deleted: 0 })
        assert.lengthOf(yield* rows("several"), 4)
        const moved = yield* sync(answers({ open: [deal(1), deal(2, "both")], closed: [deal(2, "last"), deal(4)] }))
        assert.deepInclude(moved.several, { updated: 1, deleted: 1 })
        assert.deepStrictEqual(yield* rows("several"), [
          { id: 1n, name: "deal" },
          { id: 2n, name: "last" },
          { id: 4n, name: "deal" }
        ])
        const none = yield* sync(answers({ open: null, closed: [deal(1), deal(2, "last"), deal(4)] }))
        assert.deepInclude(none.several, { status: "ok", updated: 0, deleted: 0 })
      })
    )
  })
})
