/** Keys that a table of its owner finds equal although they are written otherwise: one row, which gets the writing of the source. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { withVersions } from "../../core/config/VersionedEntity.ts"
import type { Reason } from "../../core/reason/Reason.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { syncer, syncerOf } from "./fixtures.ts"
import { make, planned } from "./ownerFixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
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

    it.effect(
      "only in the table of children or only in that of their parents are refused with how to make them alike",
      () =>
        Effect.gen(function* () {
          yield* prepared
          for (const [name, outer, own, statement] of [
            ["fine", "text", "citext", '"parent_id" type text'],
            ["broad", "text collate own_ci", "text", '"parent_id" type text collate public.own_ci']
          ] as const) {
            const parent = named(`outer_${name}`, { mode: "upsert" })
            const above = { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } as const
            const child = named(`inner_${name}`, {
              parent: parent.name,
              records: "/parts",
              key: ["parent_id", "n"],
              columns: [column("parent_id", "text", { source: above }), column("n", "integer")]
            })
            yield* make(
              `create table fake_like_outer_${name} (id ${outer} primary key, n integer)`,
              `create table fake_like_inner_${name} (parent_id ${own}, n integer, primary key (parent_id, n))`
            )
            const came = [{ id: "A", parts: [{ n: 1 }, { n: 2 }] }]
            const layer = layerRegistry([parent, child], () => ({ records: came }))
            const sync = syncer([parent, child])
            const [, refused] = yield* sync({ records: came })
            assert.deepInclude(refused, { status: "failed", inserted: 0 })
            assert.match(refused?.error ?? "", new RegExp(`do not find the same texts equal.*${statement}$`))
            const [alone] = yield* sync({ records: came }, [child])
            const { entities } = yield* Effect.provide(plan([child]), layer)
            for (const { errorReason } of [alone, ...entities].filter((one) => one !== undefined)) {
              assert.deepStrictEqual(errorReason, refused?.errorReason)
            }
            yield* make(/alter table .*$/.exec(refused?.error ?? "")?.[0] ?? "")
            const [, loaded] = yield* sync({ records: came })
            assert.deepInclude(loaded, { status: "ok", inserted: 2 })
          }
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
