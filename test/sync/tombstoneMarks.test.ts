/** `deletedWhen` with a mark: the row of a record that is gone stays, and a column marks it. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { ids, rows, syncerOf, tableOf } from "./fixtures.ts"
import { guard, marking, tombs } from "./tombstoneFixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a mark", () => {
    it.effect("counts as seen where two runs have to miss a row", () =>
      Effect.gen(function* () {
        const thing = marking("mark_next", { guard: guard({ confirm: "next" }) })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 6) })
        yield* sync({ records: rows(1, 5) })
        assert.deepInclude(yield* sync({ records: [...rows(1, 5), ...tombs(6)] }), { updated: 1, deleted: 0 })
        assert.deepInclude(yield* sync({ records: rows(1, 5) }), { deleted: 0 })
        assert.deepInclude(yield* sync({ records: rows(1, 5) }), { deleted: 1 })
      })
    )

    it.effect("is set in place of a delete, whatever the guard, and taken back", () =>
      Effect.gen(function* () {
        for (const mode of ["mirror", "replace", "upsert"] as const) {
          const thing = marking(`mark_${mode}`, { mode })
          const sync = syncerOf(thing)
          const marked = Effect.map(tableOf(thing), (all) =>
            all.flatMap(({ id, is_gone }) => (is_gone === true ? [Number(id)] : []))
          )
          yield* sync({ records: rows(1, 6) })
          const next = yield* sync({ records: [...rows(1, 2), ...tombs(3, 4, 5, 6, 7)] })
          assert.deepInclude(
            next,
            { status: "ok", updated: 4, unchanged: 2, inserted: 0, deleted: 0, warnings: [] },
            mode
          )
          assert.deepStrictEqual(yield* marked, [3, 4, 5, 6])
          assert.strictEqual((yield* tableOf(thing))[2]?.name, "row 3")
          const same = yield* sync({ records: [...rows(1, 2), ...tombs(3, 4, 5, 6, 7)] })
          assert.deepInclude(same, { status: "ok", updated: 0, deleted: 0 }, mode)
          const back = yield* sync({ records: [...rows(1, 3), ...tombs(4, 5, 6)] })
          assert.deepInclude(back, { status: "ok", updated: 1, deleted: 0 }, mode)
          assert.deepStrictEqual(yield* marked, [4, 5, 6])
        }
      })
    )

    it.effect("keeps no row that a whole read misses without a word", () =>
      Effect.gen(function* () {
        const thing = marking("mark_missing")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 6) })
        assert.deepInclude(yield* sync({ records: [...rows(1, 4), ...tombs(5)] }), { updated: 1, deleted: 1 })
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5])
      })
    )
  })
})
