/** Owner's constraints that are checked at the commit: their record is still named, and nothing is half written. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { column, entity, layerRegistry } from "../support/source.ts"
import { ids, syncerOf, tableOf } from "./fixtures.ts"

const make = Effect.fnUntraced(function* (...statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  for (const statement of statements) yield* sql.unsafe(statement)
})

const stamps = "_first_seen_at timestamptz not null default now(), _changed_at timestamptz not null default now()"

const of = (name: string) =>
  entity(name, {
    columns: [column("id", "bigint"), column("n", "bigint")],
    guard: { ...entity(name).guard, maxReject: 0.5 }
  })

/** The constraint, the record that violates it, and the reason. */
const rules = [
  [
    "referring",
    ["create table own_parent (n bigint primary key)", "insert into own_parent select generate_series(1, 9)"],
    "n bigint references own_parent deferrable initially deferred",
    { id: 7, n: 70 },
    /not there \(foreign key fake_referring_n_fkey\).*\(n\)=\(70\) is not present/
  ],
  [
    "single",
    [],
    "n bigint unique deferrable initially deferred",
    { id: 7, n: 3 },
    /equal to another row where fake_single_n_key allows no two/
  ],
  [
    "apart",
    [],
    "n bigint, exclude using btree (n with =) deferrable initially deferred",
    { id: 7, n: 3 },
    /conflicting key value violates exclusion constraint "fake_apart_n_excl"/
  ],
  [
    "judged",
    [
      "create function own_judge() returns trigger language plpgsql as $$ begin if new.n = 70 then raise exception 'seventy is too much'; end if; return null; end $$"
    ],
    "n bigint",
    { id: 7, n: 70 },
    /refused by PostgreSQL: seventy is too much/
  ]
] as const

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a constraint that is deferred", () => {
    it.effect.each(rules)("rejects the record that is against it, and the others are loaded: %s", (rule) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [name, before, definition, bad, words] = rule
        yield* make(...before, `create table fake_${name} (id bigint primary key, ${definition}, ${stamps})`)
        if (name === "judged") {
          yield* make(
            "create constraint trigger own_judge after insert or update on fake_judged deferrable initially deferred for each row execute function own_judge()"
          )
        }
        const thing = of(name)
        const records = [1, 2, 3, 4, 5, 6].map((id) => ({ id, n: id }))
        const layer = layerRegistry([thing], () => ({ records: [...records, bad] }))
        const document = yield* Effect.provide(plan([thing]), layer)
        if (name !== "judged") {
          // A plan does not fire the owner's triggers.
          assert.deepInclude(document.entities[0], { error: null, rejected: 1 })
          assert.match(document.entities[0]?.warnings.join() ?? "", words)
        }
        const [applied] = yield* Effect.provide(apply(document, null), layer)
        assert.deepInclude(applied, { error: null, inserted: 6, rejected: 1 })
        yield* sql.unsafe(`delete from fake_${name}`)
        const result = yield* syncerOf(thing)({ records: [...records, bad] })
        assert.deepInclude(result, { status: "warning", error: null, inserted: 6, rejected: 1 })
        assert.match(result.warnings.join(), words)
        assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6])
        const [audit] = yield* sql`select status, inserted, rejected from tributary.sync_log
          where entity = ${name} order by id desc limit 1`
        assert.deepStrictEqual(audit, { status: "warning", inserted: 6, rejected: 1 })
      })
    )

    it.effect("lets rows exchange their values, and a row point at one that comes with it", () =>
      Effect.gen(function* () {
        yield* make(
          `create table fake_exchanged (id bigint primary key, n bigint unique deferrable initially deferred, ${stamps})`,
          `create table fake_pointing (id bigint primary key, n bigint references fake_pointing deferrable initially deferred, ${stamps})`
        )
        for (const name of ["exchanged", "pointing"]) {
          const sync = syncerOf(of(name))
          const first = yield* sync({
            records: [
              { id: 1, n: 2 },
              { id: 2, n: 1 }
            ]
          })
          assert.deepInclude(first, { status: "ok", inserted: 2 }, name)
          const turned = yield* sync({
            records: [
              { id: 1, n: 1 },
              { id: 2, n: 2 }
            ]
          })
          assert.deepInclude(turned, { status: "ok", updated: 2 }, name)
        }
      })
    )

    it.effect("of rows that refer to what is gone withholds the deletes, and what is new comes", () =>
      Effect.gen(function* () {
        yield* make(
          `create table fake_left (id bigint primary key, n bigint, ${stamps})`,
          "create table own_child (id bigint references fake_left deferrable initially deferred)"
        )
        const sync = syncerOf(of("left"))
        yield* sync({
          records: [
            { id: 1, n: 1 },
            { id: 2, n: 2 }
          ]
        })
        yield* make("insert into own_child values (1)")
        const result = yield* sync({
          records: [
            { id: 2, n: 2 },
            { id: 3, n: 3 }
          ]
        })
        assert.deepInclude(result, { status: "warning", inserted: 1, deleted: 0 })
        assert.match(result.warnings.join(), /rows of public\.own_child refer to some that are gone/)
        assert.lengthOf(yield* tableOf(of("left")), 3)
      })
    )
  })
})
