/** Records that contain others, and what stands in their place when the source fails. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
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
})
