/** Records that move from one entity to another of the same table, and rows that refer to rows planned before them. */
import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { rows, syncer } from "./fixtures.ts"

const make = (statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, unknown>>(statement))

/** Entities that fill one table, distinguished by a constant. */
const sharing = (table: string, ...kinds: ReadonlyArray<string>): ReadonlyArray<Entity> =>
  kinds.map((kind) =>
    entity(`${table}_${kind}`, {
      table: { schema: "public", name: `fake_${table}` },
      columns: [
        column("id", "bigint"),
        column("name", "text"),
        column("kind", "text", { source: { _tag: "Constant", value: kind } })
      ],
      scope: { kind }
    })
  )

const planOf = (all: ReadonlyArray<Entity>, answers: Answers) =>
  plan(all).pipe(Effect.provide(layerRegistry(all, answers)))

/** Plans, then syncs the same; returns what both report about every entity. */
const both = Effect.fnUntraced(function* (all: ReadonlyArray<Entity>, answers: Answers) {
  const document = yield* planOf(all, answers)
  const runs = yield* syncer(all)(answers)
  return {
    document,
    planned: document.entities.map((one) => ({
      counts: [one.inserts, one.updates, one.deletes].map(({ length }) => length).concat(one.unchanged, one.rejected),
      error: one.error,
      reasons: one.reasons
    })),
    synced: runs.map((one) => ({
      counts: [one.inserted, one.updated, one.deleted, one.unchanged, one.rejected],
      error: one.error,
      reasons: one.reasons
    }))
  }
})

