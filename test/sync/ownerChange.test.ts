/** Changes of an owner's table that PostgreSQL refuses: the plan reports them as the sync does, with the remedy. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { readerOf, syncerOf, tableOf } from "./fixtures.ts"

const make = Effect.fnUntraced(function* (...statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  for (const statement of statements) yield* sql.unsafe(statement)
})

const records = [{ id: 1, n: 5 }]
const answers = () => ({ records })

const planned = (thing: Entity) =>
  Effect.gen(function* () {
    const document = yield* Effect.provide(plan([thing]), layerRegistry([thing], answers))
    return { document, one: yield* Effect.fromNullishOr(document.entities[0]) }
  })

const wide = (name: string, more: Partial<Entity> = {}) =>
  entity(name, { columns: [column("id", "bigint"), column("n", "bigint")], ...more })

/** The objects made from the column, their names in the report, and what to do for the time of the change. */
const bound: ReadonlyArray<readonly [string, ReadonlyArray<string>, string, string]> = [
  [
    "viewed",
    ["create view own_view as select n from fake_viewed", 'create view "Own upper" as select n + 1 as m from own_view'],
    'view public."Own upper", view public.own_view',
    'drop view public."Own upper"; drop view public.own_view'
  ],
  [
    "stored",
    ["create materialized view own_stored as select n from fake_stored"],
    "materialized view public.own_stored",
    "drop materialized view public.own_stored"
  ],
  [
    "ruled",
    [
      "create table own_ruled (id bigint)",
      "create rule own_rule as on insert to own_ruled do also delete from fake_ruled where n > 7"
    ],
    "rule own_rule on public.own_ruled",
    "drop rule own_rule on public.own_ruled"
  ],
  [
    "doubled",
    ["alter table fake_doubled add column twice bigint generated always as (n * 2) stored"],
    "generated column twice",
    "alter table fake_doubled drop column twice"
  ],
  [
    "guarded",
    ["create policy own_policy on fake_guarded using (n > 0)"],
    "policy own_policy on fake_guarded",
    "drop policy own_policy on fake_guarded"
  ],
  [
    "watched",
    [
      "create function own_watch() returns trigger language plpgsql as 'begin return null; end'",
      "create trigger own_trigger after update of n on fake_watched for each row execute function own_watch()"
    ],
    "trigger own_trigger on fake_watched",
    "drop trigger own_trigger on fake_watched"
  ],
  [
    "summed",
    ["create function own_sum() returns bigint begin atomic select sum(n) from fake_summed; end"],
    "routine own_sum()",
    "drop routine own_sum()"
  ],
  [
    "published",
    ["create publication own_news for table fake_published (id, n)"],
    "publication own_news",
    "alter publication own_news drop table fake_published"
  ]
]

/** Refusals that only PostgreSQL can predict. */
const refused: ReadonlyArray<readonly [string, string, Partial<Entity>, RegExp]> = [
  [
    "parted",
    "create table fake_parted (id bigint, n integer, primary key (id, n)) partition by range (n)",
    { key: ["id", "n"] },
    /part of the partition key/
  ],
  [
    "inherited",
    "create table own_parent (n integer); create table fake_inherited (id bigint primary key) inherits (own_parent)",
    {},
    /cannot alter inherited column "n"/
  ],
  [
    "checked",
    "create table fake_checked (id bigint primary key, n integer check (n > 0))",
    { columns: [column("id", "bigint"), column("n", "text")] },
    /operator does not exist: text > integer/
  ]
]

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a column to be widened from which something else is made", () => {
    it.effect.each(bound)("names it in plan and sync, with the way out: %s", ([name, statements, what, statement]) =>
      Effect.gen(function* () {
        yield* make(`create table fake_${name} (id bigint primary key, n integer)`, ...statements)
        const thing = wide(name)
        const before = yield* planned(thing)
        assert.deepStrictEqual(before.one.errorReason, {
          code: "table.bound",
          params: { table: `public.fake_${name}`, columns: "n: integer to bigint", what, statement, fits: "n: integer" }
        })
        const result = yield* syncerOf(thing)({ records })
        assert.deepStrictEqual(result.errorReason, before.one.errorReason)
        yield* make(...statement.split("; "))
        assert.strictEqual((yield* planned(thing)).one.error, null)
        assert.deepInclude(yield* syncerOf(thing)({ records }), { status: "ok", inserted: 1 })
      })
    )

    it.effect("that came after the plan is named by apply, and nothing is changed", () =>
      Effect.gen(function* () {
        yield* make("create table fake_late (id bigint primary key, n integer)")
        const thing = wide("late")
        const { document } = yield* planned(thing)
        yield* make("create view own_late as select n from fake_late")
        const [result] = yield* Effect.provide(apply(document, null), layerRegistry([thing], answers))
        assert.strictEqual(result?.status, "failed")
        assert.match(result?.error ?? "", /view public\.own_late.*drop view public\.own_late$/)
        assert.deepStrictEqual(yield* tableOf(thing), [])
      })
    )

    it.effect("is no matter where it is wide enough, or another column is meant", () =>
      Effect.gen(function* () {
        yield* make(
          "create table fake_aside (id bigint primary key, n integer, m bigint)",
          "create view own_aside as select id, m from fake_aside"
        )
        const thing = wide("aside", { columns: [...wide("aside").columns, column("m", "integer")] })
        assert.strictEqual((yield* planned(thing)).one.error, null)
        assert.deepInclude(yield* syncerOf(thing)({ records }), { status: "ok", inserted: 1 })
      })
    )

    it.effect("may be one of the history's", () =>
      Effect.gen(function* () {
        const history = { schema: "public", name: "fake_aged_kept" }
        const of = (type: "integer" | "bigint") => entity("aged", { columns: [column("id", type)], history })
        yield* syncerOf(of("integer"))({ records })
        yield* make("create view own_aged as select id from fake_aged_kept")
        const why = (yield* planned(of("bigint"))).one.errorReason
        assert.deepInclude(why, { code: "table.bound" })
        assert.deepStrictEqual((yield* syncerOf(of("bigint"))({ records })).errorReason, why)
      })
    )
  })

  describe("another change that PostgreSQL refuses", () => {
    it.effect.each(refused)("fails the plan as it fails the sync: %s", ([name, statements, more, words]) =>
      Effect.gen(function* () {
        yield* make(...statements.split("; "))
        const thing = wide(name, more)
        const { one } = yield* planned(thing)
        assert.match(one.error ?? "", words)
        assert.deepStrictEqual((yield* syncerOf(thing)({ records })).errorReason, one.errorReason)
      })
    )

    it.effect("is tried by the plan without a trace", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* make(
          "create table fake_traced (id bigint primary key, n integer)",
          "insert into fake_traced values (1, 5)"
        )
        const about = sql`select relfilenode, relnatts, xmin::text as written from pg_class where oid = 'fake_traced'::regclass`
        const before = yield* about
        const { one } = yield* planned(wide("traced"))
        assert.deepStrictEqual([one.error, one.ddl.length], [null, 3])
        assert.deepStrictEqual(yield* about, before)
      })
    )

    it.effect("is not known while somebody has the table, and the plan says so", () =>
      Effect.gen(function* () {
        yield* make("create table fake_held (id bigint primary key, n integer)")
        const reader = yield* readerOf("fake_held")
        const { one } = yield* planned(wide("held"))
        assert.strictEqual(one.error, null)
        assert.match(one.notes?.join("; ") ?? "", /known when the plan is applied: PostgreSQL: .*lock timeout/)
        yield* reader.end
      })
    )
  })
})
