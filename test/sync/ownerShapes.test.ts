/** Tables as owners really make them: whatever PostgreSQL allows is loaded as declared, or refused with what to do. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { ids, rows, syncerOf, tableOf } from "./fixtures.ts"

const make = Effect.fnUntraced(function* (...statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  for (const statement of statements) yield* sql.unsafe(statement)
})

const planned = (thing: Entity, records: ReadonlyArray<SourceRecord>) =>
  plan([thing]).pipe(Effect.provide(layerRegistry([thing], () => ({ records }))))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a column of a type that lists its values", () => {
    it.effect("takes those, rejects others, and is not updated by every run; a plan says the same", () =>
      Effect.gen(function* () {
        yield* make(
          "create type mood as enum ('sad', 'fine')",
          "create domain good_mood as mood check (value <> 'sad')",
          "create table fake_moody (id bigint primary key, feels mood, shows good_mood)"
        )
        const thing = entity("moody", {
          columns: [column("id", "bigint"), column("feels", "text"), column("shows", "text")],
          guard: { ...entity("moody").guard, maxReject: 0.9 }
        })
        const records = [
          { id: 1, feels: "sad", shows: "fine" },
          { id: 2, feels: null, shows: null },
          { id: 3, feels: "great", shows: "fine" },
          { id: 4, feels: "fine", shows: "sad" }
        ]
        const document = yield* planned(thing, records)
        assert.deepInclude(document.entities[0], { error: null, rejected: 2 })
        const sync = syncerOf(thing)
        const first = yield* sync({ records })
        assert.deepInclude(first, { status: "warning", inserted: 2, rejected: 2 })
        assert.match(first.warnings.join(), /invalid input value for enum mood: "great"/)
        assert.deepInclude(yield* sync({ records: records.slice(0, 2) }), { status: "ok", unchanged: 2 })
        assert.deepInclude(yield* sync({ records: [{ id: 1, feels: "fine", shows: "fine" }] }), {
          updated: 1,
          deleted: 1
        })
        const next = yield* planned(thing, [
          { id: 1, feels: "sad", shows: "fine" },
          { id: 5, feels: "fine" }
        ])
        const [applied] = yield* apply(next, null).pipe(Effect.provide(layerRegistry([thing], () => ({}))))
        assert.deepInclude(applied, { status: "ok", updated: 1, inserted: 1 })
      })
    )

    it.effect("may be of the key: a rejected record keeps its row, and one of no such key keeps none", () =>
      Effect.gen(function* () {
        yield* make(
          "create type colour as enum ('red', 'green', 'blue')",
          "create table fake_coloured (id colour primary key, amount numeric)"
        )
        const thing = entity("coloured", {
          columns: [column("id", "text"), column("amount", "decimal")],
          guard: { ...entity("coloured").guard, maxReject: 0.9 }
        })
        const sync = syncerOf(thing)
        yield* sync({ records: ["red", "green", "blue"].map((id) => ({ id, amount: 1 })) })
        const result = yield* sync({
          records: [
            { id: "red", amount: 2 },
            { id: "green", amount: "many" },
            { id: "pink", amount: "many" },
            { id: "mauve", amount: 3 }
          ]
        })
        assert.deepInclude(result, { status: "warning", updated: 1, deleted: 1, rejected: 3, error: null })
        assert.deepStrictEqual(
          (yield* tableOf(thing)).map(({ id }) => id),
          ["red", "green"]
        )
      })
    )
  })

  describe("a value that rows of another table refer to", () => {
    it.effect("takes them along where it is no key and that is declared, which run, plan and apply count", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("coded", { columns: [column("id", "bigint"), column("name", "text")] })
        yield* make(
          "create table fake_coded (id bigint primary key, name text unique)",
          "create table own_code (id bigint references fake_coded on update cascade, name text references fake_coded (name) on update cascade)",
          "create table own_code_null (name text references fake_coded (name) on update set null)"
        )
        const sync = syncerOf(thing)
        assert.deepInclude(yield* sync({ records: rows(1, 4) }), { status: "ok", notes: [] })
        yield* make(
          "insert into own_code values (1, 'row 1'), (2, 'row 1'), (3, 'row 2'), (4, null)",
          "insert into own_code_null values ('row 1'), ('row 4')"
        )
        assert.deepInclude(yield* sync({ records: [...rows(1, 2), ...rows(3, 3, "new"), ...rows(4, 4)] }), {
          notes: []
        })
        const next = [...rows(1, 2, "new"), ...rows(3, 3, "new"), ...rows(4, 4)]
        const note =
          "with what is changed, foreign keys (own_code_name_fkey, own_code_null_name_fkey) change 4 rows in public.own_code, public.own_code_null"
        const document = yield* planned(thing, next)
        assert.deepStrictEqual(document.entities[0]?.notes, [note])
        const [applied] = yield* apply(document, null).pipe(Effect.provide(layerRegistry([thing], () => ({}))))
        assert.deepInclude(applied, { status: "ok", updated: 2, notes: [note] })
        const back = yield* sync({ records: [...rows(1, 2), ...rows(3, 3, "new"), ...rows(4, 4)] })
        assert.deepInclude(back, {
          status: "ok",
          updated: 2,
          notes: [
            note
              .replace(/ \(.*\)/, " (own_code_name_fkey)")
              .replace("4 rows in public.own_code, public.own_code_null", "3 rows in public.own_code")
          ]
        })
        assert.deepStrictEqual(yield* sql`select id::integer, name from own_code order by 1`, [
          { id: 1, name: "row 1" },
          { id: 2, name: "row 1" },
          { id: 3, name: "row 2" },
          { id: 4, name: null }
        ])
      })
    )

    it.effect("takes them along where one foreign key alone declares it", () =>
      Effect.gen(function* () {
        const thing = entity("coded_once", { columns: [column("id", "bigint"), column("name", "text")] })
        yield* make(
          "create table fake_coded_once (id bigint primary key, name text unique)",
          "create table own_once (name text references fake_coded_once (name) on update cascade)"
        )
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 2) })
        yield* make("insert into own_once values ('row 1')")
        const note = "with what is changed, foreign keys (own_once_name_fkey) change 1 row in public.own_once"
        const document = yield* planned(thing, rows(1, 2, "new"))
        assert.deepStrictEqual(document.entities[0]?.notes, [note])
        const [applied] = yield* apply(document, null).pipe(Effect.provide(layerRegistry([thing], () => ({}))))
        assert.deepInclude(applied, { status: "ok", updated: 2, notes: [note] })
        assert.deepInclude(yield* sync({ records: rows(1, 2) }), { status: "ok", updated: 2, notes: [note] })
      })
    )

    it.effect("is never one of the key: another key is another row, and what refers to the old one keeps it", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = entity("rekeyed")
        yield* syncerOf(thing)({ records: rows(1, 5) })
        yield* make(
          "create table own_rekeyed (thing bigint references fake_rekeyed on update cascade)",
          "insert into own_rekeyed values (5)"
        )
        // The record of 5 has the key 6 now.
        const result = yield* syncerOf(thing)({ records: [...rows(1, 4), { id: 6, name: "row 5", amount: "1.50" }] })
        assert.deepInclude(result, { status: "warning", inserted: 1, updated: 0, deleted: 0, notes: [] })
        assert.strictEqual(result.reasons[0]?.code, "run.referred")
        assert.deepStrictEqual(yield* sql`select thing::integer from own_rekeyed`, [{ thing: 5 }])
      })
    )
  })

  it.effect("a key that its column does not take is a rejected record, and what is gone goes all the same", () =>
    Effect.gen(function* () {
      for (const [name, type] of [
        ["short_key", "smallint"],
        ["digits_key", "numeric(5,0)"]
      ] as const) {
        yield* make(`create table fake_${name} (id ${type} primary key, name text, amount numeric)`)
        const sync = syncerOf(entity(name, { guard: { ...entity(name).guard, maxReject: 1 } }))
        yield* sync({ records: rows(1, 6) })
        const result = yield* sync({ records: [...rows(2, 7), { id: 700_000, name: "far", amount: 1 }] })
        assert.deepInclude(result, { status: "warning", error: null, inserted: 1, deleted: 1, rejected: 1 }, name)
        assert.deepStrictEqual(yield* ids(entity(name)), [2, 3, 4, 5, 6, 7])
      }
    })
  )

  it.effect("a domain that takes no null rejects the record that has none, and no other", () =>
    Effect.gen(function* () {
      yield* make(
        "create domain named as text not null",
        "create table fake_domained (id bigint primary key, name named, amount numeric)"
      )
      const thing = entity("domained", { guard: { ...entity("domained").guard, maxReject: 0.9 } })
      const result = yield* syncerOf(thing)({ records: [...rows(1, 3), { id: 4, amount: 1 }] })
      assert.deepInclude(result, { status: "warning", error: null, inserted: 3, rejected: 1 })
      assert.match(result.warnings.join(), /domain named does not allow null values/)
      // One that nothing fills would refuse every new row.
      yield* make(
        "alter table fake_domained add more named default 'x'",
        "alter table fake_domained alter more drop default"
      )
      const unfilled = yield* syncerOf(thing)({ records: rows(1, 4) })
      assert.strictEqual(unfilled.errorReason?.code, "table.unfilled")
    })
  )

  it.effect("columns by the names that a load uses itself are columns", () =>
    Effect.gen(function* () {
      const names = ["_id", "_row", "_keep_0", "_stay", "_lost_0", "n", "of", "at", "held", "value", "rows"]
      const thing = entity("odd", { columns: [column("id", "bigint"), ...names.map((name) => column(name, "text"))] })
      const record = (id: number, text: string) => ({ id, ...Object.fromEntries(names.map((name) => [name, text])) })
      const sync = syncerOf(thing)
      assert.deepInclude(yield* sync({ records: [record(1, "a"), record(2, "a"), record(2, "b")] }), {
        error: null,
        inserted: 2
      })
      const next = [record(2, "c"), record(3, "c")]
      const document = yield* planned(thing, next)
      assert.deepInclude(document.entities[0], { error: null })
      assert.deepInclude(yield* sync({ records: next }), { status: "ok", inserted: 1, updated: 1, deleted: 1 })
    })
  )

  it.effect("a table that inherits, is unlogged, or counts and makes columns itself is loaded like any other", () =>
    Effect.gen(function* () {
      yield* make(
        "create table own_base (id bigint, name text)",
        "create unlogged table fake_grown (own integer generated always as identity, amount numeric, twice numeric generated always as (amount * 2) stored, during tstzrange default tstzrange(now(), null), primary key (id), exclude using gist (during with &&) where (amount > 1000)) inherits (own_base)"
      )
      const sync = syncerOf(entity("grown"))
      assert.deepInclude(yield* sync({ records: rows(1, 8) }), { status: "ok", inserted: 8 })
      const next = [...rows(2, 2, "new"), ...rows(3, 9)]
      assert.deepInclude(yield* sync({ records: next }), {
        status: "ok",
        inserted: 1,
        updated: 1,
        deleted: 1,
        unchanged: 6
      })
      assert.deepStrictEqual(yield* ids(entity("grown")), [2, 3, 4, 5, 6, 7, 8, 9])
    })
  )
})
