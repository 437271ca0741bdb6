/** A plan knows what PostgreSQL will refuse, and applying it still leaves out rows that are refused. */
import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import type { Plan } from "../../core/sync/plan/Plan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { ids, rows, syncerOf } from "./fixtures.ts"

const make = (statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, unknown>>(statement))

const planned = Effect.fnUntraced(function* (thing: Entity, records: ReadonlyArray<SourceRecord>) {
  const document = yield* Effect.provide(
    plan([thing]),
    layerRegistry([thing], () => ({ records }))
  )
  return { document, one: yield* Effect.fromNullishOr(document.entities[0]) }
})

const applied = (thing: Entity, document: Plan) =>
  apply(document, "anna").pipe(
    Effect.provide(layerRegistry([thing], () => ({}))),
    Effect.flatMap(([result]) => Effect.fromNullishOr(result))
  )

const rejects = ({ name }: Entity) =>
  make(`select r.key, r.field, r.reason, r.record from tributary.sync_reject as r
    where r.run_id = (select max(id) from tributary.sync_log where entity = '${name}') order by r.position`)

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a plan of records that PostgreSQL refuses", () => {
    const picky = (name: string) => {
      const columns = [column("id", "bigint"), column("name", "text"), column("n", "integer"), column("shop", "bigint")]
      return {
        thing: entity(name, { columns, guard: { ...entity(name).guard, maxReject: 0.5 } }),
        made: make(`create table fake_${name}_shop (id bigint primary key)`).pipe(
          Effect.andThen(make(`insert into fake_${name}_shop values (1)`)),
          Effect.andThen(
            make(`create table fake_${name} (id bigint primary key, name varchar(5) unique,
              n smallint not null check (n <> 13), shop bigint references fake_${name}_shop)`)
          )
        )
      }
    }
    const good = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => ({ id, name: "abcdefgh"[id - 1], n: 1, shop: 1 }))
    const bad = [
      { id: 11, name: "too long", n: 1 },
      { id: 12, name: "l", n: null },
      { id: 13, name: "m", n: 13 },
      { id: 14, name: "a", n: 1 },
      { id: 15, name: "o", n: 40_000 },
      { id: 16, name: "p", n: 1, shop: 7 }
    ]

    it.effect("rejects them as the sync does, writes nothing, and applied it writes the others", () =>
      Effect.gen(function* () {
        const { made, thing } = picky("picked")
        yield* made
        const before = yield* planned(thing, [...good, ...bad])
        assert.deepInclude(before.one, { error: null, fetched: 14, rejected: 6 })
        assert.notProperty(before.one, "notes")
        assert.deepStrictEqual(before.one.inserts.map(({ id }) => Number(id)).toSorted(), [1, 2, 3, 4, 5, 6, 7, 8])
        assert.deepStrictEqual(yield* ids({ ...thing, columns: thing.columns.slice(0, 2) }), [])
        assert.deepInclude(yield* applied(thing, before.document), { status: "ok", inserted: 8, rejected: 6 })
        // Row 1 is deleted, and its name passes to row 14.
        const changed = good
          .slice(1)
          .map((row) => (row.id === 2 ? { ...row, name: "far too long" } : { ...row, shop: null }))
        const next = yield* planned(thing, [...changed, ...bad])
        const result = yield* syncerOf(thing)({ records: [...changed, ...bad] })
        assert.deepInclude(result, { status: "warning", inserted: 1, updated: 6, deleted: 1, rejected: 6 })
        assert.deepStrictEqual(
          [next.one.inserts, next.one.updates, next.one.deletes].map(({ length }) => length),
          [result.inserted, result.updated, result.deleted]
        )
        assert.deepStrictEqual([next.one.rejected, next.one.reasons], [result.rejected, result.reasons])
      })
    )

    it.effect("says why in words of its own beside PostgreSQL's, with the column or the constraint", () =>
      Effect.gen(function* () {
        const { made, thing } = picky("worded")
        yield* made
        yield* syncerOf(thing)({ records: [...good, ...bad] })
        const messages = (yield* rejects(thing)).map(
          ({ field, reason }) => `${field}: ${String(reason).replace(/; refused by PostgreSQL: .*/, "")}`
        )
        assert.deepStrictEqual(messages, [
          "name: longer than its column holds",
          "n: missing, and the table takes no null there",
          "null: against the check fake_worded_n_check",
          "null: equal to another row where fake_worded_name_key allows no two",
          "n: too large for its column",
          "null: about a row of another table that is not there (foreign key fake_worded_shop_fkey)"
        ])
      })
    )

    it.effect("withholds deletes where so many are refused, as the sync does", () =>
      Effect.gen(function* () {
        const thing = entity("many_refused")
        yield* make("create table fake_many_refused (id bigint primary key, name varchar(8), amount numeric)")
        yield* syncerOf(thing)({ records: rows(1, 20, "r") })
        const records = rows(2, 20, "r").map((row) => (row.id < 5 ? { ...row, name: "much too long" } : row))
        const { one } = yield* planned(thing, records)
        assert.deepStrictEqual([one.rejected, one.deletes.length, one.withheld.length], [3, 0, 1])
        const result = yield* syncerOf(thing)({ records })
        assert.deepInclude(result, { rejected: 3, deleted: 0 })
        assert.deepStrictEqual(one.reasons, result.reasons)
      })
    )

    it.effect("rejects one whose value a row holds that the guard keeps, as the sync does", () =>
      Effect.gen(function* () {
        const thing = entity("kept_value", { columns: [column("id", "bigint"), column("name", "text")] })
        yield* make("create table fake_kept_value (id bigint primary key, name text unique)")
        const sync = syncerOf(thing)
        yield* sync({ records: Array.from("abcdefghij", (name, id) => ({ id, name })) })
        const records = [
          { id: 0, name: "a" },
          { id: 20, name: "j" },
          { id: 21, name: "new" }
        ]
        const { one } = yield* planned(thing, records)
        assert.deepInclude(one, { error: null, rejected: 1, deletes: [] })
        assert.deepStrictEqual(
          one.inserts.map(({ id }) => Number(id)),
          [21]
        )
        assert.deepInclude(yield* sync({ records }), { error: null, inserted: 1, rejected: 1, deleted: 0 })
      })
    )

    it.effect(
      "deletes nothing, as the sync, where rows of another table refer to what is gone; the rest is loaded",
      () =>
        Effect.gen(function* () {
          const thing = entity("referred", { columns: [column("id", "bigint")] })
          yield* make("create table fake_referred (id bigint primary key)")
          yield* syncerOf(thing)({ records: rows(1, 5) })
          yield* make("create table referring (id bigint references fake_referred)")
          yield* make("insert into referring values (5)")
          const records = [...rows(1, 3), { id: 6 }]
          const { one } = yield* planned(thing, records)
          assert.deepInclude(one, { error: null, deletes: [] })
          assert.strictEqual(one.inserts.length, 1)
          const result = yield* syncerOf(thing)({ records })
          assert.deepInclude(result, { status: "warning", inserted: 1, deleted: 0, unchanged: 3 })
          assert.match(
            result.warnings.join(),
            /rows of public\.referring refer to some that are gone \(referring_id_fkey\)/
          )
          yield* make("delete from referring")
          assert.deepInclude(yield* syncerOf(thing)({ records }), { status: "ok", unchanged: 4, deleted: 2 })
        })
    )

    it.effect("waits for nobody's lock: what it could not try it says", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("held_fast")
        yield* syncerOf(thing)({ records: rows(1, 3) })
        const held = yield* Deferred.make<void>()
        const enough = yield* Deferred.make<void>()
        const holder = yield* Effect.forkChild(
          sql.withTransaction(
            Effect.gen(function* () {
              yield* sql`select from fake_held_fast where id = 2 for update`
              yield* Deferred.succeed(held, undefined)
              yield* Deferred.await(enough)
            })
          )
        )
        yield* Deferred.await(held)
        const { one } = yield* planned(thing, rows(1, 3, "new"))
        yield* Deferred.succeed(enough, undefined)
        yield* Fiber.join(holder)
        assert.deepStrictEqual([one.error, one.updates.length], [null, 3])
        assert.match(
          one.notes?.join() ?? "",
          /known when the plan is applied: PostgreSQL: canceling statement due to lock timeout/
        )
      })
    )
  })

  describe("a table with triggers of its owner", () => {
    const guarded = Effect.fnUntraced(function* (name: string) {
      yield* make(`create table fake_${name} (id bigint primary key, name text, amount numeric)`)
      yield* make(`create sequence ${name}_calls`)
      yield* make(`create function ${name}() returns trigger language plpgsql as $$ begin
        perform nextval('${name}_calls'); if new.amount = 0 then raise exception 'no gifts'; end if; return new; end $$`)
      yield* make(
        `create trigger ${name} before insert or update on fake_${name} for each row execute function ${name}()`
      )
      return entity(name)
    })

    it.effect(
      "is not written by a plan, which says so; what they refuse is left out when it is applied, and named",
      () =>
        Effect.gen(function* () {
          const thing = yield* guarded("outside")
          const records = rows(1, 40).map((row) => (row.id === 15 || row.id === 30 ? { ...row, amount: 0 } : row))
          const { document, one } = yield* planned(thing, records)
          assert.deepStrictEqual([one.rejected, one.inserts.length], [0, 40])
          assert.match(one.notes?.join() ?? "", /triggers of its owner, which a plan does not set off \(outside\)/)
          assert.deepStrictEqual(yield* make("select is_called from outside_calls"), [{ is_called: false }])
          const result = yield* applied(thing, document)
          assert.deepInclude(result, { status: "warning", error: null, inserted: 38, rejected: 2 })
          assert.match(
            result.warnings.join(),
            /2 rows of the plan were left out, because PostgreSQL refused them \(id=15, id=30\): record is refused by PostgreSQL: no gifts \(2\)/
          )
          assert.deepStrictEqual(
            (yield* rejects(thing)).map(({ key, record }) => [key, JSON.parse(String(record))]),
            ["15", "30"].map((id) => [{ id }, { id, name: `row ${id}`, amount: "0" }])
          )
          const [audit] = yield* make(
            "select status, inserted, rejected from tributary.sync_log where entity = 'outside'"
          )
          assert.deepStrictEqual(audit, { status: "warning", inserted: 38, rejected: 2 })
        })
    )

    it.effect("could refuse what changes, and nothing where only what is withheld would go", () =>
      Effect.gen(function* () {
        const thing = yield* guarded("unmoved")
        yield* syncerOf(thing)({ records: rows(1, 10) })
        for (const [records, counts, isReported] of [
          [rows(1, 10), [0, 0, 0], false],
          [rows(1, 3), [0, 0, 7], false],
          [rows(1, 9), [0, 1, 0], true],
          [[...rows(1, 2), { id: 3, name: "new" }], [1, 0, 7], true],
          [[...rows(1, 3), { id: 11 }], [1, 0, 7], true]
        ] as const) {
          const { one } = yield* planned(thing, records)
          const changed = one.inserts.length + one.updates.length
          assert.deepEqual<ReadonlyArray<number>>([changed, one.deletes.length, one.withheld.length], counts)
          assert.strictEqual(one.notes?.join().includes("which a plan does not set off") ?? false, isReported)
        }
      })
    )

    it.effect("keeps what the plan would delete where too many rows are refused", () =>
      Effect.gen(function* () {
        const thing = yield* guarded("withheld")
        yield* syncerOf(thing)({ records: rows(1, 10) })
        const records = rows(2, 10).map((row) => ({ ...row, amount: row.id === 5 ? 0 : 7 }))
        const { document, one } = yield* planned(thing, records)
        assert.deepStrictEqual([one.updates.length, one.deletes.length], [9, 1])
        const result = yield* applied(thing, document)
        assert.deepInclude(result, { status: "warning", updated: 8, deleted: 0, rejected: 1 })
        assert.match(
          result.warnings.join(),
          /1 of 9 records were rejected, more than guard.maxReject 5%: 1 delete was withheld/
        )
        assert.lengthOf(yield* ids(thing), 10)
      })
    )
  })

  describe("a plan that is applied", () => {
    it.effect("leaves out a row that is refused since, and writes the others", () =>
      Effect.gen(function* () {
        const thing = entity("since")
        yield* syncerOf(thing)({ records: rows(1, 40) })
        const { document } = yield* planned(thing, [...rows(2, 40, "new"), { id: 41, name: "41" }])
        yield* make("alter table fake_since add check (id <> 30 or name = 'row 30')")
        const result = yield* applied(thing, document)
        assert.deepInclude(result, { status: "warning", inserted: 1, updated: 38, deleted: 1, rejected: 1 })
        assert.match(result.warnings.join(), /\(id=30\): record is against the check fake_since_check; refused by/)
        assert.deepStrictEqual(yield* make("select name from fake_since where id = 30"), [{ name: "row 30" }])
        assert.deepStrictEqual(yield* make("select relname from pg_class where relname like 'staging%'"), [])
      })
    )

    it.effect("lets a value of a unique index go over to another row", () =>
      Effect.gen(function* () {
        const thing = entity("handed_on", { columns: [column("id", "bigint"), column("name", "text")] })
        yield* make("create table fake_handed_on (id bigint primary key, name text unique)")
        const named = (...names: ReadonlyArray<string>) => names.map((name, at) => ({ id: at + 1, name }))
        yield* syncerOf(thing)({ records: named("a", "b", "c", "d") })
        const { document, one } = yield* planned(thing, [...named("a", "x", "d"), { id: 5, name: "b" }])
        assert.deepStrictEqual([one.rejected, one.inserts.length, one.updates.length, one.deletes.length], [0, 1, 2, 1])
        assert.deepInclude(yield* applied(thing, document), { status: "ok", inserted: 1, updated: 2, deleted: 1 })
      })
    )
  })
})
