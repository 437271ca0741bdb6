/** Keys of an owner's table that a mirror cannot find its rows by: reported with a remedy, in plan, sync and apply. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { targetOf } from "../../core/config/RunTarget.ts"
import { withVersions } from "../../core/config/VersionedEntity.ts"
import * as Runs from "../../core/database/audit/Runs.ts"
import type { Reason } from "../../core/reason/Reason.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { syncerOf, tableOf } from "./fixtures.ts"

const make = Effect.fnUntraced(function* (...statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  for (const statement of statements) yield* sql.unsafe(statement)
})

const planned = (thing: Entity, records: ReadonlyArray<SourceRecord>) =>
  Effect.gen(function* () {
    const { entities } = yield* Effect.provide(
      plan([thing]),
      layerRegistry([thing], () => ({ records }))
    )
    return yield* Effect.fromNullishOr(entities[0])
  })

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
  describe("keys that the table holds equal, though they differ", () => {
    const kinds = [
      ["own_ci", "text collate own_ci", "id has the collation public.own_ci", "A", "a"],
      ["domain", "own_name", "id has the collation public.own_ci", "A", "a"],
      ["citext", "citext", "id is citext", "A", "a"],
      ["fixed", "char(4)", "id is character(4)", "a", "a "],
      ["short", "varchar(1)", "id is character varying(1)", "a", "a "]
    ] as const
    const named = (name: string, more: Partial<Entity> = {}) =>
      entity(`like_${name}`, { columns: [column("id", "text"), column("n", "integer")], ...more })
    const prepared = make(
      "create schema if not exists own",
      "create extension if not exists citext schema public",
      "create collation if not exists own_ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
      "do $$ begin create domain own_name as text collate own_ci; exception when duplicate_object then null; end $$"
    )

    it.effect.each(kinds)("are one row, the last one, and told with both in plan, apply and sync: %s", (kind) =>
      Effect.gen(function* () {
        const [name, type, how, one, other] = kind
        yield* prepared
        const thing = named(name)
        yield* make(`create table fake_like_${name} (id ${type} primary key, n integer,
          _first_seen_at timestamptz not null default now(), _changed_at timestamptz not null default now())`)
        const came = [
          { id: one, n: 1 },
          { id: "b", n: 2 },
          { id: other, n: 3 }
        ]
        const expected: Reason = {
          code: "load.alike",
          params: { count: 1, first: `id ${one}`, last: `id ${other}`, how }
        }
        const layer = layerRegistry([thing], () => ({ records: came }))
        const document = yield* Effect.provide(plan([thing]), layer)
        const [before] = document.entities
        assert.deepInclude(before?.reasons ?? [], expected)
        assert.deepStrictEqual(before?.inserts.map(({ n }) => n).toSorted(), ["2", "3"])
        const [applied] = yield* Effect.provide(apply(document, null), layer)
        assert.deepInclude(applied, { inserted: 2, error: null })
        assert.deepInclude(applied?.reasons ?? [], expected)
        const sync = syncerOf(thing)
        for (const run of [yield* sync({ records: came }), yield* sync({ records: came })]) {
          assert.deepInclude(run, { status: "warning", inserted: 0, updated: 0, unchanged: 2, deleted: 0 })
          assert.deepInclude(run.reasons, expected)
        }
        const turned = yield* sync({ records: came.toReversed() })
        assert.deepInclude(turned, { inserted: 0, updated: 1, unchanged: 1, deleted: 0 })
        const alone = yield* sync({ records: came.slice(1) })
        assert.notDeepInclude(alone.reasons, expected)
        assert.deepInclude(alone, { inserted: 0, updated: 1, unchanged: 1, deleted: 0 })
      })
    )

    it.effect.each(kinds.filter(([name]) => name !== "fixed" && name !== "short"))(
      "are one row that gets the writing of the source, in plan, apply and sync: %s",
      ([name, type, , one, other]) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* prepared
          const table = `fake_like_rewritten_${name}`
          const about = { key: ["id", "m"], history: { schema: "public", name: `${table}_times` } } as const
          const thing = entity(`like_rewritten_${name}`, {
            columns: [column("id", "text"), column("m", "integer"), column("n", "integer")],
            ...about
          })
          yield* make(
            `create table ${table} (id ${type}, m integer, n integer, primary key (id, m))`,
            `create table ${table}_lines (id ${type}, m integer, foreign key (id, m) references ${table} on update cascade)`
          )
          const sync = syncerOf(thing)
          const row = (id: string, n: number) => ({ id, m: 1, n })
          yield* sync({ records: [row(one, 1), row("b", 2)] })
          yield* make(`insert into ${table}_lines values ('${one}', 1)`)
          const renamed = [row(other, 1), row("b", 2)]
          const layer = layerRegistry([thing], () => ({ records: renamed }))
          const document = yield* Effect.provide(plan([thing]), layer)
          const [planned] = document.entities
          assert.deepEqual(planned?.updates, [
            { key: { id: one, m: "1" }, changes: [{ column: "id", from: one, to: other }] }
          ])
          assert.include(planned?.noteReasons?.map(({ code }) => code) ?? [], "load.followed")
          const [applied] = yield* Effect.provide(apply(document, null), layer)
          assert.deepInclude(applied, { inserted: 0, updated: 1, deleted: 0, error: null })
          const stored = sql<{ id: string }>`select id::text from ${sql(table)} order by n`
          assert.deepEqual(yield* stored, [{ id: other }, { id: "b" }])
          assert.deepInclude(yield* sync({ records: renamed }), { status: "ok", updated: 0, unchanged: 2 })
          const turned = yield* sync({ records: [row(one, 1), row("b", 2)] })
          assert.deepInclude(turned, { status: "ok", inserted: 0, updated: 1, unchanged: 1, deleted: 0 })
          assert.deepEqual(yield* stored, [{ id: one }, { id: "b" }])
          assert.deepEqual(yield* sql`select id::text from ${sql(`${table}_lines`)}`, [{ id: one }])
          yield* make(`delete from ${table}_lines`)
          yield* sync({ records: [row("b", 2), row("c", 3), row("d", 4)] })
          const open = yield* sql`select id from ${sql(`${table}_times`)} where ended_at is null order by id`
          assert.deepEqual(open, [{ id: "b" }, { id: "c" }, { id: "d" }])
        })
    )

    it.effect("keep one open version of a row whose key is written otherwise", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* prepared
        yield* make("create table fake_like_kept (id citext primary key, n integer)")
        const versions = { schema: "public", name: "fake_like_kept_versions" }
        const thing = withVersions(named("kept", { mode: "upsert", versions }))
        const sync = syncerOf(thing)
        yield* sync({ records: [{ id: "A", n: 1 }] })
        assert.deepInclude(yield* sync({ records: [{ id: "a", n: 2 }] }), { status: "ok", updated: 1, inserted: 0 })
        assert.deepEqual(yield* sql`select id::text, n from fake_like_kept`, [{ id: "a", n: 2 }])
        const kept = yield* sql`
          select id, valid_to is null as open, content ->> 'n' as n from fake_like_kept_versions order by valid_from`
        assert.deepEqual(kept, [
          { id: "A", open: false, n: "1" },
          { id: "a", open: true, n: "2" }
        ])
      })
    )

    it.effect("are told likewise where PostgreSQL refuses another record, and a rejected one keeps the row", () =>
      Effect.gen(function* () {
        yield* prepared
        yield* make("create table fake_like_refused (id text collate own_ci primary key, n smallint)")
        const sync = syncerOf(named("refused"))
        const others = Array.from({ length: 40 }, (_, at) => ({ id: `x${at}`, n: at }))
        const came = [{ id: "A", n: 1 }, { id: "B", n: 40_000 }, ...others, { id: "a", n: 2 }]
        const first = yield* sync({ records: came })
        assert.deepInclude(first, { status: "warning", inserted: 41, rejected: 1 })
        assert.includeMembers(
          first.reasons.map(({ code }) => code),
          ["load.alike", "run.folded", "run.rejected"]
        )
        const broken = yield* sync({ records: [{ id: "A", n: "much" }, ...others] })
        assert.deepInclude(broken, { rejected: 1, deleted: 0, unchanged: 40 })
      })
    )

    it.effect("by a type that the search_path does not lead to are refused with how it does", () =>
      Effect.gen(function* () {
        yield* prepared
        yield* make(
          "create table fake_like_unseen (id citext primary key, n integer)",
          "alter extension citext set schema own"
        )
        const thing = named("unseen")
        const came = [{ id: "A", n: 1 }]
        const result = yield* syncerOf(thing)({ records: came })
        assert.match(
          result.error ?? "",
          /its type own\.citext.*: alter role current_user set search_path = "\$user", public, own$/
        )
        assert.deepStrictEqual((yield* planned(thing, came)).errorReason, result.errorReason)
        yield* make("alter extension citext set schema public")
        assert.deepInclude(yield* syncerOf(thing)({ records: came }), { status: "ok", inserted: 1 })
      })
    )

    it.effect("in other columns are different values", () =>
      Effect.gen(function* () {
        yield* prepared
        yield* make(
          "create table fake_like_values (id text primary key, c text collate own_ci, x citext, l text[] collate own_ci)"
        )
        const columns = [
          column("id", "text"),
          column("c", "text"),
          column("x", "text"),
          column("l", "text", { array: true })
        ]
        const sync = syncerOf(named("values", { columns }))
        yield* sync({ records: [{ id: "1", c: "Bar", x: "Bar", l: ["Bar"] }] })
        for (const changed of [{ c: "bar" }, { x: "bar" }, { l: ["bar"] }]) {
          const record = { id: "1", c: "Bar", x: "Bar", l: ["Bar"], ...changed }
          assert.deepInclude(yield* sync({ records: [record] }), { status: "ok", updated: 1 })
          assert.deepInclude(yield* sync({ records: [record] }), { status: "ok", unchanged: 1 })
        }
      })
    )
  })
})
