/** Children of children: their rows, the columns that they take from the records around them, and what is deleted. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { answers, served } from "./served.ts"

/** Orders with lines with taxes; names begin with a prefix, so that each test has tables of its own. */
const nested = (prefix: string, more = "") => `
  ${prefix}_order: { path: /orders, ${more} key: id, fields: { id: bigint, shop: text, raw_text: { from: note, type: text } } }
  ${prefix}_line:
    parent: ${prefix}_order
    records: /lines
    key: [order_id, id]
    fields: { order_id: { from: ../id, type: bigint }, id: bigint }
  ${prefix}_tax:
    parent: ${prefix}_line
    records: /tax/taxes
    key: [order_id, line_id, code]
    fields:
      order_id: { from: ../../id, type: bigint }
      line_id: { from: ../id, type: bigint }
      code: text
      shop: { from: ../../shop, type: text }
      line_and_shop: { type: text, transform: [{ join: [../../shop, ../id, code], with: "-" }] }`

const line = (id: number, ...codes: ReadonlyArray<string>) => ({ id, tax: { taxes: codes.map((code) => ({ code })) } })
const order = (id: number, ...lines: ReadonlyArray<unknown>) => ({ id, shop: `shop ${id}`, lines })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a child of a child", () => {
    it.effect("is mirrored with columns from every level, and what is gone at any of them is gone", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(nested("full"))
        const taxes = Effect.map(rows("full_tax"), (found) =>
          found
            .map(({ code, line_and_shop, line_id, order_id }) => `${order_id}/${line_id}/${code} ${line_and_shop}`)
            .toSorted()
        )
        const first = yield* sync(
          answers([order(1, line(1, "a", "b"), line(2, "a")), order(2, line(1, "a")), order(3)])
        )
        assert.deepInclude(first.full_tax, { status: "ok", inserted: 4, warnings: [] })
        assert.deepStrictEqual(yield* taxes, [
          "1/1/a shop 1-1-a",
          "1/1/b shop 1-1-b",
          "1/2/a shop 1-2-a",
          "2/1/a shop 2-1-a"
        ])
        const second = yield* sync(
          answers([{ ...order(1, line(1, "b"), { id: 2, tax: null }), shop: "x" }, order(3, line(1, "c"), { id: 9 })])
        )
        assert.deepInclude(second.full_tax, { inserted: 1, updated: 1, deleted: 3 })
        assert.deepInclude(second.full_line, { inserted: 2, deleted: 1 })
        assert.deepStrictEqual(yield* taxes, ["1/1/b x-1-b", "3/1/c shop 3-1-c"])
        const third = yield* sync(
          answers([{ ...order(1, line(1, "b"), { id: 2, tax: null }), shop: "x" }, order(3, line(1, "c"), { id: 9 })])
        )
        assert.deepInclude(third.full_tax, { status: "ok", inserted: 0, updated: 0, deleted: 0 })
      })
    )

    it.effect("is not deleted when the record between is no object", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(nested("torn"))
        yield* sync(answers([order(1, line(1, "a"), line(2, "b"))]))
        const { torn_line, torn_tax } = yield* sync(answers([order(1, line(1, "a"), "line 2")]))
        assert.deepInclude(torn_line, { status: "warning", rejected: 1, deleted: 0 })
        assert.deepInclude(torn_tax, { status: "warning", deleted: 0 })
        assert.lengthOf(yield* rows("torn_tax"), 2)
      })
    )

    it.effect("goes within the outermost records that were read, where those are not all", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(nested("some", "mode: upsert,"))
        yield* sync(answers([order(1, line(1, "a"), line(2, "b")), order(2, line(1, "a"))]))
        const { some_tax } = yield* sync(answers([order(1, line(2, "b"))]))
        assert.deepInclude(some_tax, { status: "ok", deleted: 1 })
        assert.deepStrictEqual(
          (yield* rows("some_tax")).map(({ line_id, order_id }) => `${order_id}/${line_id}`),
          ["1/2", "2/1"]
        )
      })
    )

    it.effect("is left out by conditions on what is around it", () =>
      Effect.gen(function* () {
        const judged = nested("judged", "where: { shop: { not: shop 3 } },")
        const { rows, sync } = yield* served(`${judged}
    where: { ../id: [1, 2], ../../id: { lt: 9 } }`)
        yield* sync(
          answers([
            order(1, line(1, "a"), line(7, "a")),
            order(2, line(2, "a")),
            order(3, line(1, "a")),
            order(9, line(1))
          ])
        )
        assert.deepStrictEqual(
          (yield* rows("judged_tax")).map(({ line_id, order_id }) => `${order_id}/${line_id}`),
          ["1/1", "2/2"]
        )
      })
    )

    it.effect("whose key does not name all that is around it is told apart by them", () =>
      Effect.gen(function* () {
        const { sync } = yield* served(`
  two_order: { path: /orders, key: id, fields: { id: bigint } }
  two_line: { parent: two_order, records: /lines, key: [order_id, id], fields: { order_id: { from: ../id, type: bigint }, id: bigint } }
  two_tax: { parent: two_line, records: /tax/taxes, key: [line_id, code], fields: { line_id: { from: ../id, type: bigint }, code: text } }`)
        const apart = yield* sync(answers([order(1, line(1, "a")), order(2, line(2, "a"))]))
        assert.deepInclude(apart.two_tax, { status: "ok" })
        const { two_tax } = yield* sync(answers([order(1, line(1, "a")), order(2, line(1, "a"))]))
        assert.strictEqual(two_tax?.status, "warning")
        assert.match(two_tax?.warnings.join() ?? "", /line_id 1, code a/)
      })
    )
  })

  describe("children in objects and wrappers", () => {
    const keyed = (prefix: string) => `
  ${prefix}_shop: { path: /s, records: /shops/*, raw: true, key: id, fields: { id: { from: "#key", type: text }, note: text } }
  ${prefix}_order:
    parent: ${prefix}_shop
    records: orders/*
    key: [shop, id]
    fields: { shop: { from: "../#key", type: text }, id: { from: "#key", type: text }, sum: decimal }
  ${prefix}_line:
    parent: ${prefix}_order
    records: /lines/*/*
    where: { "#key": { not: hidden } }
    drop: [phone]
    key: [shop, order_no, day, id]
    fields:
      shop: { from: "../../../#key", type: text }
      order_no: { from: "../../#key", type: text }
      day: { from: "../#key", type: date }
      id: { from: "#key", type: text }
      count: integer`
    const shown = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>) =>
      rows.map((row) => Object.values(row).join(" ")).toSorted()

    it.effect("are mirrored with the keys that lead to them, from every level", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(keyed("keys"))
        const a = { count: 1, phone: "+7 000" }
        const first = yield* sync(
          answers({
            shops: {
              north: {
                note: "n",
                orders: {
                  "1": { sum: 5, lines: { "2026-01-01": { a, hidden: a }, "2026-01-02": { a: { count: 2 } } } },
                  "2": { sum: 6, lines: {} }
                }
              },
              south: { note: "s", orders: { "1": { sum: 7, lines: { "2026-01-01": { a, b: a } } } } }
            }
          })
        )
        assert.deepInclude(first.keys_order, { status: "ok", inserted: 3, warnings: [] })
        assert.deepInclude(first.keys_line, { status: "ok", inserted: 4 })
        assert.deepStrictEqual(shown(yield* rows("keys_order")), ["north 1 5", "north 2 6", "south 1 7"])
        assert.deepStrictEqual(shown(yield* rows("keys_line")), [
          "north 1 2026-01-01 a 1",
          "north 1 2026-01-02 a 2",
          "south 1 2026-01-01 a 1",
          "south 1 2026-01-01 b 1"
        ])
        assert.notInclude(JSON.stringify(yield* rows("keys_shop")), "+7 000")
        const second = yield* sync(
          answers({
            shops: {
              north: { note: "n", orders: { "3": { sum: 5, lines: { "2026-01-01": { a: { ...a, count: 3 } } } } } },
              south: { note: "s", orders: null }
            }
          })
        )
        // Keys are no fields.
        assert.deepInclude(second.keys_shop, { status: "ok", warnings: [] })
        assert.deepInclude(second.keys_order, { status: "ok", inserted: 1, deleted: 3, warnings: [] })
        assert.deepInclude(second.keys_line, { inserted: 1, deleted: 0 })
      })
    )

    it.effect(
      "that are no objects, or lack their record, are rejected, and nothing is deleted where there is no object",
      () =>
        Effect.gen(function* () {
          const { rows, sync } = yield* served(`
  torn_order: { path: /orders, key: id, fields: { id: bigint } }
  torn_tag: { parent: torn_order, records: /tags/*, key: [order_id, id], fields: { order_id: { from: ../id, type: bigint }, id: { from: "#key", type: text }, name: text } }
  torn_rate: { parent: torn_order, records: /rates/*, key: [order_id, id], fields: { order_id: { from: ../id, type: bigint }, id: { from: "#key", type: text }, rate: { from: value, type: decimal } } }
  torn_edge: { parent: torn_order, records: /edges/*/node, key: [order_id, id], fields: { order_id: { from: ../id, type: bigint }, id: bigint } }
  torn_part: { parent: torn_order, records: /boxes/*/parts/*, key: [order_id, id], fields: { order_id: { from: ../id, type: bigint }, id: bigint } }
  torn_fee: { parent: torn_order, records: /billing/fees, key: [order_id, id], fields: { order_id: { from: ../id, type: bigint }, id: bigint } }
  torn_deep: { parent: torn_tag, records: /parts, key: [tag, id], fields: { tag: { from: "../#key", type: text }, id: bigint } }`)
          const whole = {
            id: 1,
            tags: { a: { name: "A", parts: [{ id: 1 }] }, b: { name: "B", parts: [{ id: 2 }] } },
            rates: { EUR: 1.5, GBP: { value: 2 } },
            edges: [{ node: { id: 1 } }, { node: { id: 2 } }],
            boxes: { a: { parts: [{ id: 1 }] }, b: { parts: [{ id: 2 }] } },
            billing: { fees: [{ id: 1 }] }
          }
          const first = yield* sync(answers([whole]))
          for (const result of Object.values(first)) assert.deepInclude(result, { status: "ok", rejected: 0 })
          assert.deepStrictEqual(shown(yield* rows("torn_rate")), ["1 EUR 1.5", "1 GBP 2"])
          const torn = { ...whole, tags: { a: "A" }, edges: [{ node: { id: 1 } }, { cursor: "x" }], rates: "none" }
          const second = yield* sync(answers([torn]))
          assert.deepInclude(second.torn_tag, { status: "warning", rejected: 1, deleted: 0 })
          assert.deepInclude(second.torn_edge, { status: "warning", rejected: 1, deleted: 0 })
          assert.deepInclude(second.torn_rate, { status: "warning", deleted: 0 })
          assert.deepInclude(second.torn_deep, { status: "warning", deleted: 0 })
          for (const other of ["no access", 7, [{ parts: [], fees: [] }, "no access"]]) {
            const boxes = { a: whole.boxes.a, b: other }
            const { torn_fee, torn_part } = yield* sync(answers([{ ...whole, boxes, billing: other }]))
            assert.deepInclude(torn_part, { status: "warning", deleted: 0 }, JSON.stringify(other))
            assert.deepInclude(torn_fee, { status: "warning", deleted: 0 }, JSON.stringify(other))
          }
          for (const nothing of [null, "", { parts: {} }]) {
            yield* sync(answers([whole]))
            const { torn_part } = yield* sync(answers([{ ...whole, boxes: { a: whole.boxes.a, b: nothing } }]))
            assert.deepInclude(torn_part, { status: "ok", deleted: 1 }, JSON.stringify(nothing))
          }
          const tags = { a: { name: "A", parts: [] } }
          const third = yield* sync(answers([{ ...whole, tags, edges: [], rates: { EUR: 2 } }]))
          assert.deepInclude(third.torn_tag, { deleted: 1, unchanged: 1 })
          assert.deepInclude(third.torn_rate, { deleted: 1, updated: 1 })
        })
    )
  })

  describe("a column of the row that forEach goes through", () => {
    it.effect("is ../ of its records, and further up of their children", () =>
      Effect.gen(function* () {
        const { rows, sync } = yield* served(`
  each_shop: { path: /shops, key: id, fields: { id: bigint, city: text } }
  each_order:
    path: /shops/{shop}/orders
    forEach: { entity: each_shop, params: { shop: id } }
    key: [shop_id, id]
    fields: { shop_id: { from: ../id, type: bigint }, id: bigint, city: { from: ../city, type: text, transform: [upper] } }
  each_line:
    parent: each_order
    records: /lines
    key: [shop_id, order_id, id]
    fields:
      shop_id: { from: ../../id, type: bigint }
      order_id: { from: ../id, type: bigint }
      id: bigint`)
        const orders: Record<string, unknown> = { 1: [order(7, line(1), line(2))], 2: [order(7, line(1))] }
        const vendor = (url: URL) => {
          const [, , shop = ""] = url.pathname.split("/")
          const shops = Object.keys(orders).map((id) => ({ id, city: `c${id}` }))
          return Response.json(shop === "" ? shops : orders[shop])
        }
        const first = yield* sync(vendor)
        assert.deepInclude(first.each_order, { status: "ok", inserted: 2, warnings: [] })
        assert.deepInclude(first.each_line, { status: "ok", inserted: 3, warnings: [] })
        assert.deepStrictEqual(yield* rows("each_order"), [
          { shop_id: 1n, id: 7n, city: "C1" },
          { shop_id: 2n, id: 7n, city: "C2" }
        ])
        orders[1] = [order(7, line(2))]
        const { each_line } = yield* sync(vendor)
        assert.deepInclude(each_line, { status: "ok", deleted: 1, unchanged: 2 })
        assert.deepStrictEqual(yield* rows("each_line"), [
          { shop_id: 1n, order_id: 7n, id: 2n },
          { shop_id: 2n, order_id: 7n, id: 1n }
        ])
      })
    )
  })
})
