/** A plan of several entities is applied in the order in which they depend on each other. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { syncer } from "./fixtures.ts"
import { notesOf, source } from "./Notes.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a plan that is applied", () => {
    it.effect("writes parents before what was planned by them", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const { deal, note } = notesOf("ordered")
        yield* sql`create table fake_ordered_deal (id bigint primary key, code text unique)`
        yield* sql`create table fake_ordered (deal text references fake_ordered_deal (code), id bigint, primary key (deal, id))`
        const registry = layerRegistry([note, deal], source({ 1: "a", 2: "b" }, []))
        const document = yield* Effect.provide(plan([note, deal]), registry)
        assert.deepStrictEqual(
          document.entities.map(({ entity, inserts }) => [entity, inserts.length]),
          [
            ["ordered", 4],
            ["ordered_deal", 2]
          ]
        )
        const results = yield* Effect.provide(apply(document, "anna"), registry)
        assert.deepStrictEqual(
          results.map(({ entity, inserted, status }) => [entity, status, inserted]),
          [
            ["ordered", "ok", 4],
            ["ordered_deal", "ok", 2]
          ]
        )
        // Rows are tried after the changes of the table that they refer to.
        yield* sql`delete from fake_ordered where deal = 'a' and id = 1`
        for (const [codes, expected] of [
          [{ 1: "a", 2: "b" }, 1],
          [{ 1: "a", 2: "b", 3: "c" }, 3]
        ] as const) {
          const { entities } = yield* Effect.provide(
            plan([note, deal]),
            layerRegistry([note, deal], source({ ...codes }, []))
          )
          const [notes] = entities
          assert.lengthOf(notes?.inserts ?? [], expected)
          assert.deepEqual(notes?.noteReasons ?? [], [])
        }
      })
    )

    it.effect("deletes nothing for the sake of parents whose own plan could not be applied, nor what lies inside", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const { deal, note } = notesOf("orphaned")
        const inside = { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } as const
        const word = entity("orphaned_word", {
          parent: note.name,
          records: "/words",
          columns: [column("deal", "text"), column("note", "bigint", { source: inside }), column("id", "bigint")],
          key: ["deal", "note", "id"]
        })
        const all = [word, deal, note]
        const answers = (codes: Readonly<Record<number, string>>): Answers => {
          const usual = source(codes, [])
          return (of, options) => {
            const { records = [] } = usual(of, options)
            if (of === deal) return { records }
            return { records: records.map((one) => ({ ...Object(one), words: [{ ...Object(one), id: 7 }] })) }
          }
        }
        yield* syncer(all)(answers({ 1: "a", 2: "b", 3: "c" }))
        const registry = layerRegistry(all, answers({ 1: "a", 2: "b" }))
        const document = yield* Effect.provide(plan(all), registry)
        assert.deepStrictEqual(
          document.entities.map(({ deletes }) => deletes.length),
          [2, 1, 2]
        )
        yield* sql`update fake_orphaned_deal set id = 30 where code = 'c'`
        const results = yield* Effect.provide(apply(document, "anna"), registry)
        assert.deepStrictEqual(
          results.map(({ deleted, inserted, status, updated }) => [status, inserted, updated, deleted]),
          all.map(() => ["failed", 0, 0, 0])
        )
        for (const at of [0, 2]) {
          assert.match(
            results[at]?.error ?? "",
            /planned for fake\.orphaned_deal, which was not applied as a whole; plan again/
          )
        }
        assert.lengthOf(yield* sql`select from fake_orphaned`, 6)
        assert.lengthOf(yield* sql`select from fake_orphaned_word`, 6)
      })
    )
  })
})
