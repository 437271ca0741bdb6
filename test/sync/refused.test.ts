import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerSync } from "../support/source.ts"
import { ids, rows, syncerOf } from "./fixtures.ts"
import { make, rejects } from "./refusedFixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a value that PostgreSQL refuses", () => {
    it.effect("rejects its record and no other, and the old row stays", () =>
      Effect.gen(function* () {
        const thing = entity("priced")
        yield* make("create table fake_priced (id bigint primary key, name text, amount numeric(6,2))")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 50) })
        const changed = rows(1, 50).map((row) =>
          row.id === 30 ? { ...row, amount: "12345.5" } : { ...row, name: "new" }
        )
        const rejected = { id: 52, amount: "many" }
        const records = [...changed.slice(0, 29), rejected, ...changed.slice(29), { id: 51, name: "new" }]
        const result = yield* sync({ records })
        assert.deepInclude(result, {
          status: "warning",
          error: null,
          inserted: 1,
          updated: 49,
          deleted: 0,
          rejected: 2
        })
        assert.match(result.warnings.join(), /refused by PostgreSQL: numeric field overflow; A field with precision 6/)
        const [, refused] = yield* rejects(thing)
        assert.deepInclude(refused, { position: 31, key: { id: "30" } })
        const kept = yield* make("select name, amount from fake_priced where id = 30")
        assert.deepStrictEqual(kept, [{ name: "row 30", amount: "1.50" }])
      })
    )

    it.effect("rejects its record in a plan, too, which writes nothing", () =>
      Effect.gen(function* () {
        const thing = entity("planned_price")
        yield* make("create table fake_planned_price (id bigint primary key, name text, amount numeric(6,2))")
        yield* syncerOf(thing)({ records: rows(1, 50) })
        const records = [
          ...rows(2, 29, "new"),
          { id: 30, amount: "12345.5" },
          { id: 31, amount: "99999" },
          { id: 31, amount: "1" },
          ...rows(32, 50, "new"),
          { id: 51 }
        ]
        const document = yield* Effect.provide(
          plan([thing]),
          layerSync([thing], () => ({ records }))
        )
        const [planned] = document.entities
        assert.deepInclude(planned, { error: null, fetched: 51, rejected: 1, unchanged: 0 })
        assert.deepStrictEqual(
          [planned?.inserts.length, planned?.updates.length, planned?.deletes.map(({ id }) => id)],
          [1, 48, ["1"]]
        )
        assert.match(planned?.warnings.join() ?? "", /refused by PostgreSQL: numeric field overflow/)
        assert.deepStrictEqual(yield* make("select count(*)::integer as n from fake_planned_price"), [{ n: 50 }])
        assert.deepStrictEqual(yield* make("select relname from pg_class where relname like 'staging%'"), [])
        const same = yield* syncerOf(thing)({ records })
        assert.deepInclude(same, { inserted: 1, updated: 48, deleted: 1, rejected: 1 })
      })
    )

    it.effect("is found wherever it is: too long, null, forbidden, twice, too large for an index", () =>
      Effect.gen(function* () {
        const thing = entity("picky", {
          columns: [column("id", "bigint"), column("name", "text"), column("n", "integer"), column("note", "text")]
        })
        yield* make(
          "create table fake_picky (id bigint primary key, name varchar(5) unique, n smallint not null check (n <> 13), note text)"
        )
        yield* make("create index on fake_picky (note)")
        const random = yield* make("select string_agg(md5(n::text), '') as text from generate_series(1, 500) as n")
        const bad = [
          { id: 2, name: "too long", n: 1 },
          { id: 4, name: "d", n: null },
          { id: 6, name: "f", n: 13 },
          { id: 8, name: "a", n: 1 },
          { id: 9, name: "i", n: 40_000 },
          { id: 10, name: "j", n: 1, note: random[0]?.text }
        ]
        const good = [1, 3, 5, 7].map((id) => ({ id, name: "abcdefg"[id - 1], n: 1 }))
        const records = [...good, ...bad].toSorted((left, right) => left.id - right.id)
        const result = yield* syncerOf(thing)({ records })
        assert.deepInclude(result, { inserted: 4, rejected: 6, error: null })
        assert.deepStrictEqual(yield* ids(thing), [1, 3, 5, 7])
        const storedRejects = yield* rejects(thing)
        assert.deepStrictEqual(
          storedRejects.map(({ key, position }) => [Number(key?.id), position]),
          bad.map(({ id }) => [id, id])
        )
        for (const [at, reason] of [
          /too long/,
          /not-null constraint$/,
          /check constraint "fake_picky_n_check"$/,
          /duplicate.*deferrable/,
          /out of range/,
          /index row requires 16016 bytes/
        ].entries()) {
          assert.match(storedRejects[at]?.reason ?? "", reason)
        }
        assert.strictEqual(storedRejects[1]?.field, "n")
      })
    )

    it.effect("names the columns that are too short or too narrow for it, beside constants in such columns", () =>
      Effect.gen(function* () {
        const kind = column("kind", "text", { source: { _tag: "Constant", value: "own" } })
        const thing = entity("limited", {
          columns: [
            column("id", "bigint"),
            kind,
            column("name", "text"),
            column("n", "integer"),
            column("sum", "decimal")
          ]
        })
        yield* make(
          "create table fake_limited (id bigint primary key, kind varchar(3), name varchar(5), n smallint, sum numeric(5,2))"
        )
        const records = [
          { id: 1, name: "right", n: 32_767, sum: "999.99" },
          { id: 2, name: "too long", n: 1, sum: 1 },
          { id: 3, name: "c", n: 32_768, sum: 1 },
          { id: 4, name: "d", n: 1, sum: "999.995" },
          { id: 5, name: "e", n: -32_769, sum: -1000 }
        ]
        assert.deepInclude(yield* syncerOf(thing)({ records }), { inserted: 1, rejected: 4, error: null })
        assert.deepStrictEqual(
          (yield* rejects(thing)).map(({ field }) => field),
          ["name", "n", "sum", "n, sum"]
        )
      })
    )

    it.effect("is told without the whole of a long key, and where such keys are too many nothing is deleted", () =>
      Effect.gen(function* () {
        const thing = entity("long_refused", {
          columns: [column("id", "text"), column("name", "text")],
          guard: { maxDelete: 1, floor: 3, empty: "refuse", maxReject: 1, confirm: "again", cascade: "refuse" }
        })
        const sync = syncerOf(thing)
        const [random] = yield* make("select string_agg(md5(n::text), '') as text from generate_series(1, 1600) as n")
        const long = (count: number) =>
          Array.from({ length: count }, (_, at) => ({ id: `${at} ${random?.text}`, name: "long" }))
        const stored = [{ id: "a" }, { id: "gone" }]
        yield* sync({ records: stored })
        assert.deepInclude(yield* sync({ records: [{ id: "a" }, ...long(3)] }), {
          rejected: 3,
          deleted: 1,
          error: null
        })
        const [first] = yield* rejects(thing)
        assert.strictEqual(first?.key?.id?.length, 501)
        yield* sync({ records: stored })
        const many = yield* sync({ records: [{ id: "a" }, ...long(330)] })
        assert.deepInclude(many, { rejected: 330, deleted: 0, error: null })
        assert.match(many.warnings.join(), /the keys of \d+ rejected records are more than is held of them/)
      })
    )

    it.effect("is also one that a trigger of the table's owner raises about, in the owner's words", () =>
      Effect.gen(function* () {
        const thing = entity("guarded")
        yield* make("create table fake_guarded (id bigint primary key, name text, amount numeric)")
        yield* make(`create function no_gifts() returns trigger language plpgsql as
          $$ begin if new.amount = 0 then raise exception 'no gifts, please'; end if; return new; end $$`)
        yield* make("create trigger no_gifts before insert on fake_guarded for each row execute function no_gifts()")
        const records = rows(1, 40).map((row) => (row.id % 15 === 0 ? { ...row, amount: 0 } : row))
        const result = yield* syncerOf(thing)({ records })
        assert.deepInclude(result, { status: "warning", error: null, inserted: 38, rejected: 2 })
        const storedRejects = yield* rejects(thing)
        assert.deepStrictEqual(
          storedRejects.map(({ key, position, reason }) => [key?.id, position, reason]),
          [15, 30].map((id) => [String(id), id, "refused by PostgreSQL: no gifts, please"])
        )
      })
    )

    it.effect("of which no row is the cause fails the run with the words of who refused", () =>
      Effect.gen(function* () {
        const thing = entity("closed", { mode: "replace" })
        yield* make("create table fake_closed (id bigint primary key, name text, amount numeric)")
        yield* make(`create function closed() returns trigger language plpgsql as
          $$ begin raise exception 'closed on %', 'Sundays' using hint = 'come tomorrow'; end $$`)
        yield* make("create trigger closed before delete on fake_closed for each row execute function closed()")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 4) })
        const result = yield* sync({ records: rows(1, 3) })
        assert.deepInclude(result, { status: "failed", deleted: 0 })
        assert.match(result.error ?? "", /closed on Sundays/)
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4])
      })
    )

    it.effect("does not let an earlier record of its key take its place", () =>
      Effect.gen(function* () {
        const thing = entity("folded")
        yield* make("create table fake_folded (id bigint primary key, name text, amount numeric(4,2))")
        const sync = syncerOf(thing)
        yield* sync({ records: rows(1, 3) })
        const twice = [{ id: 2, name: "earlier", amount: "2" }, ...rows(1, 3), { id: 2, name: "later", amount: "999" }]
        const result = yield* sync({ records: twice })
        assert.deepInclude(result, { rejected: 1, unchanged: 2, updated: 0, deleted: 0 })
        assert.match(result.warnings.join(), /2 duplicates of a key were folded/)
        assert.deepStrictEqual(yield* make("select name from fake_folded where id = 2"), [{ name: "row 2" }])
      })
    )

    it.effect("does not matter where a later record of its key takes its place", () =>
      Effect.gen(function* () {
        const thing = entity("given_way")
        yield* make("create table fake_given_way (id bigint primary key, name text, amount numeric(4,2))")
        const result = yield* syncerOf(thing)({ records: [{ id: 2, name: "earlier", amount: "999" }, ...rows(1, 3)] })
        assert.deepInclude(result, { status: "warning", error: null, inserted: 3, rejected: 0 })
        assert.match(result.warnings.join(), /^1 duplicate of a key was folded/)
      })
    )

    it.effect("among many staged rows, two of them, is found too", () =>
      Effect.gen(function* () {
        const thing = entity("many")
        yield* make("create table fake_many (id bigint primary key, name text, amount numeric(6,2))")
        const long = "x".repeat(900)
        const records = rows(1, 12_000, long).map((row) =>
          row.id === 7 || row.id === 11_900 ? { ...row, amount: "99999" } : row
        )
        assert.deepInclude(yield* syncerOf(thing)({ records }), { inserted: 11_998, rejected: 2, error: null })
        assert.deepStrictEqual(
          (yield* rejects(thing)).map(({ key }) => key?.id),
          ["7", "11900"]
        )
      })
    )
  })
})
