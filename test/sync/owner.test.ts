import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Column } from "../../core/config/Column.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { syncer, syncerOf, tableOf } from "./fixtures.ts"

/** The owner's type, the declared type, the value sent, and the value in the table. */
const owned: ReadonlyArray<readonly [string, Column["type"], unknown, string]> = [
  ["varchar(5)", "text", "abc  ", "abc  "],
  ["varchar(3)", "text", "abc  ", "abc"],
  ["char(5)", "text", "abc", "abc"],
  ["own_text", "text", "abc", "abc"],
  ["smallint", "integer", 7, "7"],
  ["smallint", "bigint", 7, "7"],
  ["real", "double", 1.1, "1.1"],
  ["numeric(10,2)", "decimal", "1.239", "1.24"],
  ["own_price", "decimal", "1.239", "1.2"],
  ["timestamp", "timestamp", "2026-01-01T03:00:00+03:00", "2026-01-01 00:00:00"],
  ["timestamptz(0)", "timestamp", "2026-01-01T00:00:00.700Z", "2026-01-01 00:00:01+00"],
  ["json", "json", { b: [1, "x"], a: null }, '{"a": null, "b": [1, "x"]}']
]

const thing = entity("owned", {
  columns: [column("id", "bigint"), ...owned.map(([, type], at) => column(`c${at}`, type))]
})

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a table that somebody else made", () => {
    it.effect("keeps its types, and what it rounded is not updated by every run", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create domain own_text as varchar(10) check (value <> 'forbidden')`
        yield* sql`create domain own_price as numeric(6,1)`
        yield* sql.unsafe(
          `create table fake_owned (id bigint primary key, ${owned.map(([type], at) => `c${at} ${type}`).join(", ")})`
        )
        const sync = syncerOf(thing)
        const record = { id: 1, ...Object.fromEntries(owned.map(([, , value], at) => [`c${at}`, value])) }
        const first = yield* sync({ records: [record] })
        assert.strictEqual(first.error, null)
        assert.deepInclude(first, { status: "warning", inserted: 1 })
        const lost = (at: number, type: string, came: string, held: string) => ({
          code: "load.rounded",
          params: { column: `c${at}`, type, count: 1, key: "id 1", came, held }
        })
        assert.deepStrictEqual(first.reasons, [
          lost(1, "character varying(3)", "abc  ", "abc"),
          lost(7, "numeric(10,2)", "1.239", "1.24"),
          lost(8, "numeric(6,1)", "1.239", "1.2"),
          lost(10, "timestamp(0) with time zone", "2026-01-01 00:00:00.7+00", "2026-01-01 00:00:01+00")
        ])
        const [row] = yield* sql.unsafe(`select ${owned.map((_, at) => `c${at}::text`).join(", ")} from fake_owned`)
        assert.deepStrictEqual(row, Object.fromEntries(owned.map(([, , , shown], at) => [`c${at}`, shown])))
        assert.deepInclude(yield* sync({ records: [record] }), { status: "ok", unchanged: 1, updated: 0 })
        const changed = { ...record, c9: "2026-01-01T00:00:01Z", c11: { b: [1, "y"], a: null } }
        assert.deepInclude(yield* sync({ records: [changed] }), { updated: 1 })
        const types = yield* sql<{ type: string }>`
          select format_type(atttypid, atttypmod) as type from pg_attribute
          where attrelid = 'fake_owned'::regclass and attname in ('c1', 'c3', 'c4', 'c11') order by attnum`
        assert.deepStrictEqual(
          types.map(({ type }) => type),
          ["character varying(3)", "own_text", "smallint", "json"]
        )
      })
    )

    it.effect("tells what it rounds of the rows that are written, in a run and in a plan, each column once", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table fake_coarse (id bigint primary key, price numeric(6,2), rate real, prices numeric(6,2)[])`
        const coarse = entity("coarse", {
          columns: [
            column("id", "bigint"),
            column("price", "decimal"),
            column("rate", "double"),
            column("prices", "decimal", { array: true })
          ]
        })
        const sync = syncerOf(coarse)
        const records = [
          { id: 1, price: "1.5", rate: 16777216, prices: ["1", "2.5"] },
          { id: 2, price: "1.239", rate: 1.123456789, prices: [] },
          { id: 3, price: "-0.001", rate: null, prices: ["0.125"] }
        ]
        const rounded = (column: string, type: string, count: number, id: number, came: string, held: string) => ({
          code: "load.rounded",
          params: { column, type, count, key: `id ${id}`, came, held }
        })
        const all = [
          rounded("price", "numeric(6,2)", 2, 2, "1.239", "1.24"),
          rounded("rate", "real", 1, 2, "1.123456789", "1.1234568"),
          rounded("prices", "numeric(6,2)[]", 1, 3, "{0.125}", "{0.13}")
        ]
        const engine = layerRegistry([coarse], () => ({ records }))
        const planned = yield* Effect.provide(plan([coarse]), engine)
        assert.deepStrictEqual(planned.entities[0]?.reasons, all)
        assert.deepStrictEqual((yield* sync({ records })).reasons, all)
        assert.deepInclude(yield* sync({ records }), { status: "ok", unchanged: 3 })
        const changed = yield* sync({ records: records.map((one) => (one.id === 3 ? { ...one, rate: 2 } : one)) })
        assert.deepStrictEqual(changed.reasons, [
          rounded("price", "numeric(6,2)", 1, 3, "-0.001", "0.00"),
          rounded("prices", "numeric(6,2)[]", 1, 3, "{0.125}", "{0.13}")
        ])
      })
    )

    it.effect("by a key of characters keeps the rows of records that were rejected", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        for (const [table, type] of [
          ["lettered", "char(4)"],
          ["short", "varchar(1)"]
        ] as const) {
          yield* sql.unsafe(`create table fake_${table} (id ${type} primary key, amount numeric)`)
          const lettered = entity(table, { columns: [column("id", "text"), column("amount", "decimal")] })
          const sync = syncerOf(lettered)
          // So many rows that one rejected record is within the limit.
          const others = [..."bcdefghijklmnopqrstuvwxyz"].map((id) => ({ id, amount: 1 }))
          yield* sync({ records: [{ id: "a ", amount: 1 }, ...others] })
          const result = yield* sync({ records: [{ id: "a ", amount: "many" }, ...others] })
          assert.deepInclude(result, { rejected: 1, unchanged: 25, deleted: 0 }, type)
          assert.lengthOf(yield* tableOf(lettered), 26)
        }
      })
    )

    it.effect("whose key would be rounded is refused, with the statement that mends it", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        for (const [at, [type, declared, exact]] of (
          [
            ["numeric(10,2)", "decimal", "numeric"],
            ["real", "double", "double precision"],
            ["time(3)", "time", "time without time zone"],
            ["timestamptz(0)", "timestamp", "timestamp with time zone"]
          ] as const
        ).entries()) {
          yield* sql.unsafe(`create table fake_rounded_${at} (id ${type} primary key)`)
          const rounded = entity(`rounded_${at}`, { columns: [column("id", declared)] })
          const { error } = yield* syncerOf(rounded)({ records: [] })
          assert.match(error ?? "", new RegExp(`part of the key, and .* would round it; .* type ${exact}$`), type)
        }
      })
    )

    const advice = [
      ["double precision", "decimal", "Declare it as double,"],
      ["timestamp without time zone", "text", "Declare it as timestamp,"],
      ["character varying", "bigint", "Declare it as text,"],
      ["money", "decimal", "No declared type is stored so,"]
    ] as const
    it.effect("is not what is declared: the advice names a type that can be declared", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        for (const [at, [type, declared, message]] of advice.entries()) {
          yield* sql.unsafe(`create table fake_advice_${at} (id bigint primary key, x ${type})`)
          const wanted = entity(`advice_${at}`, { columns: [column("id", "bigint"), column("x", declared)] })
          assert.include((yield* syncerOf(wanted)({ records: [] })).error, message)
        }
      })
    )

    it.effect(
      "with a column that takes no null and that nothing fills is refused with what to do, before it is read",
      () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* sql`create table fake_strict (id bigint primary key, name text, owner text not null, "Since" date not null)`
          const columns = [column("id", "bigint"), column("name", "text")]
          const thing = entity("strict", { columns })
          const result = yield* syncerOf(thing)({ records: [{ id: 1 }, { id: 2 }] })
          assert.deepInclude(result, { status: "failed", rejected: 0 })
          assert.match(
            result.error ?? "",
            /public\.fake_strict has .* no field fills them \(owner, Since\).*Declare them, or .*: alter table "public"\."fake_strict" alter column "owner" drop not null, alter column "Since" drop not null$/
          )
          const rejects =
            yield* sql`select from tributary.sync_reject as r join tributary.sync_log as l on l.id = r.run_id where l.entity = 'strict'`
          assert.strictEqual(rejects.length, 0)
          yield* sql`alter table fake_strict alter owner set default 'me', alter "Since" drop not null`
          assert.deepInclude(yield* syncerOf(thing)({ records: [{ id: 1 }] }), { status: "ok", inserted: 1 })
        })
    )

    it.effect("is loaded where another entity, a trigger, a default of the type or an identity fills the column", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create domain own_day as date default '2026-01-01'`
        yield* sql`create table fake_defaulted (id bigint primary key, day own_day not null,
          n bigint not null generated by default as identity)`
        const defaulted = entity("defaulted", { columns: [column("id", "bigint")] })
        assert.deepInclude(yield* syncerOf(defaulted)({ records: [{ id: 1 }] }), { status: "ok", inserted: 1 })
        yield* sql`create table fake_filled (id bigint primary key, owner text not null)`
        yield* sql`create function own_owner() returns trigger language plpgsql as
          $$ begin if new.id < 10 then new.owner := 'me'; end if; return new; end $$`
        yield* sql`create trigger owner before insert on fake_filled for each row execute function own_owner()`
        const thing = entity("filled", { columns: [column("id", "bigint")] })
        assert.deepInclude(yield* syncerOf(thing)({ records: [{ id: 1 }, { id: 2 }] }), { status: "ok", inserted: 2 })
        const failed = yield* syncerOf(thing)({ records: [{ id: 1 }, { id: 2 }, { id: 10 }] })
        assert.deepInclude(failed, { status: "failed", inserted: 0, rejected: 0 })
        assert.match(failed.error ?? "", /null value in column "owner" .*; no field fills that column: declare one/)
        // Nothing fills it if the trigger is off, or fires after the insert.
        for (const change of [
          "alter table fake_filled disable trigger owner",
          "drop trigger owner on fake_filled; create trigger owner after insert on fake_filled for each row execute function own_owner()"
        ]) {
          for (const statement of change.split("; ")) yield* sql.unsafe(statement)
          assert.match((yield* syncerOf(thing)({ records: [{ id: 1 }] })).error ?? "", /no field fills them \(owner\)/)
        }
      })
    )

    it.effect("in which two entities fill the columns takes the one that only adds to the rows of the other", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table fake_two (id bigint primary key, owner text not null, more text)`
        const table = { schema: "public", name: "fake_two" }
        const owned = entity("owned_two", { table, columns: [column("id", "bigint"), column("owner", "text")] })
        const added = entity("added_two", {
          table,
          mode: "upsert",
          columns: [column("id", "bigint"), column("more", "text")]
        })
        const sync = syncer([owned, added])
        yield* sync({ records: [{ id: 1, owner: "me" }] }, [owned])
        const [result] = yield* sync({ records: [{ id: 1, more: "x" }] }, [added])
        assert.deepInclude(result, { status: "ok", updated: 1 })
        assert.deepStrictEqual(yield* sql`select owner, more from fake_two`, [{ owner: "me", more: "x" }])
      })
    )

    const computed = [
      ["n integer generated always as (1) stored", "alter column n drop expression"],
      ["n integer generated always as (1)", "drop column n"],
      ["n integer generated always as identity", "alter column n set generated by default"]
    ] as const
    it.effect("with a declared column that PostgreSQL itself fills is refused with what to do", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        for (const [at, [definition, change]] of computed.entries()) {
          yield* sql.unsafe(`create table fake_computed_${at} (id bigint primary key, ${definition})`)
          const sync = syncerOf(entity(`computed_${at}`, { columns: [column("id", "bigint"), column("n", "integer")] }))
          const { error } = yield* sync({ records: [{ id: 1, n: 7 }] })
          assert.include(error, `public.fake_computed_${at}.n is filled by PostgreSQL itself`)
          const remedy = `alter table "public"."fake_computed_${at}" ${change}`
          assert.isTrue(error?.endsWith(remedy), `${error}`)
          yield* sql.unsafe(remedy)
          assert.deepInclude(yield* sync({ records: [{ id: 1, n: 7 }] }), { status: "ok", inserted: 1 })
        }
      })
    )

    it.effect("and is a view, is refused as such", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create view fake_seen as select 1::bigint as id`
        const result = yield* syncerOf(entity("seen", { columns: [column("id", "bigint")] }))({ records: [] })
        assert.match(result.error ?? "", /public\.fake_seen is a view/)
      })
    )
  })
})
