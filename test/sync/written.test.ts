/** A run's report of what it wrote matches the table, whatever triggers the owner created. */
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import * as PendingDeletes from "../../core/database/audit/PendingDeletes.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { ids, rows, syncerOf, tableOf } from "./fixtures.ts"
import { often, upsert } from "./LongRead.ts"

const things = (name: string, more: Partial<Entity> = {}) =>
  entity(name, { columns: [column("id", "bigint"), column("name", "text"), column("amount", "decimal")], ...more })

/** Creates a row trigger on the table of an entity; `when` is `before insert` and the like. */
const trigger = (name: string, when: string, body: string, table = `fake_${name}`) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.andThen(
      sql.unsafe(
        `create or replace function does_${name}() returns trigger language plpgsql as $$ begin ${body} end $$`
      ),
      sql.unsafe(
        `create or replace trigger does_${name} ${when} on ${table} for each row execute function does_${name}()`
      )
    )
  )

const dropTrigger = (name: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(`drop trigger does_${name} on fake_${name}`))

const keepsTwo = "if old.id in (2, 3) then return null; end if; return old;"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a trigger of the table's owner", () => {
    it.effect("that turns new rows away is told of with their keys, in each run that would write them", () =>
      Effect.gen(function* () {
        const thing = things("turned")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 1) })
        yield* trigger("turned", "before insert", "if new.id in (3, 5) then return null; end if; return new;")
        for (const inserted of [3, 0]) {
          const result = yield* sync({ records: rows(1, 6) })
          assert.deepInclude(result, { status: "warning", fetched: 6, inserted, unchanged: 4 - inserted, rejected: 0 })
          assert.deepStrictEqual(result.reasons, [{ code: "load.unwritten", params: { count: 2, keys: "id 3; id 5" } }])
          assert.deepStrictEqual(yield* ids(thing), [1, 2, 4, 6])
        }
        yield* dropTrigger("turned")
        assert.deepInclude(yield* sync({ records: rows(1, 6) }), { status: "ok", inserted: 2, unchanged: 4 })
      })
    )

    it.effect("that turns changes away, or undoes them, is told of", () =>
      Effect.gen(function* () {
        const thing = things("fixed")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 3) })
        yield* trigger("fixed", "before update", "if old.id = 1 then return null; end if; return old;")
        const result = yield* sync({ records: rows(1, 2, "new").concat(rows(3, 3)) })
        assert.deepInclude(result, { status: "warning", updated: 1, unchanged: 1 })
        assert.deepStrictEqual(result.reasons, [
          { code: "load.unwritten", params: { count: 1, keys: "id 1" } },
          {
            code: "load.altered",
            params: { count: 1, column: "name", key: "id 2", came: "new 2", held: "row 2" }
          }
        ])
      })
    )

    it.effect(
      "that keeps rows from being deleted: they are not counted as deleted, and nothing is asked about them",
      () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const thing = things("keeper")
          const sync = syncerOf(thing)
          yield* sync({ records: rows(1, 6) })
          yield* trigger("keeper", "before delete", keepsTwo)
          for (const deleted of [1, 0]) {
            const result = yield* sync({ records: rows(4, 6) })
            assert.deepInclude(result, { status: "warning", deleted, unchanged: 3 })
            assert.deepStrictEqual(result.reasons, [
              { code: "load.undeleted", params: { count: 2, keys: "id 2; id 3" } }
            ])
          }
          assert.deepStrictEqual(yield* ids(thing), [2, 3, 4, 5, 6])
          assert.lengthOf(yield* sql`select from tributary.pending_delete where entity = 'keeper'`, 0)
        })
    )

    it.effect("that gives rows another key, or changes values, is told of", () =>
      Effect.gen(function* () {
        const moved = things("rekeyed_by")
        const sync = syncerOf(moved)
        yield* sync({ records: [] })
        yield* trigger("rekeyed_by", "before insert", "new.id := new.id + 100; return new;")
        const result = yield* sync({ records: rows(1, 2) })
        assert.deepInclude(result, { status: "warning", inserted: 2 })
        assert.deepStrictEqual(result.reasons, [{ code: "load.unwritten", params: { count: 2, keys: "id 1; id 2" } }])

        const loud = things("loud")
        yield* syncerOf(loud)({ records: [] })
        yield* trigger("loud", "before insert or update", "new.name := upper(new.name); return new;")
        const outcome = yield* syncerOf(loud)({ records: [...rows(1, 2), { id: 3, name: "C", amount: 1 }] })
        assert.deepInclude(outcome, { status: "warning", inserted: 3 })
        assert.deepStrictEqual(outcome.reasons, [
          { code: "load.altered", params: { count: 2, column: "name", key: "id 1", came: "row 1", held: "ROW 1" } }
        ])
      })
    )

    it.effect("that fills what is not declared, or does nothing, is no matter", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = things("quietly")
        yield* sql`create table fake_quietly (id bigint primary key, name text, amount numeric, owner text, more json)`
        yield* trigger("quietly", "before insert or update", "new.owner := 'me'; return new;")
        const sync = syncerOf(thing)
        assert.deepInclude(yield* sync({ records: rows(1, 8) }), { status: "ok", inserted: 8 })
        const changed = [...rows(1, 1, "new"), ...rows(3, 8)]
        assert.deepInclude(yield* sync({ records: changed }), { status: "ok", updated: 1, deleted: 1, unchanged: 6 })
      })
    )

    it.effect("of one partition is told of like one of the table", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table fake_parted (id bigint primary key, name text, amount numeric) partition by range (id)`
        yield* sql`create table low_parted partition of fake_parted for values from (0) to (10)`
        yield* sql`create table high_parted partition of fake_parted for values from (10) to (20)`
        const sync = syncerOf(things("parted"))
        assert.deepInclude(yield* sync({ records: rows(8, 12) }), { status: "ok", inserted: 5 })
        yield* trigger("parted", "before update or delete", "return null;", "high_parted")
        const result = yield* sync({ records: [...rows(8, 9, "new"), ...rows(11, 11, "new"), ...rows(12, 12)] })
        assert.deepInclude(result, { updated: 2, deleted: 0, unchanged: 1 })
        assert.deepStrictEqual(result.reasons, [
          { code: "load.unwritten", params: { count: 1, keys: "id 11" } },
          { code: "load.undeleted", params: { count: 1, keys: "id 10" } }
        ])
      })
    )

    it.effect("that nobody could know of shows in the counts", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const sync = syncerOf(things("heir"))
        yield* sync({ records: rows(1, 1) })
        // The parent table shows the rows of an inheriting table, whose triggers are its own.
        yield* sql`create table heir_of () inherits (fake_heir)`
        yield* sql`insert into heir_of (id, name, amount) values (2, 'row 2', 1.5), (3, 'row 3', 1.5), (4, 'row 4', 1.5)`
        yield* trigger("heir", "before update or delete", "return null;", "heir_of")
        const result = yield* sync({ records: [...rows(1, 2, "new"), ...rows(4, 4)] })
        assert.deepInclude(result, { status: "warning", updated: 1, deleted: 0, unchanged: 1 })
        assert.deepStrictEqual(result.reasons, [{ code: "load.raced", params: { count: 2 } }])
      })
    )

    it.effect("holds the cursor until the rows are there, or a person moves on", () =>
      Effect.gen(function* () {
        const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }
        const columns = [column("id", "bigint"), column("at", "timestamp")]
        const event = entity("barred", { mode: "upsert", columns, incremental })
        const sync = syncerOf(event)
        const day = (id: number) => ({ id, at: `2026-03-0${id}T00:00:00Z` })
        const asked: Array<string | undefined> = []
        const answers =
          (last: number): Answers =>
          (_, options) => {
            const since = options?.since
            asked.push(since?.slice(0, 10))
            return {
              records: [1, 2, 3, 4]
                .slice(0, last)
                .map(day)
                .filter(({ at }) => at >= (since ?? ""))
            }
          }
        yield* sync(answers(1))
        yield* trigger("barred", "before insert", "if new.id = 2 then return null; end if; return new;")
        const result = yield* sync(answers(3))
        assert.deepInclude(result, { status: "warning", inserted: 1 })
        assert.deepStrictEqual(
          result.reasons.map(({ code }) => code),
          ["load.unwritten", "cursor.stays"]
        )
        const past = yield* sync(answers(3), { pastRejected: true })
        assert.deepStrictEqual(
          past.reasons.map(({ code }) => code),
          ["load.unwritten"]
        )
        yield* dropTrigger("barred")
        assert.deepInclude(yield* sync(answers(4)), { status: "ok", inserted: 1 })
        assert.deepStrictEqual(asked, [undefined, "2026-03-01", "2026-03-01", "2026-03-03"])
        assert.deepStrictEqual(yield* ids(event), [1, 3, 4])
      })
    )

    it.effect("that turns rows of a checkpoint away is told of, and they are not taken for duplicates", () =>
      Effect.gen(function* () {
        const thing = upsert("turned_early")
        const sync = syncerOf(thing, often)
        yield* sync({ records: rows(1, 1) })
        yield* trigger("turned_early", "before insert", "if new.id = 2 then return null; end if; return new;")
        const records = [...rows(1, 3), { id: 3, name: "twice" }, ...rows(4, 6), { id: 6, name: "twice" }]
        const result = yield* sync({ records, pageSize: 4 })
        assert.deepInclude(result, { status: "warning", inserted: 4, unchanged: 1 })
        assert.deepStrictEqual(result.reasons, [
          { code: "load.unwritten", params: { count: 1, keys: "id 2" } },
          { code: "run.folded", params: { count: 2 } }
        ])
      })
    )

    it.effect("shows when a pending delete or a plan is applied", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = things("decided")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 8) })
        assert.deepInclude(yield* sync({ records: rows(7, 8) }), { deleted: 0 })
        yield* trigger(
          "decided",
          "before insert or delete",
          `if tg_op = 'INSERT' then return null; end if; ${keepsTwo}`
        )
        const [question] = yield* PendingDeletes.open(1)
        assert.deepStrictEqual(yield* PendingDeletes.apply(question?.id ?? 0n, "me", "test"), {
          deleted: 4,
          total: 6,
          kept: 2
        })
        const [audit] = yield* sql`select status, deleted, reasons from tributary.sync_log order by id desc limit 1`
        const kept = { code: "load.undeleted", params: { count: 2, keys: "id 2; id 3" } }
        assert.deepStrictEqual(audit, { status: "warning", deleted: 4, reasons: [kept] })

        const engine = layerRegistry([thing], () => ({ records: [...rows(7, 7, "new"), ...rows(8, 9)] }))
        const [result] = yield* Effect.provide(
          Effect.flatMap(plan([thing]), (document) => apply(document, null)),
          engine
        )
        assert.deepInclude(result, { status: "warning", inserted: 0, updated: 1, deleted: 0, unchanged: 1 })
        assert.deepStrictEqual(result?.reasons, [{ code: "load.unwritten", params: { count: 1, keys: "id 9" } }, kept])
        assert.deepStrictEqual(
          (yield* tableOf(thing)).map(({ name }) => name),
          ["row 2", "row 3", "new 7", "row 8"]
        )
      })
    )
  })

  it.effect("a table whose statements are rewritten is refused with what to do", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const sync = syncerOf(things("ruled"))
      yield* sync({ records: rows(1, 2) })
      yield* sql`create rule "No more" as on insert to fake_ruled do instead nothing`
      const result = yield* sync({ records: rows(1, 3) })
      assert.deepInclude(result, { status: "failed", inserted: 0, errorReason: result.errorReason })
      const remedy = `drop rule "No more" on "public"."fake_ruled"`
      assert.match(result.error ?? "", /public\.fake_ruled has rules .*\(No more\)/)
      assert.isTrue(result.error?.endsWith(remedy), `${result.error}`)
      yield* sql.unsafe(remedy)
      assert.deepInclude(yield* sync({ records: rows(1, 3) }), { status: "ok", inserted: 1 })
    })
  )
})
