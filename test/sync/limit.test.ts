/** A read of at most so many records proves nothing: rows stay, cursors stay, and no request is sent that it does not need. */
import { assert, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Condition } from "../../core/config/Condition.ts"
import { reason } from "../../core/reason/Reason.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity } from "../support/source.ts"
import { brokenOff, ids, inTurn, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"
import { declared, marking, tombs } from "./tombstoneFixtures.ts"

const limited = (limit: number) => ({
  reasons: [reason("run.partialKept", { why: reason("read.limited", { limit }) })]
})

layer(layerDatabase, { excludeTestServices: true })((it) => {
  it.effect("rows beyond the limit are neither read nor deleted, also where the source has fewer", () =>
    Effect.gen(function* () {
      const sync = syncerOf(entity("limited"))
      yield* sync({ records: rows(1, 8) })
      const first = yield* sync({ records: rows(3, 30, "new"), pageSize: 4 }, { limit: 5 })
      assert.deepInclude(first, { status: "warning", fetched: 5, updated: 5, deleted: 0, ...limited(5) })
      assert.deepStrictEqual(yield* ids(entity("limited")), [1, 2, 3, 4, 5, 6, 7, 8])
      const whole = yield* sync({ records: rows(1, 2) }, { limit: 5 })
      assert.deepInclude(whole, { status: "warning", fetched: 2, deleted: 0, ...limited(5) })
      assert.deepInclude(yield* sync({ records: rows(1, 6) }), { status: "ok", deleted: 2 })
    })
  )

  it.effect("a read that starts again reads as many as were asked for", () =>
    Effect.gen(function* () {
      const sync = syncerOf(entity("limited_again"))
      const { asked, next } = inTurn({ records: rows(1, 3), error: brokenOff }, { records: rows(1, 20) })
      assert.deepInclude(yield* sync(next, { limit: 5 }), { fetched: 5, inserted: 5 })
      assert.strictEqual(asked(), 2)
    })
  )

  it.effect("a cursor stays, and a replace is refused", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const incremental = { cursor: "id", param: "since", overlap: Duration.zero, format: "text" }
      const target = entity("limited_cursor", { mode: "upsert", columns: [column("id", "bigint")], incremental })
      // Loads in parts as often as it can.
      const sync = syncerOf(target, { limits: { ...limitsOf, checkpoint: Duration.zero } })
      const cursor = sql`select value from tributary.sync_cursor where entity = 'limited_cursor'`
      yield* sync({ records: rows(1, 4), pageSize: 1 }, { limit: 3 })
      assert.deepStrictEqual(yield* cursor, [])
      yield* sync({ records: rows(1, 4) })
      yield* sync({ records: rows(5, 9), pageSize: 1 }, { limit: 3 })
      assert.deepStrictEqual(yield* cursor, [{ value: "4" }])
      const replaced = syncerOf(entity("limited_replace", { mode: "replace" }))
      assert.deepInclude(yield* replaced({ records: rows(1, 4) }, { limit: 3 }), { status: "failed", inserted: 0 })
    })
  )

  it.effect("counts records as they are read, also those that are left out", () =>
    Effect.gen(function* () {
      const kept: Condition = { pointer: { up: 0, tokens: ["id"] }, comparison: { gt: 3 } }
      const sync = syncerOf(entity("limited_where", { where: [kept] }))
      const few = yield* sync({ records: rows(1, 30), pageSize: 4 }, { limit: 5 })
      assert.deepInclude(few, { status: "warning", fetched: 2, inserted: 2, ...limited(5) })
      assert.deepStrictEqual(few.noteReasons, [reason("run.leftOut", { count: 3 })])
    })
  )

  it.effect("records that say that they are gone delete and mark nothing", () =>
    Effect.gen(function* () {
      for (const thing of [
        declared("limited_gone", { mode: "upsert" }),
        declared("limited_lost"),
        marking("limited_mark")
      ]) {
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 5) })
        const before = yield* tableOf(thing)
        const few = yield* sync({ records: [...tombs(1, 2), ...rows(3, 5)] }, { limit: 3 })
        assert.deepInclude(few, { status: "warning", fetched: 3, updated: 0, deleted: 0, notes: [] })
        assert.deepStrictEqual(yield* tableOf(thing), before)
      }
    })
  )

  it.effect("the requests for other parents are not sent", () =>
    Effect.gen(function* () {
      const shop = entity("limited_shop", { columns: [column("id", "bigint")] })
      const deal = entity("limited_deal", {
        columns: [column("id", "bigint"), column("shop", "bigint", { source: { _tag: "Parameter", name: "shop" } })],
        forEach: { table: shop.table, params: { shop: "id" } }
      })
      const asked: Array<unknown> = []
      const answers: Answers = ({ name }, options) => {
        if (name === "limited_shop") return { records: rows(1, 4) }
        const of = Number(options?.params?.shop)
        return { records: rows(of * 10, of * 10 + 3), before: Effect.sync(() => asked.push(of)) }
      }
      const sync = syncer([shop, deal])
      yield* sync(answers, [shop])
      const [result] = yield* sync(answers, [deal], { limit: 6 })
      assert.deepInclude(result, { fetched: 6, inserted: 6 })
      assert.deepStrictEqual(asked, [1, 2])
    })
  )
})

const limitsOf = {
  concurrency: 4,
  timeout: Duration.seconds(10),
  deadline: Duration.minutes(1),
  maxBytes: 1_000_000,
  maxHeld: 1 << 24
}
