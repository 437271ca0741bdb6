/** Tables of entities that refer to each other by foreign keys of their owner are loaded in the order of those. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { apply } from "../../core/sync/plan/Apply.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { ids, rows, syncer, syncerOf } from "./fixtures.ts"

const make = Effect.fnUntraced(function* (...statements: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  for (const statement of statements) yield* sql.unsafe(statement)
})

/** Whoever does not wait for it is there before. */
const slow = (table: string) =>
  make(
    "create or replace function own_slowness() returns trigger language plpgsql as $$ begin perform pg_sleep(0.1); return null; end $$",
    `create trigger slow before insert on ${table} for each statement execute function own_slowness()`
  )

const document = (id: number, lines: ReadonlyArray<number>) => ({
  id,
  name: `d${id}`,
  items: lines.map((line) => ({ line }))
})

/** Documents and their lines, in tables of their owner. */
const documents = Effect.fnUntraced(function* (name: string, onDelete = "", more: Partial<Entity> = {}) {
  const above = entity(name, { columns: [column("id", "bigint"), column("name", "text")], ...more })
  const inside = { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } as const
  const below = entity(`${name}_line`, {
    parent: name,
    records: "/items",
    key: ["of", "line"],
    columns: [column("of", "bigint", { source: inside }), column("line", "bigint")],
    ...more
  })
  yield* make(
    `create table fake_${name} (id bigint primary key, name text)`,
    `create table fake_${name}_line (of bigint references fake_${name} ${onDelete}, line bigint, primary key (of, line))`
  )
  return [above, below] as const
})

