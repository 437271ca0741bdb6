import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { foreignText, render } from "../../core/reason/Reason.ts"
import { apply } from "../../core/sync/plan/ApplyPlan.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { completeIn, partial } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, column, entity, layerSync } from "../support/source.ts"
import { brokenOff, ids, inTurn, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"

const patient = (name: string, more: Partial<Entity> = {}): Entity => {
  const usual = entity(name, more)
  return { ...usual, guard: { ...usual.guard, confirm: "next" } }
}

const without = (count: number, ...missing: ReadonlyArray<number>): Answer => ({
  records: rows(1, count).filter(({ id }) => !missing.includes(id)),
  end: completeIn(3)
})

const cutOff = (answer: Answer): Answer => ({ ...answer, end: partial(foreignText("cut off")) })

/** The numbers among the first rows that are not in the table. */
const missingIn = (thing: Entity, count: number) =>
  Effect.map(ids(thing), (there) => rows(1, count).flatMap(({ id }) => (there.includes(id) ? [] : [id])))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("guard.confirm: next", () => {
    it.effect("deletes what two whole runs missed, one after the other, and asks the source no second time", () =>
      Effect.gen(function* () {
        const thing = patient("patient")
        const sync = syncerOf(thing)
        yield* sync(without(20))
        const source = inTurn(without(20, 3, 5), without(20, 5, 7))
        const first = yield* sync(source.next)
        assert.deepInclude(first, { status: "warning", deleted: 0, unchanged: 18 })
        assert.deepStrictEqual(first.reasons, [{ code: "confirm.next", params: { count: 2 } }])
        assert.deepStrictEqual(first.warnings, first.reasons.map(render))
        assert.deepStrictEqual(yield* missingIn(thing, 20), [])
        const second = yield* sync(source.next)
        assert.deepInclude(second, { status: "warning", deleted: 1 })
        assert.match(second.warnings.join(), /^1 row is missing from the source for the first time/)
        assert.deepStrictEqual(yield* missingIn(thing, 20), [5])
        assert.strictEqual(source.asked(), 2)
        assert.deepInclude(yield* sync(without(20, 5, 7)), { status: "ok", deleted: 1 })
        // A deleted row no longer counts as missed if somebody puts it back.
        const sql = yield* SqlClient.SqlClient
        yield* sql`insert into fake_patient (id) values (7)`
        assert.deepInclude(yield* sync(without(20, 5, 7)), { status: "warning", deleted: 0 })
        assert.deepInclude(yield* sync(without(20, 5, 7)), { status: "ok", deleted: 1 })
        assert.deepInclude(yield* sync(without(20, 5, 7)), { status: "ok", deleted: 0 })
        assert.deepStrictEqual(yield* sql`select rows from tributary.missed_rows where entity = 'patient'`, [])
      })
    )

    it.effect("believes no run in which rows came twice in several pages", () =>
      Effect.gen(function* () {
        const thing = patient("moving")
        const sync = syncerOf(thing)
        yield* sync(without(20))
        const moving: Answer = { records: [...rows(1, 4), ...rows(4, 4), ...rows(6, 20)], end: completeIn(3) }
        const first = yield* sync(moving)
        assert.deepStrictEqual(
          first.reasons.map(({ code }) => code),
          ["run.moving", "run.folded"]
        )
        assert.deepInclude(yield* sync(moving), { status: "warning", deleted: 0 })
        assert.deepStrictEqual(yield* missingIn(thing, 20), [])
        yield* sync(without(20, 5))
        assert.deepInclude(yield* sync(moving), { status: "warning", deleted: 0 })
        assert.deepInclude(yield* sync({ ...moving, end: completeIn(1) }), { deleted: 1 })
        assert.deepStrictEqual(yield* missingIn(thing, 20), [5])
      })
    )

    it.effect("holds for one answer as for many pages, and for what replaces a scope", () =>
      Effect.gen(function* () {
        for (const mode of ["mirror", "replace"] as const) {
          const sync = syncerOf(patient(`one_answer_${mode}`, { mode }))
          yield* sync({ records: rows(1, 9) })
          assert.deepInclude(yield* sync({ records: rows(1, 8) }), { status: "warning", deleted: 0 })
          assert.deepInclude(yield* sync({ records: rows(1, 8) }), { status: "ok", deleted: 1 })
        }
      })
    )

    for (const [how, between] of [
      ["a whole read", without(20, 7)],
      ["a partial read", cutOff({ records: rows(5, 5) })],
      ["a rejected record whose key can be read", { records: [...rows(1, 4), ...rows(6, 20), { id: 5, amount: "x" }] }]
    ] as const) {
      it.effect(`forgets a row that was seen in ${how}`, () =>
        Effect.gen(function* () {
          const thing = patient(`seen_in_${how.replaceAll(" ", "_")}`.slice(0, 40))
          const sync = syncerOf(thing)
          yield* sync(without(20))
          yield* sync(without(20, 5))
          yield* sync(between)
          assert.deepInclude(yield* sync(without(20, 5)), { deleted: 0 })
          assert.deepStrictEqual(yield* missingIn(thing, 20), [])
          assert.deepInclude(yield* sync(without(20, 5)), { deleted: 1 })
        })
      )
    }

    for (const [how, between] of [
      ["is partial", cutOff(without(20, 5, 7))],
      ["fails", { error: brokenOff }],
      ["has a record without a key", { records: [...rows(1, 4), ...rows(8, 20), { name: "whose?" }] }]
    ] as const) {
      it.effect(`is not changed by a run between that ${how}`, () =>
        Effect.gen(function* () {
          const thing = patient(`between_${how.replaceAll(" ", "_")}`)
          const sync = syncerOf(thing)
          yield* sync(without(20))
          yield* sync(without(20, 5))
          assert.deepInclude(yield* sync(between), { deleted: 0 })
          assert.deepInclude(yield* sync(without(20, 5, 7)), { deleted: 1 })
          assert.deepStrictEqual(yield* missingIn(thing, 20), [5])
        })
      )
    }

    it.effect("lets the guard judge all that is missing first: what it holds is asked about, and not remembered", () =>
      Effect.gen(function* () {
        const thing = patient("held")
        const sql = yield* SqlClient.SqlClient
        const sync = syncerOf(thing)
        yield* sync(without(20))
        yield* sync(without(20, 5))
        const held = yield* sync({ records: rows(12, 20) })
        assert.deepInclude(held, { status: "warning", deleted: 0 })
        assert.deepStrictEqual(
          held.reasons.map(({ code }) => code),
          ["guard.share"]
        )
        assert.deepInclude(
          (yield* sql`select total, jsonb_array_length(rows) as rows from tributary.pending_delete where entity = 'held'`)[0],
          { total: 11, rows: 11 }
        )
        // 5 was missed before the run that was withheld, and 6 was not.
        assert.deepInclude(yield* sync(without(20, 5, 6)), { deleted: 1 })
        assert.deepStrictEqual(yield* missingIn(thing, 20), [5])
        assert.deepStrictEqual(yield* sql`select status from tributary.pending_delete where entity = 'held'`, [
          { status: "superseded" }
        ])
        yield* sync(without(20, 5))
        assert.deepInclude(yield* sync({ records: [] }), { status: "warning", deleted: 0 })
        assert.deepInclude(yield* sync(without(20, 5, 6, 7)), { deleted: 0 })
      })
    )

    it.effect(
      "begins anew with another declaration, another table, an emptied one, or after a run that did not wait",
      () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const thing = patient("anew")
          const sync = syncerOf(thing)
          const missedOnce = Effect.gen(function* () {
            yield* sync(without(20))
            assert.deepInclude(yield* sync(without(20, 5)), { deleted: 0, unchanged: 19 })
          })

          yield* missedOnce
          const elsewhere = { ...thing, request: { ...thing.request, path: "/other" } }
          assert.deepInclude(yield* syncerOf(elsewhere)(without(20, 5)), { status: "warning", deleted: 0 })

          yield* missedOnce
          yield* sql`create table kept_rows (like fake_anew including all)`
          yield* sql`insert into kept_rows table fake_anew`
          yield* sql`truncate fake_anew`
          yield* sync(without(20, 5))
          yield* sql`insert into fake_anew select * from kept_rows where id = 5`
          assert.deepInclude(yield* sync(without(20, 5)), { status: "warning", deleted: 0 })

          yield* missedOnce
          yield* sql`drop table fake_anew`
          yield* sql`create table fake_anew (like kept_rows including all)`
          yield* sql`insert into fake_anew table kept_rows`
          assert.deepInclude(yield* sync(without(20, 5)), { status: "warning", deleted: 0 })

          yield* missedOnce
          const trusting = { ...thing, guard: { ...thing.guard, confirm: false } as const }
          yield* syncerOf(trusting)(cutOff(without(20, 5)))
          assert.deepInclude(yield* sync(without(20, 5)), { status: "warning", deleted: 0 })
          assert.deepInclude(yield* sync(without(20, 5)), { status: "ok", deleted: 1 })
        })
    )

    it.effect("knows rows by keys of every type", () =>
      Effect.gen(function* () {
        const thing = patient("typed", {
          columns: [
            column("price", "decimal"),
            column("at", "timestamp"),
            column("ratio", "double"),
            column("code", "text"),
            column("uid", "uuid"),
            column("tags", "text", { array: true })
          ],
          key: ["price", "at", "ratio", "code", "uid", "tags"]
        })
        const of = (n: number) => ({
          price: `${n}.10`,
          at: "2026-03-01T10:00:00.123456+03:00",
          ratio: 0.1 + n,
          code: `"a'\\ ${n}`,
          uid: "7d444840-9dc0-11d1-b245-5ffdce74fad2",
          tags: ["x,y", "{}"]
        })
        const sync = syncerOf(thing)
        const all = rows(1, 8).map(({ id }) => of(id))
        yield* sync({ records: all })
        assert.deepInclude(yield* sync({ records: all.slice(1) }), { deleted: 0 })
        assert.deepInclude(yield* sync({ records: all.slice(2) }), { deleted: 1 })
        assert.deepStrictEqual(
          (yield* tableOf(thing)).map(({ price }) => price),
          rows(2, 8).map(({ id }) => `${id}.10`)
        )
      })
    )

    it.effect("judges children of an upserted parent by the reads of that parent alone", () =>
      Effect.gen(function* () {
        const order = entity("patient_order", { mode: "upsert" })
        const line = patient("patient_line", {
          parent: "patient_order",
          records: "/lines",
          columns: [
            column("order_id", "bigint", { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } }),
            column("id", "bigint")
          ],
          key: ["order_id", "id"]
        })
        const sync = syncer([order, line])
        const read = (orders: Readonly<Record<number, ReadonlyArray<number>>>) =>
          Effect.map(
            sync({
              records: Object.entries(orders).map(([id, lines]) => ({
                id: Number(id),
                lines: lines.map((n) => ({ id: n }))
              }))
            }),
            ([, lines]) => lines?.deleted
          )
        yield* read({ 1: [1, 2, 3], 2: [1, 2] })
        assert.strictEqual(yield* read({ 1: [1, 2] }), 0)
        assert.strictEqual(yield* read({ 2: [1] }), 0)
        assert.strictEqual(yield* read({ 1: [1, 2], 2: [1, 2] }), 1)
        assert.strictEqual(yield* read({ 1: [1, 2], 2: [1] }), 0)
      })
    )

    it.effect("is planned also where the owner's table lacks a column of the key: nothing can be missing there", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const thing = patient("keyed_anew", { key: ["id", "name"] })
        yield* sql`create table fake_keyed_anew (id bigint, amount numeric)`
        const [planned] = yield* Effect.map(plan([thing]), ({ entities }) => entities).pipe(
          Effect.provide(layerSync([thing], () => without(3)))
        )
        assert.deepInclude(planned, { error: null, deletes: [], missed: [] })
        assert.lengthOf(planned?.inserts ?? [], 3)
      })
    )

    it.effect("is planned: what would go, and what would go if the next read misses it too; a plan is no run", () =>
      Effect.gen(function* () {
        const thing = patient("planned")
        const answers = { now: without(20) }
        const engine = layerSync([thing], () => answers.now)
        const sync = syncerOf(thing)
        const planned = Effect.gen(function* () {
          const document = yield* plan([thing])
          const [one] = document.entities
          const keys = (list: ReadonlyArray<{ readonly id?: string | null }> = []) => list.map(({ id }) => Number(id))
          return { document, found: [keys(one?.deletes), keys(one?.missed), keys(one?.withheld)] }
        }).pipe(Effect.provide(engine))
        assert.deepStrictEqual((yield* planned).found, [[], [], []])
        yield* sync(without(20))
        answers.now = without(20, 3)
        assert.deepStrictEqual((yield* planned).found, [[], [3], []])
        assert.deepStrictEqual((yield* planned).found, [[], [3], []])
        yield* sync(without(20, 3))
        answers.now = without(20, 3, 4)
        const { document, found } = yield* planned
        assert.deepStrictEqual(found, [[3], [4], []])
        answers.now = { records: rows(1, 5) }
        assert.deepStrictEqual((yield* planned).found[2]?.length, 15)
        yield* Effect.provide(apply(document, null), engine)
        assert.deepStrictEqual(yield* missingIn(thing, 20), [3])
      })
    )
  })
})
