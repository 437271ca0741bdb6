import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { render } from "../../core/reason/Reason.ts"
import type { SyncOptions } from "../../core/sync/Sync.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity } from "../support/source.ts"
import { changing, day, incremental, vendor } from "./cursorFixtures.ts"
import { brokenOff, ids, syncer, syncerOf } from "./fixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a full read", () => {
    it.effect("asks for everything, and the cursor stands where it ends", () =>
      Effect.gen(function* () {
        const target = changing("full_read", { incremental: { ...incremental, initial: "2020-01-01" } })
        const sync = syncerOf(target)
        const { answers, asked, list } = vendor(day(5))
        yield* sync(answers)
        list.push(day(2))
        yield* sync(answers, { full: true })
        yield* sync(answers)
        assert.deepStrictEqual(asked, ["2020-01-01", "2020-01-01", "2026-03-05T00:00:00.000Z"])
        assert.deepStrictEqual(yield* ids(target), [2, 5])
      })
    )
  })

  describe("why everything was read", () => {
    it.effect("is a note of the run, in its result and in its audit row, and no warning", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const target = changing("noted")
        const { answers } = vendor(day(1), day(2))
        const notesOf = Effect.fnUntraced(function* (wanted: Entity, more: Partial<SyncOptions> = {}) {
          const { noteReasons, notes, status, warnings } = yield* syncerOf(wanted)(answers, more)
          assert.deepStrictEqual([status, warnings, noteReasons.map(render)], ["ok", [], notes])
          const [row] = yield* sql`select notes, note_reasons from tributary.sync_log where entity = 'noted'
            order by id desc limit 1`
          assert.deepStrictEqual(row, { notes, note_reasons: noteReasons })
          return notes.map((note) => note.replace("everything was read, not only what changed: ", ""))
        })
        assert.deepStrictEqual(yield* notesOf(target), ["there is no cursor yet"])
        assert.deepStrictEqual(yield* notesOf(target), [])
        assert.deepStrictEqual(yield* notesOf(target, { full: true }), ["a full read was asked for"])
        yield* sql`truncate fake_noted`
        assert.deepStrictEqual(yield* notesOf(target), ["the table is empty"])
        yield* sql`drop table fake_noted`
        assert.deepStrictEqual(yield* notesOf(target), ["the table was made anew"])
        yield* sql`update tributary.sync_cursor set value = '2999-12-31T00:00:00+00:00' where entity = 'noted'`
        assert.deepStrictEqual(yield* notesOf(target), ["the cursor lies in the future"])
        const wider = { ...target, columns: [...target.columns, column("n", "integer", { optional: true })] }
        assert.deepStrictEqual(yield* notesOf(wider), ["the declaration has changed"])
      })
    )

    it.effect("counts the parents, names who shares the read, and is told of a run that fails", () =>
      Effect.gen(function* () {
        const parent = entity("store", { columns: [column("id", "bigint")] })
        const goods = changing("goods", { forEach: { table: parent.table, params: { store: "id" } } })
        const part = entity("goods_part", {
          ...{ mode: "upsert", parent: "goods", records: "/parts" },
          columns: [column("id", "bigint")]
        })
        const sync = syncer([parent, goods, part])
        const stores =
          (...ids: ReadonlyArray<number>): Answers =>
          ({ name }, options) => ({
            records:
              name === "store" ? ids.map((id) => ({ id })) : [{ ...day(Number(options?.params?.store)), parts: [] }]
          })
        yield* sync(stores(1), [parent, goods])
        const [, shared] = yield* sync(stores(1))
        assert.deepStrictEqual(shared?.notes, [
          "everything was read, not only what changed: for fake.goods_part, with which it shares the read, there is no cursor yet"
        ])
        const [, one] = yield* sync(stores(1, 2), [parent, goods])
        assert.deepStrictEqual(one?.notes, [
          "1 of 2 parents were read whole, not only what changed: there is no cursor yet"
        ])
        const failing = yield* syncerOf(changing("noted_failure"))({ error: brokenOff })
        assert.strictEqual(failing.status, "failed")
        assert.deepStrictEqual(failing.notes, ["everything was read, not only what changed: there is no cursor yet"])
      })
    )
  })
})