const counts = (results: ReadonlyArray<{ inserted: number; deleted: number; status: string; rejected: number }>) =>
  results.map(({ deleted, inserted, rejected, status }) => [status, inserted, deleted, rejected])

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("an entity whose table refers to that of another", () => {
    it.effect("is loaded behind it, also where both come of one read", () =>
      Effect.gen(function* () {
        const all = yield* documents("paper")
        yield* slow("fake_paper")
        const sync = syncer(all)
        const first = yield* sync({ records: [document(1, [1, 2]), document(2, [1])] })
        assert.deepStrictEqual(counts(first), [
          ["ok", 2, 0, 0],
          ["ok", 3, 0, 0]
        ])
        // What is gone of both goes with two runs: the lines stand before it.
        const second = yield* sync({ records: [document(2, [1]), document(3, [7])] })
        assert.deepStrictEqual(counts(second), [
          ["warning", 1, 0, 0],
          ["ok", 1, 2, 0]
        ])
        assert.deepStrictEqual(
          second[0]?.reasons.map(({ code }) => code),
          ["run.referred"]
        )
        const third = yield* sync({ records: [document(2, [1]), document(3, [7])] })
        assert.deepStrictEqual(counts(third), [
          ["ok", 0, 1, 0],
          ["ok", 0, 0, 0]
        ])
      })
    )

    it.effect("waits in reads of its own, whichever is quicker; by itself it refers to what is there", () =>
      Effect.gen(function* () {
        const shop = entity("fk_shop", { columns: [column("id", "bigint")] })
        const sale = entity("fk_sale", { columns: [column("id", "bigint"), column("shop", "bigint")] })
        yield* make(
          "create table fake_fk_shop (id bigint primary key)",
          "create table fake_fk_sale (id bigint primary key, shop bigint references fake_fk_shop)"
        )
        const answers: Answers = ({ name }) =>
          name === "fk_shop"
            ? { records: [{ id: 1 }, { id: 2 }], before: Effect.sleep("100 millis") }
            : { records: [{ id: 7, shop: 2 }] }
        const results = yield* syncer([sale, shop])(answers)
        assert.deepStrictEqual(counts(results), [
          ["ok", 1, 0, 0],
          ["ok", 2, 0, 0]
        ])
        const alone = yield* syncerOf(sale)({
          records: [
            { id: 7, shop: 2 },
            { id: 8, shop: 3 }
          ]
        })
        assert.deepInclude(alone, { inserted: 0, rejected: 1 })
      })
    )

    it.effect(
      "stands on a step of its own where its parent looks names up, and both read again before they delete",
      () =>
        Effect.gen(function* () {
          const all = yield* documents("steps")
          const shop = entity("steps_shop", { columns: [column("id", "bigint")] })
          yield* make(
            "create table fake_steps_shop (id bigint primary key)",
            "alter table fake_steps add shop bigint references fake_steps_shop"
          )
          const [above, below] = all
          const withShop = { ...above, columns: [...above.columns, column("shop", "bigint")] }
          const selected = [below, withShop, shop]
          yield* slow("fake_steps_shop")
          let asked = 0
          const answers =
            (ids: ReadonlyArray<number>): Answers =>
            ({ name }) => {
              if (name === "steps_shop") return { records: [{ id: 5 }] }
              asked += 1
              return { records: ids.map((id) => ({ ...document(id, [1]), shop: 5 })), end: completeIn(2) }
            }
          const first = yield* syncer(selected)(answers([1, 2, 3]))
          assert.deepStrictEqual(counts(first), [
            ["ok", 3, 0, 0],
            ["ok", 3, 0, 0],
            ["ok", 1, 0, 0]
          ])
          asked = 0
          const second = yield* syncer(selected)(answers([1, 2]))
          assert.deepStrictEqual(counts(second), [
            ["ok", 0, 1, 0],
            ["warning", 0, 0, 0],
            ["ok", 0, 0, 0]
          ])
          assert.strictEqual(asked, 3)
        })
    )

    it.effect("is planned and applied in that order, too", () =>
      Effect.gen(function* () {
        const [above, below] = yield* documents("planned_paper")
        const records = [document(1, [1, 2]), document(2, [1])]
        const engine = layerRegistry([below, above], () => ({ records }))
        const written = yield* plan([below, above]).pipe(Effect.provide(engine))
        assert.deepStrictEqual(
          written.entities.map(({ inserts, noteReasons = [], rejected }) => [
            inserts.length,
            rejected,
            noteReasons.length
          ]),
          [
            [3, 0, 0],
            [2, 0, 0]
          ]
        )
        const applied = yield* apply(written, "anna").pipe(Effect.provide(engine))
        assert.deepStrictEqual(counts(applied), [
          ["ok", 3, 0, 0],
          ["ok", 2, 0, 0]
        ])
      })
    )

    it.effect("waits for nobody where each refers to the other", () =>
      Effect.gen(function* () {
        const [a, b] = [entity("fk_a"), entity("fk_b")].map((one) => ({
          ...one,
          columns: [column("id", "bigint"), column("other", "bigint")]
        }))
        if (a === undefined || b === undefined) return
        yield* make(
          "create table fake_fk_a (id bigint primary key, other bigint)",
          "create table fake_fk_b (id bigint primary key, other bigint references fake_fk_a)",
          "alter table fake_fk_a add foreign key (other) references fake_fk_b"
        )
        const sync = syncer([a, b])
        assert.deepStrictEqual(counts(yield* sync({ records: [{ id: 1, other: null }] })), [
          ["ok", 1, 0, 0],
          ["ok", 1, 0, 0]
        ])
        assert.deepStrictEqual(counts(yield* sync({ records: [{ id: 1, other: 1 }] })), [
          ["ok", 0, 0, 0],
          ["ok", 0, 0, 0]
        ])
      })
    )
  })

  describe("deletes that PostgreSQL refuses", () => {
    const refusals = [
      [
        "raised",
        [
          "create function own_no() returns trigger language plpgsql as $$ begin if old.id = 6 then raise exception 'six stays'; end if; return old; end $$",
          "create trigger own_no before delete on fake_raised for each row execute function own_no()"
        ],
        { code: "run.undeletable", params: { text: "six stays" } }
      ],
      [
        "needed",
        [
          "create table own_need (thing bigint not null references fake_needed on delete set null)",
          "insert into own_need values (6)"
        ],
        undefined
      ],
      [
        "defaulted",
        [
          "create table own_usual (thing bigint default 99 references fake_defaulted on delete set default)",
          "insert into own_usual values (6)"
        ],
        { code: "run.referred", params: { table: "public.own_usual", rule: "own_usual_thing_fkey" } }
      ],
      [
        "reached",
        ["create table own_reach (thing bigint references fake_reached)", "insert into own_reach values (6)"],
        { code: "run.referred", params: { table: "public.own_reach", rule: "own_reach_thing_fkey" } }
      ],
      [
        "restricted",
        [
          "create table own_restrict (thing bigint references fake_restricted on delete restrict)",
          "insert into own_restrict values (6)"
        ],
        { code: "run.referred", params: { table: "public.own_restrict", rule: "own_restrict_thing_fkey" } }
      ],
      [
        "above_itself",
        [
          "alter table fake_above_itself add up bigint references fake_above_itself",
          "update fake_above_itself set up = 6 where id = 1"
        ],
        { code: "run.referred", params: { table: "public.fake_above_itself", rule: "fake_above_itself_up_fkey" } }
      ]
    ] as const
    it.effect.each(refusals)(
      "are left out, with why; what is new comes, and what is refused is rejected: %s",
      (refusal) =>
        Effect.gen(function* () {
          const [name, statements, why] = refusal
          const thing = entity(name, { guard: { ...entity(name).guard, cascade: "allow", maxReject: 1 } })
          const sync = syncerOf(thing)
          yield* sync({ records: rows(1, 6) })
          yield* make(...statements)
          const first = yield* sync({ records: [...rows(1, 5), ...rows(7, 7)] })
          assert.deepInclude(first, { status: "warning", error: null, inserted: 1, deleted: 0 })
          if (why === undefined)
            assert.match(first.warnings.join(), /^nothing was deleted: .*null value in column "thing"/)
          else assert.deepStrictEqual(first.reasons, [why])
          // Beside a record that is refused, too.
          yield* make(`alter table fake_${name} add check (amount < 100)`)
          const second = yield* sync({ records: [...rows(1, 5), ...rows(7, 8), { id: 9, name: "dear", amount: 100 }] })
          assert.deepInclude(second, { status: "warning", error: null, inserted: 1, deleted: 0, rejected: 1 })
          assert.deepStrictEqual(yield* ids(thing), [1, 2, 3, 4, 5, 6, 7, 8])
          const document = yield* plan([thing]).pipe(
            Effect.provide(layerRegistry([thing], () => ({ records: [...rows(1, 5), ...rows(7, 9)] })))
          )
          const [planned] = document.entities
          assert.deepInclude(planned, { error: null })
          assert.deepStrictEqual([planned?.inserts.length, planned?.deletes.length], [1, name === "raised" ? 1 : 0])
        })
    )

    it.effect("are none of those that wait for a second run, and are found where no record came", () =>
      Effect.gen(function* () {
        const usual = entity("due")
        const thing: Entity = { ...usual, guard: { ...usual.guard, maxReject: 1, confirm: "next", empty: "allow" } }
        const sync = syncerOf(thing)
        yield* make("create table fake_due (id bigint primary key, name text, amount numeric check (amount < 100))")
        yield* sync({ records: rows(1, 8) })
        yield* make("create table own_due (thing bigint references fake_due)", "insert into own_due values (7)")
        yield* sync({ records: rows(1, 7) })
        // 8 is missed a second time; 7, which is referred to, for the first time.
        const dear = { id: 9, name: "dear", amount: 100 }
        const second = yield* sync({ records: [...rows(1, 6), dear] })
        assert.deepInclude(second, { deleted: 1, rejected: 1 })
        assert.deepStrictEqual(
          second.reasons.map(({ code }) => code),
          ["run.rejected", "confirm.next"]
        )
        const none: Entity = { ...thing, guard: { ...thing.guard, confirm: false, maxDelete: 1 } }
        const empty = yield* syncerOf(none)({ records: [] })
        assert.deepInclude(empty, { status: "warning", error: null, deleted: 0 })
        assert.strictEqual(empty.reasons[0]?.code, "run.referred")
      })
    )

    it.effect("fail a replace: a part is no whole", () =>
      Effect.gen(function* () {
        const thing = entity("swapped", { mode: "replace" })
        yield* syncerOf(thing)({ records: rows(1, 6) })
        yield* make("create table own_swap (thing bigint references fake_swapped)", "insert into own_swap values (6)")
        const result = yield* syncerOf(thing)({ records: rows(1, 5) })
        assert.deepInclude(result, { status: "failed", inserted: 0, deleted: 0 })
        assert.match(result.error ?? "", /still referenced from table "own_swap"/)
      })
    )

    it.effect("are none where a partition lacks what a record refers to", () =>
      Effect.gen(function* () {
        const thing = entity("split_up", { columns: [column("id", "bigint"), column("n", "bigint")] })
        yield* make(
          "create table own_numbers (n bigint primary key)",
          "insert into own_numbers select generate_series(1, 9)",
          "create table fake_split_up (id bigint primary key, n bigint references own_numbers) partition by range (id)",
          "create table split_up_low partition of fake_split_up for values from (0) to (100)",
          "create table split_up_rest partition of fake_split_up default"
        )
        const record = (id: number, n = id) => ({ id, n })
        const sync = syncerOf({ ...thing, guard: { ...thing.guard, maxReject: 0.5 } })
        yield* sync({ records: [1, 2, 3, 4].map((id) => record(id)) })
        const result = yield* sync({ records: [record(1), record(2), record(3), record(5, 70), record(200, 6)] })
        assert.deepInclude(result, { status: "warning", inserted: 1, deleted: 1, rejected: 1 })
        assert.deepStrictEqual(
          result.reasons.map(({ code }) => code),
          ["run.rejected"]
        )
      })
    )
  })
})
