/** Tables of entities that refer to each other by foreign keys of their owner are loaded in the order of those. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { syncer, syncerOf } from "./fixtures.ts"
import { document, make } from "./foreignKeyFixtures.ts"

/** Whoever does not wait for it is there before. */
const slow = (table: string) =>
  make(
    "create or replace function own_slowness() returns trigger language plpgsql as $$ begin perform pg_sleep(0.1); return null; end $$",
    `create trigger slow before insert on ${table} for each statement execute function own_slowness()`
  )

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
})
