/** `deletedWhen`: what becomes of the rows of records that say of themselves that they are gone. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Condition } from "../../core/config/Condition.ts"
import type { Entity, Guard } from "../../core/config/Entity.ts"
import * as PendingDeletes from "../../core/database/audit/PendingDeletes.ts"
import { said } from "../../core/reason/Reason.ts"
import { apply } from "../../core/sync/plan/Apply.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { completeIn, partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerSync } from "../support/source.ts"
import { ids, inTurn, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"

const gone: Condition = { pointer: { up: 0, tokens: ["gone"] }, comparison: { is: [true] } }
const ofKind: Condition = { pointer: { up: 0, tokens: ["kind"] }, comparison: { is: ["a"] } }
const mark = column("is_gone", "boolean", { source: { _tag: "Constant", value: false } })

const guard = (more: Partial<Guard> = {}): Guard => ({ ...entity("x").guard, ...more })

const declared = (name: string, more: Partial<Entity> = {}) =>
  entity(name, {
    deletedWhen: { conditions: [gone] },
    columns: [...entity("x").columns.map((one) => (one.name === "name" ? { ...one, required: true } : one))],
    ...more
  })

const marking = (name: string, more: Partial<Entity> = {}) =>
  declared(name, {
    deletedWhen: { conditions: [gone], mark: "is_gone" },
    columns: [...entity("x").columns, mark],
    ...more
  })

const tombs = (...all: ReadonlyArray<number>) => all.map((id) => ({ id, gone: true }))

const cut = partial(said("page cap of 1 reached"))

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
        assert.deepInclude(next, { deleted: 2 })
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

  describe("the guard", () => {
    it.effect("judges what is gone by the rows of the table, also of a read of changes", () =>
      Effect.gen(function* () {
        for (const mode of ["upsert", "append", "mirror"] as const) {
          const thing = declared(`guarded_${mode}`, { mode })
          const sync = syncerOf(thing)
          yield* sync({ records: rows(1, 20) })
          const few = yield* sync({ records: tombs(1, 2, 3, 4, 5), end: cut })
          const held = mode === "mirror" ? 0 : 5
          assert.deepInclude(few, { deleted: held }, mode)
          const many = yield* sync({
            records: [...rows(20, 20), ...tombs(...Array.from({ length: 14 }, (_, at) => at + 6))],
            end: cut
          })
          assert.deepInclude(many, { status: "warning", deleted: 0 }, mode)
          const sql = yield* SqlClient.SqlClient
          const pending =
            yield* sql`select total from tributary.pending_delete where entity = ${thing.name} and status = 'open'`
          assert.isAbove(pending.length, 0)
        }
      })
    )

    it.effect("keeps the question until somebody decides, and asks again", () =>
      Effect.gen(function* () {
        const thing = declared("pending", { mode: "upsert" })
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 5) })
        const held = yield* sync({ records: tombs(1, 2, 3, 4) })
        assert.deepInclude(held, { status: "warning", deleted: 0 })
        assert.match(held.warnings.join(), /4 of 5 rows are gone/)
        const open = Effect.map(PendingDeletes.open(10), (all) => all.filter(({ entity }) => entity === "pending"))
        yield* sync({ records: rows(5, 5) })
        assert.lengthOf(yield* open, 1)
        yield* sync({ records: tombs(1, 2, 3, 4) })
        const [question, ...others] = yield* open
        assert.lengthOf(others, 0)
        const decided = yield* PendingDeletes.apply(question?.id ?? 0n, "somebody", "test")
        assert.deepInclude(decided, { deleted: 4 })
        assert.deepStrictEqual(yield* ids(thing), [5])
      })
    )

    it.effect("looks at no questions of other entities, whose tables have other columns", () =>
      Effect.gen(function* () {
        const other = declared("asking", { mode: "upsert", key: ["name"] })
        yield* syncerOf(other)({ records: rows(1, 5) })
        const names = rows(1, 4).map(({ name }) => ({ name, gone: true }))
        assert.deepInclude(yield* syncerOf(other)({ records: names }), { status: "warning", deleted: 0 })
        const thing = declared("beside", { mode: "upsert", key: ["name"], columns: [column("name", "bigint")] })
        yield* syncerOf(thing)({ records: [{ name: 1 }, { name: 2 }] })
        assert.deepInclude(yield* syncerOf(thing)({ records: [{ name: 2, gone: true }] }), { status: "ok", deleted: 1 })
      })
    )

    it.effect("withholds all deletes with too many rejects, and the rows of a source with nothing alive", () =>
      Effect.gen(function* () {
        const thing = declared("rejects")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 6) })
        const rejected = yield* sync({ records: [...rows(1, 4), { id: 5, name: null }, ...tombs(6)] })
        assert.deepInclude(rejected, { status: "warning", deleted: 0, rejected: 1 })
        const empty = yield* sync({ records: tombs(1, 2) })
        assert.deepInclude(empty, { status: "warning", deleted: 0 })
        assert.match(empty.warnings.join(), /empty/)
        assert.lengthOf(yield* ids(thing), 6)
      })
    )
  })

  describe("an incremental read", () => {
    const changes = (name: string, more: Partial<Entity> = {}) =>
      declared(name, {
        mode: "upsert",
        columns: [column("id", "bigint"), column("at", "integer")],
        incremental: { cursor: "at", param: "since", overlap: 0, format: "text", initial: "0" },
        ...more
      })
    const cursorOf = (name: string) =>
      Effect.flatMap(SqlClient.SqlClient, (sql) =>
        Effect.map(
          sql<{ value: string }>`select value from tributary.sync_cursor where entity = ${name}`,
          ([one]) => one?.value
        )
      )
    const log =
      (...entries: ReadonlyArray<{ readonly id: number; readonly at: number; readonly gone?: boolean }>): Answers =>
      (_, options) => ({ records: entries.filter(({ at }) => at >= Number(options?.since ?? 0)) })

    it.effect("moves its cursor by what is gone", () =>
      Effect.gen(function* () {
        const thing = changes("moved")
        const sync = syncerOf(thing)
        yield* sync(log({ id: 1, at: 1 }, { id: 2, at: 2 }, { id: 3, at: 3 }))
        const next = yield* sync(log({ id: 3, at: 3 }, { id: 1, at: 4, gone: true }))
        assert.deepInclude(next, { status: "ok", deleted: 1 })
        assert.strictEqual(yield* cursorOf("moved"), "4")
      })
    )

    it.effect("waits where deletes are withheld or a key came both ways, and asks again", () =>
      Effect.gen(function* () {
        const thing = changes("waits", { guard: guard({ floor: 0 }) })
        const sync = syncerOf(thing)
        yield* sync(log({ id: 1, at: 1 }, { id: 2, at: 2 }))
        const held = yield* sync(log({ id: 1, at: 3, gone: true }, { id: 2, at: 4, gone: true }))
        assert.deepInclude(held, { status: "warning", deleted: 0 })
        assert.match(held.warnings.join(), /the cursor stays where it was, because rows that the source says are gone/)
        assert.strictEqual(yield* cursorOf("waits"), "2")
        const both = yield* sync(log({ id: 1, at: 3 }, { id: 1, at: 4, gone: true }))
        assert.deepInclude(both, { status: "warning", updated: 1, deleted: 0 })
        assert.strictEqual(yield* cursorOf("waits"), "2")
        const past = yield* sync(log({ id: 1, at: 3 }, { id: 1, at: 4, gone: true }), { pastRejected: true })
        assert.deepInclude(past, { deleted: 0 })
        assert.strictEqual(yield* cursorOf("waits"), "4")
      })
    )

    it.effect("of an ordered source goes by what came last", () =>
      Effect.gen(function* () {
        const thing = changes("ordered", {
          incremental: { cursor: "at", param: "since", overlap: 0, format: "text", initial: "0", ordered: true },
          guard: guard({ floor: 20 })
        })
        const sync = syncerOf(thing)
        yield* sync(log({ id: 1, at: 1 }, { id: 2, at: 2 }, { id: 3, at: 2 }))
        const next = yield* sync(
          log(
            { id: 1, at: 3 },
            { id: 1, at: 4, gone: true },
            { id: 2, at: 5, gone: true },
            { id: 2, at: 6 },
            { id: 4, at: 7 },
            { id: 4, at: 8, gone: true },
            { id: 5, at: 9 }
          )
        )
        assert.deepInclude(next, { deleted: 1, inserted: 1, updated: 1 })
        assert.notMatch(next.warnings.join(), /both/)
        assert.deepStrictEqual(yield* ids(thing), [2, 3, 5])
        assert.strictEqual(yield* cursorOf("ordered"), "9")
        const disordered = yield* sync(log({ id: 2, at: 12 }, { id: 2, at: 11, gone: true }))
        assert.deepInclude(disordered, { status: "warning", deleted: 0 })
        assert.deepStrictEqual(yield* ids(thing), [2, 3, 5])
      })
    )

    it.effect("finds what is gone that moved between pages", () =>
      Effect.gen(function* () {
        const thing = changes("slid")
        const sync = syncerOf(thing)
        yield* sync(log({ id: 1, at: 1 }, { id: 2, at: 2 }))
        const twice = [
          { id: 5, at: 5 },
          { id: 5, at: 5 }
        ]
        const { asked, next } = inTurn(
          { records: twice, end: completeIn(2) },
          {
            records: [
              { id: 1, at: 4, gone: true },
              { id: 5, at: 5 }
            ],
            end: completeIn(2)
          }
        )
        assert.deepInclude(yield* sync(next), { deleted: 1 })
        assert.strictEqual(asked(), 2)
        assert.deepStrictEqual(yield* ids(thing), [2, 5])
      })
    )

    it.effect("makes no row of what came and went meanwhile", () =>
      Effect.gen(function* () {
        const thing = changes("given", {
          incremental: { cursor: "at", param: "since", overlap: 0, format: "text", initial: "0", ordered: true }
        })
        const sync = syncerOf(thing)
        const next = yield* sync(log({ id: 1, at: 1 }, { id: 1, at: 2, gone: true }))
        assert.deepInclude(next, { status: "ok", inserted: 0, deleted: 0 })
      })
    )
  })

  it.effect("a read of a few records deletes nothing", () =>
    Effect.gen(function* () {
      const thing = declared("limited", { mode: "upsert" })
      const sync = syncerOf(thing)
      yield* sync({ records: rows(1, 5) })
      const few = yield* sync({ records: [...tombs(1, 2), ...rows(3, 5)] }, { limit: 3 })
      assert.deepInclude(few, { status: "warning", deleted: 0 })
      assert.lengthOf(yield* ids(thing), 5)
    })
  )

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

  it.effect("a plan shows what goes, and can be applied", () =>
    Effect.gen(function* () {
      for (const thing of [declared("plan_goes", { mode: "upsert" }), marking("plan_marks", { mode: "upsert" })]) {
        yield* syncerOf(thing)({ records: rows(1, 5) })
        const services = layerSync([thing], () => ({ records: [...rows(1, 3), ...tombs(5, 6)] }))
        const planned = yield* plan([thing]).pipe(Effect.provide(services))
        const marks = thing.deletedWhen?.mark !== undefined
        assert.deepInclude(planned.entities[0], { error: null, fetched: 5, unchanged: 3 })
        assert.deepStrictEqual(
          planned.entities[0]?.deletes.map(({ id }) => id),
          marks ? [] : ["5"]
        )
        assert.deepStrictEqual(
          planned.entities[0]?.updates,
          marks ? [{ key: { id: "5" }, changes: [{ column: "is_gone", from: "false", to: "true" }] }] : []
        )
        yield* apply(planned, null).pipe(Effect.provide(services))
        assert.lengthOf(yield* ids(thing), marks ? 5 : 4)
        assert.deepInclude(yield* syncerOf(thing)({ records: [...rows(1, 3), ...tombs(5, 6)] }), {
          status: "ok",
          updated: 0,
          deleted: 0
        })
      }
    })
  )
})
