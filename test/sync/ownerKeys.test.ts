/** Keys of an owner's table that a mirror cannot find its rows by: reported with a remedy, in plan, sync and apply. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { targetOf } from "../../core/config/RunTarget.ts"
import * as Runs from "../../core/database/audit/Runs.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity } from "../support/source.ts"
import { syncerOf, tableOf } from "./fixtures.ts"
import { make, planned } from "./ownerFixtures.ts"

const of = (name: string, more: Partial<Entity> = {}) =>
  entity(name, { columns: [column("id", "bigint"), column("n", "bigint")], ...more })

const records = [{ id: 1, n: 5 }]

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a table of its owner without a unique index of the key", () => {
    it.effect("in which keys stand twice is refused with which, where to look, and the index that is wanted", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* make(
          "create table fake_twice (id bigint, n bigint)",
          "insert into fake_twice select g / 2, g from generate_series(0, 9) as g",
          "insert into fake_twice values (null, 1), (null, 2), (7, 1)"
        )
        const thing = of("twice")
        const why = (yield* planned(thing, records)).errorReason
        assert.deepInclude(why, { code: "table.duplicateKeys" })
        assert.deepInclude(why?.params, { key: "id", count: 5, keys: "id 0; id 1; id 2" })
        assert.deepStrictEqual((yield* syncerOf(thing)({ records })).errorReason, why)
        // While another run is under way, the table is its business.
        const context = { trigger: "test", actor: null, configHash: "" }
        const beside = Effect.andThen(Runs.begin([targetOf(thing)], context), syncerOf(thing)({ records }))
        assert.deepInclude(yield* Effect.scoped(beside), { status: "skipped", error: null })
        const { index, statement } = Object.assign({ index: "", statement: "" }, why?.params)
        assert.deepStrictEqual(
          (yield* sql.unsafe<{ n: bigint }>(statement)).map(({ n }) => Number(n)).toSorted((a, b) => a - b),
          [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        )
        yield* make("delete from fake_twice where n % 2 = 1 and id < 7 or id is null", index)
        assert.deepInclude(yield* syncerOf(thing)({ records }), { error: null, unchanged: 0, updated: 1, deleted: 0 })
      })
    )

    it.effect("in which the name of that index is taken by one that is partial or was never finished", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        for (const [name, words] of [
          ["partly", /partly_id_key is CREATE UNIQUE INDEX .* WHERE \(n > 100\)/],
          ["broken", /broken_id_key is invalid: CREATE UNIQUE INDEX/]
        ] as const) {
          yield* make(`create table fake_${name} (id bigint, n bigint)`)
          if (name === "partly") yield* make("create unique index fake_partly_id_key on fake_partly (id) where n > 100")
          else {
            yield* make("insert into fake_broken values (1, 1), (1, 2)")
            yield* Effect.flip(make("create unique index concurrently fake_broken_id_key on fake_broken (id)"))
            yield* make("delete from fake_broken where n = 2")
          }
          const why = (yield* planned(of(name), records)).errorReason
          const result = yield* syncerOf(of(name))({ records })
          assert.match(result.error ?? "", words)
          assert.deepStrictEqual(result.errorReason, why)
          yield* make(Object.assign({ statement: "" }, why?.params).statement)
          assert.deepInclude(yield* syncerOf(of(name))({ records }), { status: "ok" })
          const valid = yield* sql`select from pg_index where indrelid = ${`fake_${name}`}::regclass and indisunique
            and indisvalid and indpred is null`
          assert.strictEqual(valid.length, 1, name)
        }
      })
    )

    it.effect("has one where the index carries other columns along, or their order is another", () =>
      Effect.gen(function* () {
        yield* make(
          "create table fake_carried (id bigint, n bigint, primary key (id) include (n))",
          "create table fake_turned (id bigint not null, n bigint not null, m bigint, unique (n, id) include (m))"
        )
        for (const thing of [of("carried"), of("turned", { key: ["id", "n"] })]) {
          const { ddl, error } = yield* planned(thing, records)
          assert.deepStrictEqual([error, ddl.filter((statement) => statement.includes("index"))], [null, []])
          assert.deepInclude(yield* syncerOf(thing)({ records }), { status: "ok", inserted: 1 })
        }
      })
    )

    it.effect("but with one on other columns rejects the record that is equal to another there", () =>
      Effect.gen(function* () {
        yield* make("create table fake_other (id bigint, n bigint unique)")
        const two = [...Array.from({ length: 30 }, (_, at) => ({ id: at, n: at })), { id: 99, n: 7 }]
        const result = yield* syncerOf(of("other"))({ records: two })
        assert.deepInclude(result, { status: "warning", inserted: 30, rejected: 1 })
        assert.match(result.warnings.join(), /equal to another row where fake_other_n_key allows no two/)
      })
    )
  })

  describe("rows of the owner that have no key", () => {
    it.effect("are left alone and told by plan and sync, and no row comes or goes for them", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* make(
          "create table fake_keyless (id bigint, kind text, n bigint, unique (id, kind))",
          "insert into fake_keyless values (null, 'a', 1), (null, null, 2), (3, null, 3), (4, 'a', 4), (5, 'a', 5)"
        )
        const thing = entity("keyless", {
          columns: [column("id", "bigint"), column("kind", "text"), column("n", "bigint")],
          key: ["id", "kind"]
        })
        const came = [
          { id: 4, kind: "a", n: 4 },
          { id: 3, kind: "b", n: 3 }
        ]
        const left = {
          code: "load.keyless",
          params: {
            count: 3,
            table: "public.fake_keyless",
            key: "id, kind",
            statement: 'select * from "public"."fake_keyless" as t where t."id" is null or t."kind" is null'
          }
        }
        const before = yield* planned(thing, came)
        assert.deepStrictEqual(before.reasons, [left])
        assert.deepStrictEqual([before.inserts.length, before.deletes.length], [1, 1])
        const sync = syncerOf(thing)
        const first = yield* sync({ records: came })
        assert.deepInclude(first, { status: "warning", inserted: 1, deleted: 1, unchanged: 1 })
        assert.deepStrictEqual(first.reasons, [left])
        assert.deepInclude(yield* sync({ records: came }), { inserted: 0, deleted: 0, unchanged: 2 })
        assert.lengthOf(yield* tableOf(thing), 5)
        assert.lengthOf(yield* sql.unsafe(left.params.statement), 3)
        yield* make("delete from fake_keyless where id is null or kind is null")
        assert.deepInclude(yield* sync({ records: came }), { status: "ok", unchanged: 2 })
      })
    )

    it.effect("are all those of a table that gets its key only now", () =>
      Effect.gen(function* () {
        yield* make("create table fake_fresh (n bigint)", "insert into fake_fresh values (1), (2)")
        const { errorReason, inserts, reasons } = yield* planned(of("fresh"), records)
        assert.deepStrictEqual(
          [errorReason, inserts.length, reasons.map(({ code }) => code)],
          [null, 1, ["load.keyless"]]
        )
        for (const inserted of [1, 0]) {
          const result = yield* syncerOf(of("fresh"))({ records })
          assert.deepInclude(result, { status: "warning", inserted, deleted: 0 })
        }
        assert.lengthOf(yield* tableOf(of("fresh")), 3)
      })
    )
  })
})
