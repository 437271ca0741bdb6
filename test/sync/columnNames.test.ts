import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { syncer, syncerOf, tableOf } from "./fixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("names", () => {
    const long = "имя".repeat(10)
    const named = (name: string, more: ReadonlyArray<Entity["columns"][number]>): Entity =>
      entity(name, {
        table: { schema: "Схема", name: `${name} "select"` },
        columns: [column("user", "bigint"), column("order", "text"), ...more],
        key: ["user", "order"],
        guard: { maxDelete: 0.07, floor: 0, empty: "refuse", maxReject: 0.05, confirm: "again", cascade: "refuse" }
      })

    it.effect("may be reserved words, Cyrillic, quoted, of 63 bytes, or those the load statement uses itself", () =>
      Effect.gen(function* () {
        const plain = ["kind", "n", "s", "rows", "value", "run", "facts", "Заказ", 'a"b', "100%", "it's", `${long}abc`]
        const thing = named(
          "names",
          plain.map((name) => column(name, "text"))
        )
        const record = (user: number, text: string) => ({
          user,
          order: "by",
          ...Object.fromEntries(plain.map((name) => [name, `${name} ${text}`]))
        })
        const sync = syncerOf(thing)
        assert.deepInclude(yield* sync({ records: [record(1, "a"), record(2, "a"), record(3, "a")] }), { inserted: 3 })
        const next = yield* sync({ records: [record(1, "a"), record(2, "b"), record(4, "a")] })
        assert.deepInclude(next, { status: "warning", inserted: 1, updated: 1, unchanged: 1, deleted: 0 })
        assert.match(next.warnings.join(), /1 of 3 rows are gone from the source, more than guard\.maxDelete 7%:/)
        assert.deepStrictEqual((yield* tableOf(thing))[1], { ...record(2, "b"), user: 2n })
      })
    )

    it.effect("may be those that every object has, in a table that lacks these columns and in one that has them", () =>
      Effect.gen(function* () {
        const names = ["constructor", "toString", "__proto__", "hasOwnProperty"]
        const filled = (text: string) => Object.fromEntries(names.map((name) => [name, text]))
        const before = named("objects", [])
        const after = named(
          "objects",
          names.map((name) => column(name, "text"))
        )
        const record = { user: 1, order: "by" }
        assert.deepInclude(yield* syncerOf(before)({ records: [record] }), { status: "ok", inserted: 1 })
        for (const text of ["a", "b"]) {
          const result = yield* syncerOf(after)({ records: [{ ...record, ...filled(text) }] })
          assert.strictEqual(result.error, null)
          assert.deepInclude(result, { status: "ok", updated: 1 })
          const [row] = yield* tableOf(after)
          assert.deepStrictEqual(Object.entries(row ?? {}).slice(2), Object.entries(filled(text)))
        }
      })
    )

    it.effect("of 63 bytes that differ at their ends look up different columns", () =>
      Effect.gen(function* () {
        const source = named("source", [column("title", "text")])
        const lookup = { table: source.table, key: "user", value: "title" }
        const ends = [`${long}ab1`, `${long}ab2`]
        const thing = named(
          "target",
          ends.map((name) => column(name, "text", { lookup }))
        )
        const results = yield* syncer([source, thing])(({ name }) => ({
          records:
            name === "source"
              ? [1, 2].map((user) => ({ user, order: "by", title: `title ${user}` }))
              : [{ user: 1, order: "by", [`${ends[0]}`]: 1, [`${ends[1]}`]: 2 }]
        }))
        assert.deepStrictEqual(
          results.map(({ error }) => error),
          [null, null]
        )
        assert.deepStrictEqual(yield* tableOf(thing), [
          { user: 1n, order: "by", [`${ends[0]}`]: "title 1", [`${ends[1]}`]: "title 2" }
        ])
      })
    )
  })
})
