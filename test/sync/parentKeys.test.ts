/** Records of different parents that have one key. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { syncer } from "./fixtures.ts"
import { given, lines, notesOf, ofParent, source } from "./parentFixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("records of two parents with one key", () => {
    it.effect("are not seen by a read of what changed, which says so unless they cannot be", () =>
      Effect.gen(function* () {
        const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }
        const at = column("at", "timestamp")
        const changing = (name: string, more: Partial<Entity> = {}, parents = 2) => {
          const { deal, note } = notesOf(name, {
            mode: "upsert",
            incremental,
            columns: [given("deal_id", "bigint", "deal"), column("id", "integer"), at],
            ...more
          })
          return Effect.gen(function* () {
            const sync = syncer([deal, note])
            const dated = (id: number) => [{ id, at: "2026-03-01T00:00:00Z" }]
            const notes = source(parents === 1 ? { 7: dated(1) } : { 7: dated(1), 8: dated(2) })
            yield* sync(notes)
            const [, result] = yield* sync(notes)
            return result?.reasons
          })
        }
        const field = { field: 'value: "{deal}"' }
        assert.deepStrictEqual(yield* changing("unproven", { key: ["id"] }), [
          { code: "cursor.parentless", params: field }
        ])
        assert.deepStrictEqual(yield* changing("proven"), [])
        assert.deepStrictEqual(yield* changing("single", { key: ["id"] }, 1), [])
        assert.deepStrictEqual(yield* changing("declared", { key: ["id"], unique: true }), [])
      })
    )

    const warned = /2 records have the key of a record of another parent, as id 1, .*add to the key a field that names/

    it.effect("are told, in a run and in a plan, where the parameter is not part of the key", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("crossed", { key: ["id"] })
        const notes = source({ 7: [{ id: 1 }, { id: 2 }], 8: [{ id: 1 }, { id: 3 }], 9: [{ id: 2 }] })
        const [, result] = yield* syncer([deal, note])(notes)
        assert.deepInclude(result, { status: "warning", fetched: 5, inserted: 3 })
        assert.match(result?.warnings.join() ?? "", warned)
        assert.match(result?.warnings.join() ?? "", /value: "\{deal\}"/)
        const planned = yield* plan([note]).pipe(Effect.provide(layerRegistry([deal, note], notes)))
        assert.match(planned.entities[0]?.warnings.join() ?? "", warned)
      })
    )

    it.effect("of one parent are duplicates, and nothing else", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("repeated", { key: ["id"] })
        // So many that the memory of keys has to grow in between.
        const others = Array.from({ length: 3_000 }, (_, at) => ({ id: 10 + at }))
        const notes = source({ 7: [{ id: 1 }, ...others, { id: 1 }], 8: [{ id: 2 }] })
        const [, result] = yield* syncer([deal, note])(notes)
        assert.deepStrictEqual(
          result?.reasons.map(({ code }) => code),
          ["run.folded"]
        )
      })
    )

    it.effect("fail the run where one of the parents was not read: the fault is none of the record's", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("handed_over", { key: ["id"], within: ["deal_id"] })
        const sync = syncer([deal, note])
        yield* sync(source({ 7: [{ id: 1 }], 8: [{ id: 2 }] }))
        const [, result] = yield* sync(source({ 8: [{ id: 1 }, { id: 2 }] }))
        assert.deepInclude(result, { status: "failed", inserted: 0, rejected: 0 })
        assert.match(result?.error ?? "", /duplicate key value .*Key \(id\)=\(1\)/)
        assert.deepStrictEqual(yield* lines(note), ["7 1 null", "8 2 null"])
      })
    )

    it.effect("are told where records of two requests have one key, and each a child of one name", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("twofold")
        const file = entity("twofold_file", {
          parent: note.name,
          records: "/files",
          columns: [column("name", "text")],
          key: ["name"]
        })
        const first = { id: 1, files: [{ name: "a" }] }
        const [, , files] = yield* syncer([deal, note, file])(source({ 7: [first], 8: [first] }))
        assert.deepInclude(files, { status: "warning", fetched: 2, inserted: 1 })
        assert.match(files?.warnings.join() ?? "", /1 record has the key of a record of another parent, as name a,/)
      })
    )

    it.effect("are told of children whose key does not name the record they lie in", () =>
      Effect.gen(function* () {
        const invoice = entity("keyless", { columns: [column("id", "bigint")] })
        const line = entity("keyless_line", {
          parent: invoice.name,
          records: "/lines",
          columns: [column("id", "integer"), column("document", "bigint", ofParent)]
        })
        const records = [1, 2, 3].map((id) => ({ id, lines: [{ id: id < 3 ? 1 : 2 }] }))
        // The same invoice on two pages counts once, whatever its lines.
        const repeated = [...records, { id: 3, lines: [{ id: 2 }] }]
        const [, lines] = yield* syncer([invoice, line])({ records: repeated })
        assert.match(lines?.warnings.join() ?? "", /1 record has the key of a record of another parent, as id 1,/)
        assert.match(lines?.warnings.join() ?? "", /from: \.\.\/id/)
        const [, named] = yield* syncer([
          invoice,
          { ...line, key: ["document", "id"], table: { ...line.table, name: "keyed_line" } }
        ])({
          records: repeated
        })
        assert.deepStrictEqual(
          named?.reasons.map(({ code }) => code),
          ["run.folded"]
        )
      })
    )
  })
})
