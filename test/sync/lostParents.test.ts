/** Records that contain others, and what stands in their place when the source fails. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { reason } from "../../core/reason/Reason.ts"
import { layerDatabase } from "../support/database.ts"
import { answers, served } from "./served.ts"

const nested = `
  order: { path: /orders, key: id, fields: { id: bigint, shop: text } }
  line: { parent: order, records: /lines, key: [order_id, id], fields: { order_id: { from: ../id, type: bigint }, id: bigint } }
  tax:
    parent: line
    records: /tax/taxes
    key: [order_id, line_id, code]
    fields: { order_id: { from: ../../id, type: bigint }, line_id: { from: ../id, type: bigint }, code: text }`

const line = (id: number, ...codes: ReadonlyArray<string>) => ({ id, tax: { taxes: codes.map((code) => ({ code })) } })
const order = (id: number, ...lines: ReadonlyArray<unknown>) => ({ id, shop: `shop ${id}`, lines })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a record in whose place something else stands", () => {
    it.effect("keeps its children at every level", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(nested)
        const whole = [order(1, line(1, "a"), line(2, "b")), order(2, line(1, "c"))]
        yield* sync(answers(whole))
        const [one, two] = whole
        for (const other of [
          null,
          {},
          [],
          "x",
          { error: "timeout" },
          { shop: "shop 2" },
          { id: "abc", shop: "shop 2" }
        ]) {
          const { line: lines, tax } = yield* sync(answers([one, other]))
          assert.deepEqual([lines?.deleted, tax?.deleted], [0, 0], JSON.stringify(other))
          for (const result of [lines, tax]) assert.match(result?.warnings.join() ?? "", /no readable key/)
          const inner = yield* sync(answers([{ ...one, lines: [other, line(2, "b")] }, two]))
          assert.deepInclude(inner.tax, { status: "warning", deleted: 0 }, JSON.stringify(other))
        }
        const { line: lines, tax } = yield* sync(answers([one, order(2)]))
        assert.deepEqual([lines?.deleted, tax?.deleted], [1, 1], "an order without lines has none")
        assert.lengthOf(yield* rows("tax"), 2)
      })
    )
  })

  describe("a record without the list of its children", () => {
    const without = ({ lines: _, ...record }: ReturnType<typeof order>) => record
    const [one, two, three] = [order(1, line(1, "a"), line(2, "b")), order(2, line(1, "c")), order(3, line(1, "d"))]

    it.effect("keeps their rows, while those of others go", () =>
      Effect.gen(function* () {
        const { plan, rows, sync } = yield* served(nested)
        yield* sync(answers([one, two, three]))
        const next = answers([without(one), { ...two, lines: [] }, three])
        const planned = yield* plan(next)
        assert.deepEqual(
          planned.entities.map(({ deletes }) => deletes.length),
          [0, 1, 1]
        )
        const { line: lines, tax } = yield* sync(next)
        const kept = { status: "ok", deleted: 1 } as const
        assert.deepInclude(lines, { ...kept, noteReasons: [reason("run.listAbsent", { count: 1 })] })
        assert.deepInclude(tax, { ...kept, noteReasons: [reason("run.listAbsentInside", { count: 1 })] })
        assert.lengthOf(yield* rows("line"), 3)
        const nulls = yield* sync(answers([{ ...one, lines: null }, two, three]))
        assert.deepInclude(nulls.line, { deleted: 2, inserted: 1, noteReasons: [] }, "null is an empty list")
      })
    )

    it.effect("keeps the rows of a list further in", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(nested)
        yield* sync(answers([one, two, three]))
        const { line: lines, tax } = yield* sync(answers([order(1, { id: 1 }, line(2)), order(2), three]))
        assert.deepInclude(lines, { deleted: 1, noteReasons: [] })
        assert.deepInclude(tax, { deleted: 1, noteReasons: [reason("run.listAbsentInside", { count: 1 })] })
        const inner = yield* sync(answers([order(1, { id: 1, tax: {} }, line(2)), two, three]))
        assert.deepInclude(inner.tax, { deleted: 0, inserted: 1 })
      })
    )

    it.effect("holds all deletes back where the key does not name it", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(`
  order: { path: /orders, key: id, fields: { id: bigint, shop: text } }
  line: { parent: order, records: /lines, table: plain_lines, key: id, fields: { id: bigint } }`)
        yield* sync(answers([order(1, line(1)), order(2, line(2)), order(3, line(3))]))
        const { line: lines } = yield* sync(answers([without(one), order(2), order(3, line(3))]))
        assert.deepInclude(lines, { status: "warning", deleted: 0 })
        assert.deepEqual(lines?.reasons, [reason("run.listAbsentAll", { count: 1 })])
      })
    )

    it.effect("has no children if the declaration says so, or in XML", () =>
      Effect.gen(function* () {
        const optional = yield* served(`
  buyer: { path: /orders, table: buyers, key: id, fields: { id: bigint, shop: text } }
  item: { parent: buyer, records: /lines, optional: true, key: [order_id, id], fields: { order_id: { from: ../id, type: bigint }, id: bigint } }`)
        yield* optional.sync(answers([one, two]))
        const { item } = yield* optional.sync(answers([one, without(two)]))
        assert.deepInclude(item, { status: "ok", deleted: 1, noteReasons: [] })
        const xml = yield* served(`
  visit: { path: /visits, format: xml, records: visit, key: id, fields: { id: bigint } }
  dose: { parent: visit, records: /dose, key: [visit_id, id], fields: { visit_id: { from: ../id, type: bigint }, id: bigint } }`)
        const visits = (second: string) => () =>
          new Response(`<a><visit><id>1</id><dose><id>1</id></dose></visit><visit><id>2</id>${second}</visit></a>`)
        yield* xml.sync(visits("<dose><id>1</id></dose>"))
        const { dose } = yield* xml.sync(visits(""))
        assert.deepInclude(dose, { status: "ok", deleted: 1, noteReasons: [] })
      })
    )

    it.effect("is known of none if all lack it, as an empty source is", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(nested)
        yield* sync(answers([one, two]))
        const { line: lines } = yield* sync(answers([without(one), without(two)]))
        assert.deepInclude(lines, { status: "warning", deleted: 0 })
        assert.match(lines?.warnings.join() ?? "", /guard\.empty/)
      })
    )

    it.effect("keeps them below a list that keeps its own rows, too", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(nested.replace("key: id,", "key: id, mode: upsert,"))
        yield* sync(answers([one, two, three]))
        const { line: lines } = yield* sync(answers([without(one), order(2), three]))
        assert.deepInclude(lines, { deleted: 1, noteReasons: [reason("run.listAbsent", { count: 1 })] })
      })
    )

    it.effect("keeps them where another record of the same key has the list", () =>
      Effect.gen(function* () {
        for (const mode of ["mirror", "upsert"]) {
          const { rows, sync } = yield* served(nested.replace("key: id,", `key: id, table: ${mode}, mode: ${mode},`))
          yield* sync(answers([one, two, three]))
          for (const next of [
            [order(1, line(1, "a")), without(one)],
            [without(one), order(1, line(1, "a"))]
          ]) {
            const { line: lines } = yield* sync(answers([...next, two, three]))
            assert.deepInclude(lines, { deleted: 0, noteReasons: [reason("run.listAbsent", { count: 1 })] }, mode)
          }
          assert.lengthOf(yield* rows("line"), 4)
          const { line: lines } = yield* sync(answers([order(1, line(1, "a")), two, three]))
          assert.deepInclude(lines, { deleted: 1 }, mode)
        }
      })
    )
  })
})