const kindsOf = (table: string) =>
  Effect.map(make(`select kind, count(*)::integer as n from fake_${table} group by kind order by kind`), (found) =>
    Object.fromEntries(found.map(({ kind, n }) => [kind, n]))
  )

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a record that another entity of the table has now", () => {
    const from = (of: string, first: readonly [number, number], others: readonly [number, number]): Answers => {
      return ({ name }) => ({ records: rows(...(name.endsWith(of) ? first : others)) })
    }

    it.effect("comes to it whichever of the two is quicker, in sync, plan and apply alike", () =>
      Effect.gen(function* () {
        for (const order of [
          ["a", "b"],
          ["b", "a"]
        ] as const) {
          const table = `moved_${order.join("")}`
          const all = sharing(table, ...order)
          yield* syncer(all)(from("a", [1, 10], [11, 20]))
          const { planned, synced } = yield* both(all, from("a", [1, 9], [10, 20]))
          assert.deepStrictEqual(planned, synced)
          const wanted = { a: [0, 0, 1, 9, 0], b: [1, 0, 0, 10, 0] }
          assert.deepStrictEqual(
            synced.map(({ counts }) => counts),
            order.map((kind) => wanted[kind])
          )
          assert.deepStrictEqual(yield* kindsOf(table), { a: 9, b: 11 })
          // And back, by applying a plan.
          const document = yield* planOf(all, from("a", [1, 10], [11, 20]))
          const results = yield* apply(document, "anna").pipe(Effect.provide(layerRegistry(all, () => ({}))))
          assert.deepStrictEqual(
            results.map(({ deleted, error, inserted, rejected }) => [error, inserted, deleted, rejected]).toSorted(),
            [
              [null, 0, 1, 0],
              [null, 1, 0, 0]
            ]
          )
          assert.deepStrictEqual(yield* kindsOf(table), { a: 10, b: 10 })
        }
      })
    )

    it.effect("waits for one that is still being read, also where rows were staged", () =>
      Effect.gen(function* () {
        const all = sharing("slow", "a", "b")
        yield* syncer(all)(from("a", [1, 10], [11, 3000]))
        const go = yield* Deferred.make<void>()
        const runs = yield* syncer(all)(({ name }) =>
          name.endsWith("a")
            ? { records: rows(1, 9), before: Deferred.await(go) }
            : { records: rows(10, 3000), before: Effect.asVoid(Deferred.succeed(go, undefined)) }
        )
        assert.deepStrictEqual(
          runs.map(({ deleted, error, inserted }) => [error, inserted, deleted]),
          [
            [null, 0, 1],
            [null, 1, 0]
          ]
        )
      })
    )

    it.effect("fails both where each has one of the other's, in sync and plan, and waits for nobody in vain", () =>
      Effect.gen(function* () {
        const all = sharing("swapped", "a", "b")
        yield* syncer(all)(from("a", [1, 10], [11, 20]))
        const exchanged: Answers = ({ name }) => ({
          records: name.endsWith("a") ? [...rows(1, 9), ...rows(11, 11)] : [...rows(10, 10), ...rows(12, 20)]
        })
        const { planned, synced } = yield* both(all, exchanged)
        assert.deepStrictEqual(
          [planned, synced].flat().map(({ error }) => /outside of what this entity fills, by kind/.test(error ?? "")),
          [true, true, true, true]
        )
        assert.deepStrictEqual(yield* kindsOf("swapped"), { a: 10, b: 10 })
      })
    )

    it.effect("is refused where the other one is not selected, or its guard keeps the row", () =>
      Effect.gen(function* () {
        const all = sharing("kept_back", "a", "b")
        yield* syncer(all)(from("a", [1, 10], [11, 20]))
        const { planned, synced } = yield* both(all, from("a", [1, 2], [10, 20]))
        assert.deepStrictEqual(
          planned.map(({ counts }) => counts),
          synced.map(({ counts }) => counts)
        )
        assert.deepStrictEqual(
          planned.map(({ error }) => error === null),
          [true, false]
        )
        assert.deepStrictEqual(
          synced.map(({ error }) => error === null),
          [true, false]
        )
      })
    )
  })

  describe("a plan of rows whose foreign key leads to what is planned before", () => {
    const city = entity("fk_city", { columns: [column("id", "bigint"), column("name", "text")] })
    const shop = entity("fk_shop", {
      forEach: { table: city.table, params: { of: "id" } },
      columns: [column("id", "bigint"), column("city", "bigint")]
    })
    const all = [shop, city]
    const answers =
      (cities: ReadonlyArray<number>, astray: number): Answers =>
      ({ name }, options) => {
        if (name === "fk_city") return { records: cities.map((id) => ({ id, name: `city ${id}` })) }
        const of = Number(options?.params?.of)
        return { records: [{ id: of * 10, city: of }, ...(of === 1 ? [{ id: 5, city: astray }] : [])] }
      }

    it.effect("tries them against the rows as they will be, and rejects what the sync rejects", () =>
      Effect.gen(function* () {
        yield* make("create table fake_fk_city (id bigint primary key, name text)")
        yield* make(
          "create table fake_fk_shop (id bigint primary key, city bigint references fake_fk_city on delete set null)"
        )
        const cities = Array.from({ length: 30 }, (_, at) => at + 1)
        yield* syncer(all)(answers(cities, 1))
        const next = [...cities.slice(0, 29), 31, 32]
        const { document, planned, synced } = yield* both(all, answers(next, 77))
        assert.deepStrictEqual(
          document.entities.map(({ notes = [] }) => notes),
          [[], []]
        )
        assert.deepStrictEqual(planned[0], synced[0])
        // The removed city stays as long as a shop refers to it.
        assert.deepStrictEqual(planned[1], synced[1])
        assert.deepStrictEqual(
          synced.map(({ counts }) => counts),
          [
            [2, 0, 0, 30, 1],
            [2, 0, 0, 29, 0]
          ]
        )
      })
    )

    it.effect("names the columns that keep it from being tried", () =>
      Effect.gen(function* () {
        const thing = entity("fk_narrow", {
          columns: [column("id", "bigint"), column("n", "bigint"), column("m", "bigint")]
        })
        yield* make("create table fake_fk_narrow (id bigint primary key, n integer, m bigint)")
        const { entities } = yield* planOf([thing], () => ({ records: [{ id: 1, n: 5_000_000_000, m: 1 }] }))
        assert.match(
          entities[0]?.notes?.join() ?? "",
          /columns of public\.fake_fk_narrow are to be added or widened before \(n\)$/
        )
      })
    )
  })
})
