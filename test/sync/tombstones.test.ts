/** `deletedWhen`: what becomes of the rows of records that say of themselves that they are gone. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Condition } from "../../core/config/Condition.ts"
import { reason } from "../../core/reason/Reason.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { ids, inTurn, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"
import { cut, declared, gone, guard, tombs } from "./tombstoneFixtures.ts"

const ofKind: Condition = { pointer: { up: 0, tokens: ["kind"] }, comparison: { is: ["a"] } }

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a record that says that it is gone", () => {
    it.effect("takes its row along in every mode, and is rejected for nothing that it lacks", () =>
      Effect.gen(function* () {
        for (const mode of ["mirror", "replace", "upsert", "append"] as const) {
          const thing = declared(`every_${mode}`, { mode })
          const sync = syncerOf(thing)
          yield* sync({ records: rows(1, 6) })
          const next = yield* sync({ records: [...rows(1, 4), ...tombs(5, 6, 7), ...tombs(6)] })
          assert.deepInclude(
            next,
            { status: "ok", deleted: 2, unchanged: 4, rejected: 0, fetched: 8, warnings: [] },
            mode
          )
          assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4])
          const alone = yield* sync({ records: [...rows(1, 3), ...tombs(4, 5, 6, 7)] })
          assert.deepInclude(alone, { status: "ok", deleted: 1 }, mode)
          const back = yield* sync({ records: rows(1, 5) })
          assert.deepInclude(back, { status: "ok", inserted: 2 })
        }
      })
    )

    it.effect("does so after a read that is not whole, which deletes nothing else", () =>
      Effect.gen(function* () {
        const thing = declared("cut")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 6) })
        const next = yield* sync({ records: [...rows(1, 2), ...tombs(3)], end: cut })
        assert.deepInclude(next, { status: "warning", deleted: 1 })
        assert.match(next.warnings.join(), /only what the source says is gone was deleted/)
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 4, 5, 6])
      })
    )

    it.effect("needs no second read, in which others are looked for", () =>
      Effect.gen(function* () {
        const thing = declared("asked")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 10) })
        const only = inTurn({ records: [...rows(1, 9), ...tombs(10)], end: completeIn(2) })
        assert.deepInclude(yield* sync(only.next), { status: "ok", deleted: 1 })
        assert.strictEqual(only.asked(), 1)
        const missing = inTurn(
          { records: [...rows(1, 6), ...tombs(9)], end: completeIn(2) },
          { records: [...rows(1, 7), ...tombs(9)], end: completeIn(2) }
        )
        const next = yield* sync(missing.next)
        assert.deepInclude(next, { status: "warning", deleted: 2 })
        assert.deepEqual(next.reasons, [reason("confirm.slid", { count: 1 })])
        assert.strictEqual(missing.asked(), 2)
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6, 7])
        const returned = inTurn(
          { records: [...rows(1, 5), ...tombs(7)], end: completeIn(2) },
          { records: [...rows(1, 5), ...rows(7, 7)], end: completeIn(2) }
        )
        const contrary = yield* sync(returned.next)
        assert.deepInclude(contrary, { status: "warning", deleted: 1 })
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 7])
      })
    )

    it.effect("does not wait for a second run that misses it", () =>
      Effect.gen(function* () {
        const thing = declared("next", { guard: guard({ confirm: "next" }) })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 8) })
        const first = yield* sync({ records: [...rows(1, 6), ...tombs(7)] })
        assert.deepInclude(first, { status: "warning", deleted: 1 })
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6, 8])
        const second = yield* sync({ records: [...rows(1, 5), ...tombs(6)] })
        assert.deepInclude(second, { status: "ok", deleted: 2 })
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5])
      })
    )

    it.effect("is not the row of a record that came too, whichever came first", () =>
      Effect.gen(function* () {
        for (const mode of ["mirror", "upsert"] as const) {
          const thing = declared(`both_${mode}`, { mode })
          const sync = syncerOf(thing)
          yield* sync({ records: rows(1, 4) })
          for (const records of [
            [...rows(1, 4), ...tombs(2)],
            [...tombs(2), ...rows(1, 4)]
          ]) {
            const both = yield* sync({ records })
            assert.deepInclude(both, { status: "warning", deleted: 0 })
            assert.match(both.warnings.join(), /1 key came both as gone and as a record in one read: its row stays/)
          }
          const broken = yield* sync({ records: [...rows(1, 3), { id: 4, name: null }, ...tombs(4)] })
          assert.deepInclude(broken, { status: "warning", rejected: 1, deleted: 0 })
          assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4])
        }
      })
    )

    it.effect("is rejected where its key is unknown, and nothing that is missing goes then", () =>
      Effect.gen(function* () {
        const thing = declared("keyless", {
          key: ["name"],
          guard: guard({ maxReject: 1 })
        })
        const sync = syncerOf(thing)
        yield* sync({
          records: [
            { id: 1, name: "a\ufffd" },
            { id: 2, name: "b" },
            { id: 3, name: "c" }
          ]
        })
        const next = yield* sync({
          records: [{ id: 3, name: "c" }, { name: "a\u0000", gone: true }, { gone: true }, { name: "b", gone: true }]
        })
        assert.deepInclude(next, { status: "warning", rejected: 2, deleted: 1 })
        assert.match(next.warnings.join(), /gone, as it says, but of which key cannot be read/)
        assert.match(next.warnings.join(), /broken characters/)
        assert.deepStrictEqual(yield* ids(thing), [1, 3])
      })
    )

    it.effect("must fulfil `where`, but for what it lacks and what deletedWhen looks at", () =>
      Effect.gen(function* () {
        const isGone: Condition = { pointer: { up: 0, tokens: ["state"] }, comparison: { is: ["deleted"] } }
        const active: Condition = { pointer: { up: 0, tokens: ["state"] }, comparison: { is: ["active"] } }
        const thing = declared("ours", {
          mode: "upsert",
          where: [ofKind, active],
          deletedWhen: { conditions: [isGone] }
        })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 6).map((row) => ({ ...row, kind: "a", state: "active" })) })
        const next = yield* sync({
          records: [
            { id: 1, kind: "b", state: "deleted" },
            { id: 2, kind: "a", state: "deleted" },
            { id: 3, state: "deleted" },
            { id: 4, kind: null, state: "deleted" },
            { id: 5, kind: "a", state: "closed" }
          ]
        })
        assert.deepInclude(next, { status: "ok", deleted: 3, fetched: 3 })
        assert.deepStrictEqual(yield* ids(thing), [1, 5, 6])
      })
    )

    it.effect("cannot be judged where a bound does not compare, and is rejected", () =>
      Effect.gen(function* () {
        const late: Condition = { pointer: { up: 0, tokens: ["gone_at"] }, comparison: { gt: 0 } }
        const thing = declared("unsure", { mode: "upsert", deletedWhen: { conditions: [late] }, where: [ofKind] })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 4).map((row) => ({ ...row, kind: "a" })) })
        const next = yield* sync({
          records: [
            { id: 1, name: "x", kind: "a", gone_at: "yesterday" },
            { id: 2, kind: "b", gone_at: "yesterday" },
            { id: 3, kind: "a", gone_at: "17" }
          ]
        })
        assert.deepInclude(next, { status: "warning", rejected: 1, deleted: 0 })
        assert.match(next.warnings.join(), /gone_at is nothing that compares with 0/)
      })
    )
  })

  it.effect("of a table whose rows others refer to nothing goes where PostgreSQL refuses it", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const thing = declared("referred", { mode: "upsert" })
      const sync = syncerOf(thing)
      yield* sync({ records: rows(1, 5) })
      yield* sql`create table refers (id bigint references fake_referred (id) on delete restrict)`
      yield* sql`insert into refers values (2)`
      const kept = yield* sync({ records: [...rows(5, 6), ...tombs(1, 2)] })
      assert.deepInclude(kept, { status: "warning", inserted: 1, deleted: 0 })
      assert.match(kept.warnings.join(), /rows of public.refers refer to some that are gone/)
      yield* sql`delete from refers`
      assert.deepInclude(yield* sync({ records: tombs(1, 2) }), { status: "ok", deleted: 2 })
    })
  )

  it.effect("children of a record that is gone are gone", () =>
    Effect.gen(function* () {
      const parentId = column("parent", "bigint", { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } })
      for (const mode of ["mirror", "upsert"] as const) {
        const order = declared(`order_${mode}`, { mode, guard: guard({ floor: 20 }) })
        const line = entity(`line_${mode}`, {
          parent: order.name,
          records: "/lines",
          above: { deletedWhen: { conditions: [gone] } },
          key: ["parent", "n"],
          columns: [parentId, column("n", "bigint")],
          guard: guard({ floor: 20 })
        })
        const sync = syncer([order, line])
        const lines = [{ n: 1 }, { n: 2 }]
        yield* sync({
          records: [
            { id: 1, name: "a", lines },
            { id: 2, name: "b", lines },
            { id: 3, name: "c", lines }
          ]
        })
        const [of, its] = yield* sync({
          records: [
            { id: 1, name: "a", lines },
            { id: 3, name: "c", lines },
            { id: 2, gone: true }
          ]
        })
        assert.deepInclude(of, { status: "ok", deleted: 1 })
        assert.deepInclude(its, { status: "ok", deleted: 2 })
        assert.deepStrictEqual(
          (yield* tableOf(line)).map(({ n, parent }) => `${parent}.${n}`),
          ["1.1", "1.2", "3.1", "3.2"]
        )
      }
    })
  )
})
