import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, entity, layerSync } from "../support/source.ts"

const rows = (from: number, to: number, name = "row") =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ id: from + at, name: `${name} ${from + at}`, amount: "1.50" }))

const scenario = (
  name: string,
  test: (world: {
    readonly sync: (answer: Answer, which?: Entity) => ReturnType<typeof runOne>
    readonly table: Effect.Effect<ReadonlyArray<Record<string, unknown>>, SqlError.SqlError, SqlClient.SqlClient>
  }) => Effect.Effect<void, unknown, SqlClient.SqlClient | Sync>,
  declared: Entity = entity("thing")
) => {
  let answer: Answer = {}
  const layer = layerSync([declared], () => answer).pipe(Layer.provideMerge(layerDatabase))
  it.live(name, () =>
    test({
      sync: (next) =>
        Effect.suspend(() => {
          answer = next
          return runOne(declared)
        }),
      table: Effect.flatMap(SqlClient.SqlClient, (sql) =>
        sql.unsafe<Record<string, unknown>>(`select * from fake_thing order by 1`)
      )
    }).pipe(Effect.provide(layer))
  )
}

const runOne = Effect.fnUntraced(function* (which: Entity) {
  const sync = yield* Sync
  const [result] = yield* sync.run([which], { trigger: "test", actor: null })
  return yield* Effect.fromNullishOr(result)
})

describe("a mirror", () => {
  scenario("takes what is new, leaves what is the same, deletes what is gone", ({ sync, table }) =>
    Effect.gen(function* () {
      const first = yield* sync({ records: rows(1, 30) })
      assert.deepInclude(first, {
        status: "ok",
        error: null,
        fetched: 30,
        inserted: 30,
        updated: 0,
        unchanged: 0,
        deleted: 0
      })
      const again = yield* sync({ records: rows(1, 30) })
      assert.deepInclude(again, { status: "ok", inserted: 0, updated: 0, unchanged: 30, deleted: 0 })
      const before = yield* table
      const changed = yield* sync({ records: [...rows(1, 27), { id: 28, name: "new name", amount: "1.5" }] })
      assert.deepInclude(changed, { status: "ok", inserted: 0, updated: 1, unchanged: 27, deleted: 2 })
      const after = yield* table
      assert.strictEqual(after.length, 28)
      assert.deepStrictEqual(after.slice(0, 27), before.slice(0, 27))
    })
  )

  scenario("keeps everything when the source is empty, and offers the deletes to a person", ({ sync, table }) =>
    Effect.gen(function* () {
      yield* sync({ records: rows(1, 5) })
      const empty = yield* sync({ records: [] })
      assert.deepInclude(empty, { status: "warning", deleted: 0 })
      assert.match(empty.warnings.join(), /source is empty/)
      assert.strictEqual((yield* table).length, 5)
      const sql = yield* SqlClient.SqlClient
      const pending = yield* sql`select status, total, rows from tributary.pending_delete`
      assert.deepInclude(pending[0], { status: "open", total: 5 })
    })
  )

  scenario("withholds deletes beyond the guard, loads the rest", ({ sync, table }) =>
    Effect.gen(function* () {
      yield* sync({ records: rows(1, 100) })
      const held = yield* sync({ records: rows(1, 10, "renamed") })
      assert.deepInclude(held, { status: "warning", updated: 10, deleted: 0 })
      assert.match(held.warnings.join(), /90 of 100 rows are gone.*50%/)
      assert.strictEqual((yield* table).length, 100)
    })
  )

  scenario("deletes nothing after a partial read", ({ sync, table }) =>
    Effect.gen(function* () {
      yield* sync({ records: rows(1, 5) })
      const result = yield* sync({ records: rows(1, 3), end: partial(foreignText("page cap of 1 reached")) })
      assert.deepInclude(result, { status: "warning", deleted: 0 })
      assert.match(result.warnings.join(), /page cap/)
      assert.strictEqual((yield* table).length, 5)
    })
  )

  scenario("sets a bad record aside and keeps its old row", ({ sync, table }) =>
    Effect.gen(function* () {
      yield* sync({ records: rows(1, 30) })
      const result = yield* sync({ records: [...rows(1, 29), { id: 30, name: "x", amount: "many" }] })
      assert.deepInclude(result, { status: "warning", rejected: 1, unchanged: 29, deleted: 0 })
      assert.strictEqual((yield* table).length, 30)
      const sql = yield* SqlClient.SqlClient
      const rejects = yield* sql`select position, key, field, reason, why, value from tributary.sync_reject`
      assert.deepStrictEqual(rejects, [
        {
          position: 30,
          key: { id: "30" },
          field: "amount",
          reason: "not a decimal number",
          why: { code: "reject.notDecimal", params: {} },
          value: '"many"'
        }
      ])
    })
  )

  scenario("folds duplicates to the last", ({ sync, table }) =>
    Effect.gen(function* () {
      const result = yield* sync({ records: [...rows(1, 3), { id: 2, name: "second", amount: "2" }] })
      assert.deepInclude(result, { status: "warning", fetched: 4, inserted: 3 })
      assert.strictEqual((yield* table)[1]?.name, "second")
    })
  )

  scenario("stages what is large", ({ sync, table }) =>
    Effect.gen(function* () {
      const wide = rows(1, 20_000, "x".repeat(600))
      const first = yield* sync({ records: wide })
      assert.deepInclude(first, { status: "ok", inserted: 20_000 })
      const second = yield* sync({ records: wide.slice(1) })
      assert.deepInclude(second, { status: "ok", unchanged: 19_999, deleted: 1 })
      assert.strictEqual((yield* table).length, 19_999)
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(yield* sql`select relname from pg_class where relname like 'staging%'`, [])
    })
  )
})
