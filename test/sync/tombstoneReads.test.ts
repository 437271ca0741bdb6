/** Records that say that they are gone: within the guard, and in reads of what changed. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import * as PendingDeletes from "../../core/database/audit/PendingDeletes.ts"
import { reason } from "../../core/reason/Reason.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, layerSync } from "../support/source.ts"
import { ids, inTurn, rows, syncerOf } from "./fixtures.ts"
import { cut, declared, guard, marking, tombs } from "./tombstoneFixtures.ts"

const went = ({ deletedWhen }: Entity, count: number) =>
  deletedWhen?.mark === undefined
    ? reason("run.goneDeleted", { count })
    : reason("run.goneMarked", { count, mark: deletedWhen.mark })

layer(layerDatabase, { excludeTestServices: true })((it) => {
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

    it.effect("lets go what the source says is gone beside a record without a key, and no missing row", () =>
      Effect.gen(function* () {
        const thing = declared("keyless_beside")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 30) })
        const result = yield* sync({ records: [...rows(1, 28), ...tombs(29), { name: "nameless" }] })
        assert.deepInclude(result, { status: "warning", deleted: 1 })
        assert.include(result.warnings, "1 record had no readable key, so no row was deleted for being missing")
        assert.lengthOf(yield* ids(thing), 29)
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

  it.effect("how many rows of such records went is noted, and nothing where none did", () =>
    Effect.gen(function* () {
      for (const thing of [declared("counted"), marking("counted_marks")]) {
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 10) })
        const next = yield* sync({ records: [...rows(1, 7), ...tombs(8, 9, 11)] })
        // The tenth is missing, of which no record says anything.
        assert.deepStrictEqual(next.noteReasons, [went(thing, 2)], thing.name)
        assert.strictEqual(next.deleted, thing.deletedWhen?.mark === undefined ? 3 : 1)
        const again = yield* sync({ records: [...rows(1, 7), ...tombs(8, 9, 11)] })
        assert.deepStrictEqual(again.noteReasons, [], thing.name)
      }
      const held = syncerOf(declared("counted_held", { mode: "upsert" }))
      yield* held({ records: rows(1, 10) })
      assert.deepStrictEqual((yield* held({ records: tombs(1, 2, 3, 4, 5, 6) })).noteReasons, [])
    })
  )

  it.effect("a plan shows what goes, and can be applied", () =>
    Effect.gen(function* () {
      for (const thing of [declared("plan_goes", { mode: "upsert" }), marking("plan_marks", { mode: "upsert" })]) {
        yield* syncerOf(thing)({ records: rows(1, 5) })
        const services = layerSync([thing], () => ({ records: [...rows(1, 3), ...tombs(5, 6)] }))
        const planned = yield* plan([thing]).pipe(Effect.provide(services))
        const marks = thing.deletedWhen?.mark !== undefined
        assert.deepInclude(planned.entities[0], {
          error: null,
          fetched: 5,
          unchanged: 3,
          noteReasons: [went(thing, 1)]
        })
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
