import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { brokenOff, inTurn, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"

const documents = (name: string, more: Partial<Entity>) => {
  const parent = entity(name, { columns: [column("id", "bigint")], ...more })
  const child = entity(`${name}_item`, {
    parent: name,
    records: "/items",
    columns: [
      column("document", "bigint", { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } }),
      column("line", "integer")
    ],
    key: ["document", "line"]
  })
  return { child, sync: syncer([parent, child]) }
}

const document = (id: number, ...lines: ReadonlyArray<number>) => ({ id, items: lines.map((line) => ({ line })) })

const lines = (child: Entity) =>
  Effect.map(tableOf(child), (found) => found.map((row) => `${row.document}/${row.line}`))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("what a read says nothing of", () => {
    it.effect("stays: rows of rejected records beyond those that are shown to a person", () =>
      Effect.gen(function* () {
        const usual = entity("many_rejects")
        const sync = syncerOf({ ...usual, guard: { ...usual.guard, maxReject: 1 } })
        yield* sync({ records: rows(1, 1_500) })
        const bad = rows(1, 1_500).map((row) => (row.id > 300 ? { ...row, amount: "many" } : row))
        assert.deepInclude(yield* sync({ records: bad }), { rejected: 1_200, deleted: 0, unchanged: 300 })
      })
    )

    it.effect("stays: whatever a record stands for whose key is one of too many to be held", () =>
      Effect.gen(function* () {
        const usual = entity("long_keys", {
          columns: [column("id", "text"), column("amount", "decimal")],
          guard: { maxDelete: 1, floor: 3, empty: "refuse", maxReject: 1, confirm: "again", cascade: "refuse" }
        })
        const sync = syncerOf(usual)
        const stored = [{ id: "a" }, { id: "b" }, { id: "gone" }]
        yield* sync({ records: stored })
        const bad = (count: number) =>
          Array.from({ length: count }, (_, at) => ({ id: `${at} `.repeat(20_000), amount: "many" }))
        const few = yield* sync({ records: [{ id: "a" }, { id: "b", amount: "many" }, ...bad(3)] })
        assert.deepInclude(few, { rejected: 4, deleted: 1 })
        yield* sync({ records: stored })
        const many = yield* sync({ records: [{ id: "a" }, ...bad(400), { id: "b", amount: "many" }] })
        assert.deepInclude(many, { rejected: 401, deleted: 0, error: null })
        assert.match(many.warnings.join(), /the keys of \d+ rejected records are more than is held of them/)
      })
    )

    it.effect("stays: the row of a rejected record whose key is in part a default", () =>
      Effect.gen(function* () {
        const sync = syncerOf(
          entity("default_key", {
            columns: [column("shop", "text", { default: "main" }), column("id", "bigint"), column("amount", "decimal")],
            key: ["shop", "id"]
          })
        )
        yield* sync({ records: rows(1, 30) })
        const result = yield* sync({ records: [...rows(1, 28), { id: 30, amount: "many" }] })
        assert.deepInclude(result, { rejected: 1, deleted: 1, unchanged: 28 })
      })
    )

    it.effect("stays: children of a parent that only a broken try of the read held", () =>
      Effect.gen(function* () {
        const { child, sync } = documents("upserted", { mode: "upsert" })
        yield* sync({ records: [document(1, 1, 2), document(2, 1)] })
        yield* sync(inTurn({ records: [document(1, 1)], error: brokenOff }, { records: [document(2, 1)] }).next)
        assert.deepStrictEqual(yield* lines(child), ["1/1", "1/2", "2/1"])
      })
    )

    it.effect("stays: children of parents that are only added to", () =>
      Effect.gen(function* () {
        const { child, sync } = documents("appended", { mode: "append" })
        yield* sync({ records: [document(1, 1, 2), document(2, 1)] })
        yield* sync({ records: [document(3, 1)] })
        assert.deepStrictEqual(yield* lines(child), ["1/1", "1/2", "2/1", "3/1"])
      })
    )
  })

  describe("one key twice in a read", () => {
    it.effect("is one row when thousands of records lie between", () =>
      Effect.gen(function* () {
        const thing = entity("far_apart")
        const result = yield* syncerOf(thing)({ records: [...rows(1, 3_000), { id: 1, name: "again" }] })
        assert.deepInclude(result, { status: "warning", inserted: 3_000 })
        assert.deepInclude((yield* tableOf(thing))[0], { id: 1n, name: "again" })
      })
    )

    it.effect("is one row when it is a moment, written in two zones", () =>
      Effect.gen(function* () {
        const thing = entity("moments", { columns: [column("at", "timestamp"), column("name", "text")], key: ["at"] })
        const result = yield* syncerOf(thing)({
          records: [
            { at: "2026-03-01T10:00:00Z", name: "first" },
            { at: "2026-03-01T12:00:00+02:00", name: "second" }
          ]
        })
        assert.deepInclude(result, { status: "warning", inserted: 1 })
        assert.strictEqual((yield* tableOf(thing))[0]?.name, "second")
      })
    )
  })

  it.effect("a row whose key had to be repaired is staged with the others", () =>
    Effect.gen(function* () {
      const thing = entity("staged_repair", { columns: [column("id", "text"), column("name", "text")] })
      const many = rows(1, 10_000, "x".repeat(900)).map(({ id, name }) => ({ id: String(id), name }))
      const records = [{ id: "k\0", name: "broken" }, ...many]
      const { entities } = yield* Effect.provide(
        plan([thing]),
        layerRegistry([thing], () => ({ records }))
      )
      assert.lengthOf(entities[0]?.inserts ?? [], 10_001)
      const result = yield* syncerOf(thing)({ records })
      assert.deepInclude(result, { status: "warning", error: null, inserted: 10_001 })
    })
  )

  it.effect("a row whose key had to be repaired is forgotten when the read begins again", () =>
    Effect.gen(function* () {
      const thing = entity("broken_repair", { columns: [column("id", "text"), column("name", "text")] })
      const fine = { id: "fine", name: "read twice" }
      const result = yield* syncerOf(thing)(
        inTurn({ records: [fine, { id: "k\0", name: "gone" }], error: brokenOff }, { records: [fine] }).next
      )
      assert.deepInclude(result, { status: "ok", inserted: 1, warnings: [] })
    })
  )

  it.effect("batches that waited in memory are forgotten when the read begins again", () =>
    Effect.gen(function* () {
      const thing = entity("waiting")
      const broken = rows(1, 8_000, "x".repeat(200))
      const result = yield* syncerOf(thing)(inTurn({ records: broken, error: brokenOff }, { records: rows(1, 3) }).next)
      assert.deepInclude(result, { status: "ok", fetched: 3, inserted: 3, warnings: [] })
      assert.strictEqual((yield* tableOf(thing)).length, 3)
    })
  )
})
