import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Condition } from "../../core/config/Condition.ts"
import type { Entity } from "../../core/config/Entity.ts"
import { reason } from "../../core/reason/Reason.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, type Answers, column, entity } from "../support/source.ts"
import { ids, inTurn, rows, syncer, tableOf } from "./fixtures.ts"

const linesOf = (parent: string, more: Partial<Entity> = {}) =>
  entity(`${parent}_line`, {
    parent,
    records: "/lines",
    columns: [
      column("order_id", "bigint", { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } }),
      column("id", "bigint")
    ],
    key: ["order_id", "id"],
    ...more
  })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a list whose key is partly looked up", () => {
    it.effect("keeps whatever row the record of the second read may be", () =>
      Effect.gen(function* () {
        const store = entity("store")
        const lookup = { table: store.table, key: "id", value: "name" }
        const thing = entity("kept_in_store", {
          columns: [column("store", "text", { lookup }), column("id", "bigint")],
          key: ["store", "id"]
        })
        const things = (...missing: ReadonlyArray<number>): Answer => ({
          records: rows(1, 20).flatMap(({ id }) => (missing.includes(id) ? [] : [{ store: "1", id }])),
          end: completeIn(2)
        })
        const sync = syncer([store, thing])
        const reads = (...answers: Parameters<typeof inTurn>): Answers => {
          const source = inTurn(...answers)
          return (read, options) => (read.name === "store" ? { records: rows(1, 2) } : source.next(read, options))
        }
        yield* sync(reads(things()))
        const [, result] = yield* sync(reads(things(5, 11), things(5)))
        assert.deepInclude(result, { deleted: 1, reasons: [reason("confirm.slid", { count: 1 })] })
        assert.deepStrictEqual(
          yield* ids(thing),
          rows(1, 20).flatMap(({ id }) => (id === 5 ? [] : [id]))
        )
      })
    )
  })

  describe("a list of parents with children", () => {
    it.effect("is read again once for all of them", () =>
      Effect.gen(function* () {
        const parent = entity("order")
        const child = linesOf("order")
        const orders = (...gone: ReadonlyArray<number>): Answer => ({
          records: rows(1, 9).flatMap((row) =>
            gone.includes(row.id) ? [] : [{ ...row, lines: [{ id: 1 }, { id: 2 }] }]
          ),
          end: completeIn(2)
        })
        const sync = syncer([parent, child])
        yield* sync(orders())
        let asked = 0
        const answers: Answers = () => (++asked === 1 ? orders(3, 4) : orders(4))
        const results = yield* sync(answers)
        assert.deepStrictEqual(
          results.map(({ deleted, status }) => ({ deleted, status })),
          [
            { deleted: 1, status: "warning" },
            { deleted: 2, status: "warning" }
          ]
        )
        assert.strictEqual(asked, 2)
        asked = 1
        assert.deepInclude((yield* sync(answers, [child]))[0], { deleted: 0, unchanged: 16 })
      })
    )

    it.effect("is looked through the second time for the children of those that count", () =>
      Effect.gen(function* () {
        const worthy: Condition = { pointer: { up: 0, tokens: ["worth"] }, comparison: { gte: 5 } }
        const order = (id: number, worth: unknown, ...lines: ReadonlyArray<number>) => ({
          id,
          worth,
          lines: lines.map((line) => ({ id: line }))
        })
        for (const [name, second, deleted, code] of [
          ["found", [order(2, 5, 2), order(4, 1, 4)], 2, "confirm.slid"],
          ["moving", [order(2, 5, 2), order(4, 1, 4), order(4, 1, 4)], 0, "confirm.moving"],
          ["unsure", [order(2, "many", 2), order(4, 1, 4)], 0, "confirm.keyless"]
        ] as const) {
          const parent = entity(name, { where: [worthy] })
          const child = linesOf(parent.name, { above: { where: [worthy] } })
          const sync = syncer([parent, child])
          yield* sync({ records: [1, 2, 3, 4].map((id) => order(id, 5, id)) })
          let asked = 0
          const end = completeIn(2)
          const [, result] = yield* sync(() => ({
            records: [order(1, 5, 1), order(3, 5), ...(++asked === 1 ? [order(2, 5), order(4, 1, 4)] : second)],
            end
          }))
          assert.deepInclude(result, { deleted }, name)
          assert.include(JSON.stringify(result?.reasons), code, name)
          assert.lengthOf(yield* tableOf(child), 4 - deleted, name)
        }
      })
    )
  })
})
