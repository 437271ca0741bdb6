/** `where`: what becomes of the rows of records that conditions leave out, and of those that cannot be judged. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Condition } from "../../core/config/Condition.ts"
import type { Entity } from "../../core/config/Entity.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { unreadable } from "../../core/upstream/records/UnreadableRecord.ts"
import { completeIn, partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerSync } from "../support/source.ts"
import { ids, inTurn, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"

const active: Condition = { pointer: { up: 0, tokens: ["state"] }, comparison: { is: ["active"] } }
const rich: Condition = { pointer: { up: 0, tokens: ["worth"] }, comparison: { gte: 5 } }

const inState = (state: string, from: number, to: number) => rows(from, to).map((row) => ({ ...row, state }))

const declared = (name: string, more: Partial<Entity> = {}) => entity(name, { where: [active], ...more })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a record that conditions leave out", () => {
    it.effect("is not in the source: its row goes, as the guard allows", () =>
      Effect.gen(function* () {
        const thing = declared("left")
        const sync = syncerOf(thing)
        const first = yield* sync({ records: [...inState("active", 1, 10), ...inState("closed", 11, 20)] })
        assert.deepInclude(first, { status: "ok", fetched: 10, inserted: 10, rejected: 0 })
        assert.deepStrictEqual(first.noteReasons, [{ code: "run.leftOut", params: { count: 10 } }])
        const some = yield* sync({ records: [...inState("active", 1, 8), ...inState("closed", 9, 20)] })
        assert.deepInclude(some, { status: "ok", deleted: 2 })
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6, 7, 8])
        const many = yield* sync({ records: [...inState("active", 1, 2), ...inState("closed", 3, 20)] })
        assert.deepInclude(many, { status: "warning", deleted: 0 })
        assert.match(many.warnings.join(), /6 of 8 rows are gone/)
        const all = yield* sync({ records: inState("closed", 1, 20) })
        assert.deepInclude(all, { status: "warning", fetched: 0, deleted: 0 })
        assert.match(all.warnings.join(), /the source is empty/)
        assert.lengthOf(yield* ids(thing), 8)
      })
    )

    it.effect("is gone from what replaces a scope, as the guard allows", () =>
      Effect.gen(function* () {
        const thing = declared("replaced", { mode: "replace" })
        const sync = syncerOf(thing)
        yield* sync({ records: inState("active", 1, 20) })
        const less = yield* sync({ records: [...inState("active", 1, 2), ...inState("closed", 3, 20)] })
        assert.deepInclude(less, { status: "warning", deleted: 0 })
        assert.match(less.warnings.join(), /18 of 20 rows are gone/)
        const few = yield* sync({ records: [...inState("active", 1, 18), ...inState("closed", 19, 20)] })
        assert.deepInclude(few, { status: "ok", deleted: 2 })
        const none = yield* sync({ records: rows(1, 20) })
        assert.deepInclude(none, { status: "warning", deleted: 0 })
        assert.lengthOf(yield* ids(thing), 18)
      })
    )

    it.effect("is not loaded in modes that never delete, and its row stays as it was", () =>
      Effect.gen(function* () {
        for (const mode of ["upsert", "append"] as const) {
          const thing = declared(`kept_${mode}`, { mode })
          const sync = syncerOf(thing)
          yield* sync({ records: inState("active", 1, 3) })
          const next = yield* sync({ records: [{ id: 2, name: "other", state: "closed" }, ...inState("closed", 4, 5)] })
          assert.deepInclude(next, { status: "ok", fetched: 0, inserted: 0, updated: 0, deleted: 0 })
          assert.deepStrictEqual(yield* ids(thing), [1, 2, 3])
          assert.strictEqual((yield* tableOf(thing))[1]?.name, "row 2")
        }
      })
    )

    it.effect("is never rejected, and shows no fields", () =>
      Effect.gen(function* () {
        const thing = declared("broken")
        const sync = syncerOf(thing)
        const broken = { id: "no number", amount: "many", state: "closed" }
        const first = yield* sync({ records: [...inState("active", 1, 3), broken, { state: "closed", amount: {} }] })
        assert.deepInclude(first, { status: "ok", rejected: 0, inserted: 3, warnings: [] })
        const nameless = inState("active", 1, 3).map(({ name: _, ...row }) => row)
        const second = yield* sync({
          records: [...nameless, { id: 9, name: "it alone has one", fresh: 1, state: "closed" }]
        })
        assert.deepInclude(second, { status: "warning", updated: 3 })
        assert.match(second.warnings.join(), /name/)
        assert.notMatch(second.warnings.join(), /fresh|state/)
      })
    )

    it.effect("leaves a row that another record of its key brings", () =>
      Effect.gen(function* () {
        const thing = declared("both")
        const sync = syncerOf(thing)
        yield* sync({ records: inState("active", 1, 3) })
        const both = yield* sync({ records: [...inState("active", 1, 3), ...inState("closed", 1, 2)] })
        assert.deepInclude(both, { status: "ok", deleted: 0, unchanged: 3 })
      })
    )

    it.effect("proves nothing about a partial read", () =>
      Effect.gen(function* () {
        const thing = declared("part")
        const sync = syncerOf(thing)
        yield* sync({ records: inState("active", 1, 3) })
        const cut = yield* sync({
          records: inState("closed", 1, 3),
          end: partial(foreignText("page cap of 1 reached"))
        })
        assert.deepInclude(cut, { status: "warning", deleted: 0 })
        assert.lengthOf(yield* ids(thing), 3)
      })
    )

    it.effect("is left out of the second read as well, in which a row that counts again stays", () =>
      Effect.gen(function* () {
        const thing = declared("second")
        const sync = syncerOf(thing)
        yield* sync({ records: inState("active", 1, 10) })
        const first = { records: [...inState("active", 1, 7), ...inState("closed", 8, 10)], end: completeIn(2) }
        const again = { records: [...inState("active", 1, 8), ...inState("closed", 9, 10)], end: completeIn(2) }
        const { asked, next } = inTurn(first, again)
        const result = yield* sync(next)
        assert.deepInclude(result, { status: "warning", deleted: 2 })
        assert.strictEqual(asked(), 2)
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6, 7, 8])
        const nothing = inTurn(first, { records: inState("closed", 1, 10), end: completeIn(2) })
        const doubtful = yield* sync(nothing.next)
        assert.deepInclude(doubtful, { deleted: 0 })
        assert.match(doubtful.warnings.join(), /empty|nothing/)
        // One that cannot be read may count.
        const cut = { records: inState("active", 1, 5), end: completeIn(2) }
        const unread = unreadable(foreignText("cut off"), { id: 6 }, { id: 6 })
        const kept = yield* sync(inTurn(cut, { ...cut, records: [...cut.records, unread] }).next)
        assert.deepInclude(kept, { deleted: 2 })
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6])
      })
    )

    it.effect("shows that rows move between pages, as any other does", () =>
      Effect.gen(function* () {
        for (const confirm of ["next", "again"] as const) {
          const thing = declared(`moves_${confirm}`, {
            guard: { ...entity("x").guard, confirm }
          })
          const sync = syncerOf(thing)
          yield* sync({ records: inState("active", 1, 10) })
          const slid = [...inState("active", 1, 9), ...inState("closed", 20, 20), ...inState("closed", 20, 20)]
          const result = yield* sync({ records: slid, end: completeIn(2) })
          assert.deepInclude(result, { status: "warning", deleted: 0 })
          assert.match(result.warnings.join(), /twice|move/)
          yield* sync({ records: slid, end: completeIn(2) })
          assert.lengthOf(yield* ids(thing), 10)
        }
      })
    )
  })

  describe("a record that cannot be judged", () => {
    it.effect("is rejected with the place, and its row stays", () =>
      Effect.gen(function* () {
        const thing = declared("doubt", { where: [active, rich], guard: { ...entity("x").guard, maxReject: 1 } })
        const sync = syncerOf(thing)
        yield* sync({ records: inState("active", 1, 4).map((row) => ({ ...row, worth: 7 })) })
        const next = yield* sync({
          records: [
            ...inState("active", 1, 2).map((row) => ({ ...row, worth: "7.5" })),
            { id: 3, name: "c", state: "active", worth: "many" },
            { id: 5, name: "e", state: "closed", worth: "many" }
          ]
        })
        assert.deepInclude(next, { status: "warning", rejected: 1, deleted: 1, fetched: 3 })
        assert.match(next.warnings.join(), /worth is nothing that compares with 5/)
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3])
        const sql = yield* SqlClient.SqlClient
        const rejects = yield* sql`select key, field from tributary.sync_reject where field = 'worth'`
        assert.deepStrictEqual(rejects, [{ key: { id: "3" }, field: "worth" }])
      })
    )
  })

  describe("children", () => {
    const parentId = column("parent", "bigint", { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } })
    const child = (name: string, parent: Entity, more: Partial<Entity> = {}) =>
      entity(name, {
        parent: parent.name,
        records: "/lines",
        above: { ...(parent.where === undefined ? {} : { where: parent.where }) },
        key: ["parent", "n"],
        columns: [parentId, column("n", "bigint")],
        guard: { ...entity("x").guard, floor: 20 },
        ...more
      })
    const lines = (...all: ReadonlyArray<number>) => all.map((n) => ({ n, state: n > 5 ? "closed" : "active" }))
    const found = (line: Entity) =>
      Effect.map(tableOf(line), (all) => all.map(({ n, parent }) => `${parent}.${n}`).join(" "))

    it.effect("are left out with their parent, and by their own conditions", () =>
      Effect.gen(function* () {
        const order = declared("order", { guard: { ...entity("x").guard, floor: 20 } })
        const line = child("line", order)
        const own = child("own", order, {
          where: [active, { pointer: { up: 1, tokens: ["kind"] }, comparison: { not: ["b"] } }]
        })
        const sync = syncer([order, line, own])
        const record = (id: number, state: string, kind: string, ...all: ReadonlyArray<number>) => ({
          ...rows(id, id)[0],
          state,
          kind,
          lines: lines(...all)
        })
        yield* sync({
          records: [record(1, "active", "a", 1, 6), record(2, "active", "b", 2), record(3, "closed", "a", 3)]
        })
        assert.deepStrictEqual(yield* ids(order), [1, 2])
        assert.strictEqual(yield* found(line), "1.1 1.6 2.2")
        assert.strictEqual(yield* found(own), "1.1")
        const [, of, its] = yield* sync({
          records: [record(1, "closed", "a", 1, 6), record(2, "active", "a", 2), record(3, "active", "a", 3)]
        })
        assert.deepInclude(of, { deleted: 2, inserted: 1 })
        assert.deepInclude(its, {
          deleted: 1,
          inserted: 2,
          noteReasons: [{ code: "run.leftOut", params: { count: 2 } }]
        })
        assert.strictEqual(yield* found(line), "2.2 3.3")
      })
    )

    it.effect("of a parent that cannot be judged stay, whichever they are", () =>
      Effect.gen(function* () {
        const order = declared("unsure", { where: [rich], guard: { ...entity("x").guard, maxReject: 1 } })
        const line = child("unsure_line", order, { guard: { ...entity("x").guard, maxReject: 1, floor: 20 } })
        const sync = syncer([order, line])
        yield* sync({
          records: [
            { id: 1, worth: 5, lines: lines(1, 2) },
            { id: 2, worth: 5, lines: lines(3) }
          ]
        })
        const [, result] = yield* sync({
          records: [
            { id: 1, worth: "many", lines: [] },
            { id: 2, worth: 5, lines: [] }
          ]
        })
        assert.deepInclude(result, { status: "warning", deleted: 0, rejected: 1 })
        assert.strictEqual(yield* found(line), "1.1 1.2 2.3")
      })
    )

    it.effect("of a parent that is left out stay where the parent's rows do", () =>
      Effect.gen(function* () {
        const order = declared("steady", { mode: "upsert" })
        const line = child("steady_line", order)
        const sync = syncer([order, line])
        const both = (state: string) => [
          { id: 1, state: "active", lines: lines(1) },
          { id: 2, state, lines: lines(2) }
        ]
        yield* sync({ records: both("active") })
        const [, kept] = yield* sync({ records: both("closed") })
        assert.deepInclude(kept, { deleted: 0 })
        assert.strictEqual(yield* found(line), "1.1 2.2")
      })
    )
  })

  it.effect("a plan says the same", () =>
    Effect.gen(function* () {
      const thing = declared("planned")
      let records: ReadonlyArray<object> = inState("active", 1, 5)
      const services = layerSync([thing], () => ({ records: records.map((one) => ({ ...one })) }))
      yield* syncerOf(thing)({ records: inState("active", 1, 5) })
      records = [...inState("active", 1, 3), ...inState("closed", 4, 6), { id: "x", state: "closed" }]
      const {
        entities: [planned]
      } = yield* plan([thing]).pipe(Effect.provide(services))
      assert.deepInclude(planned, {
        error: null,
        fetched: 3,
        rejected: 0,
        undeclared: [],
        notes: ["4 records were left out by `where`"]
      })
      assert.deepStrictEqual(
        planned?.deletes.map(({ id }) => id),
        ["4", "5"]
      )
    })
  )
})
