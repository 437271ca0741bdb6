/** A plan of several entities matches the sync of the same selection: parents first, lookups as the tables will be. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { brokenOff, rows, syncer } from "./fixtures.ts"
import { notesOf, source, through } from "./Notes.ts"

/** Plans, then syncs the same; returns the counts, requests and notes of both. */
const both = Effect.fnUntraced(function* (
  declared: ReadonlyArray<Entity>,
  selected: ReadonlyArray<Entity>,
  answers: (asked: Array<string>) => Answers
) {
  const [before, after]: [Array<string>, Array<string>] = [[], []]
  const document = yield* plan(selected).pipe(Effect.provide(layerRegistry(declared, answers(before))))
  const runs = yield* syncer(declared)(answers(after), selected)
  return {
    planned: {
      asked: before.toSorted(),
      of: document.entities.map((one) => ({
        counts: [one.inserts, one.updates, one.deletes].map(({ length }) => length).concat(one.unchanged),
        failed: one.error !== null,
        reasons: one.reasons,
        notes: one.noteReasons ?? []
      }))
    },
    synced: {
      asked: after.toSorted(),
      of: runs.map((one) => ({
        counts: [one.inserted, one.updated, one.deleted, one.unchanged],
        failed: one.status === "failed",
        reasons: one.reasons,
        notes: one.noteReasons
      }))
    },
    errors: document.entities.map(({ error }) => error)
  }
})

const make = (statement: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a plan of an entity with its parents", () => {
    it.effect("asks with the values that the sync asks with, in a table whose owner chose their type", () =>
      Effect.gen(function* () {
        const columns = [column("id", "bigint"), column("at", "timestamp")]
        const { deal, note } = notesOf("typed", { columns })
        const all = [deal, { ...note, ...through(deal.table, { deal: "at" }) }]
        yield* make("create table fake_typed_deal (id bigint primary key, at timestamp)")
        const answers = (asked: Array<string>): Answers => {
          return ({ name }, options) => {
            if (name === deal.name) return { records: [1, 2].map((id) => ({ id, at: `2026-03-0${id}T10:00:00Z` })) }
            const from = String(options?.params?.deal)
            asked.push(from)
            return { records: [{ deal: from, id: 1 }] }
          }
        }
        for (const inserts of [2, 0]) {
          const { planned, synced } = yield* both(all, all, answers)
          assert.deepStrictEqual(planned, synced)
          assert.deepStrictEqual(planned.asked, ["2026-03-01 10:00:00", "2026-03-02 10:00:00"])
          assert.strictEqual(planned.of[1]?.counts[0], inserts)
        }
      })
    )

    it.effect("asks for the parents that the sync would leave in their table", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("led")
        const all = [note, deal]
        const first = yield* both(all, all, (asked) => source({ 1: "a", 2: "b", 3: "c", 4: "d" }, asked))
        assert.deepStrictEqual(first.planned.asked, ["a", "b", "c", "d"])
        assert.deepStrictEqual(first.planned, first.synced)
        // One deal is removed, one is new, one has another code.
        const next = yield* both(all, all, (asked) => source({ 1: "a", 2: "other", 4: "d", 5: "e" }, asked))
        // All are requested twice, before rows are deleted.
        assert.deepStrictEqual([...new Set(next.planned.asked)], ["a", "d", "e", "other"])
        assert.deepStrictEqual(next.planned, next.synced)
        assert.deepStrictEqual(next.planned.of[0], { counts: [4, 0, 4, 4], failed: false, reasons: [], notes: [] })
      })
    )

    it.effect("asks for those that a guard keeps", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("kept_led")
        const all = [deal, note]
        yield* both(all, all, (asked) => source({ 1: "a", 2: "b", 3: "c", 4: "d", 5: "e" }, asked))
        const { planned, synced } = yield* both(all, all, (asked) => source({ 1: "a" }, asked))
        assert.deepStrictEqual(planned.asked, ["a", "b", "c", "d", "e"])
        assert.deepStrictEqual(planned, synced)
      })
    )

    it.effect("goes through a whole chain of them, in an order that does not matter", () =>
      Effect.gen(function* () {
        const columns = [column("id", "text"), column("of", "text")]
        const city = entity("chain_city", { columns })
        const shop = entity("chain_shop", { columns, ...through(city.table, { of: "id" }) })
        const item = entity("chain_item", { columns, ...through(shop.table, { of: "id" }) })
        const answers =
          (asked: Array<string>): Answers =>
          ({ name }, options) => {
            const of = String(options?.params?.of ?? "")
            asked.push(`${name} ${of}`)
            return { records: ["x", "y"].map((id) => ({ id: of + id, of })) }
          }
        const all = [item, shop, city]
        const { planned, synced } = yield* both(all, all, answers)
        assert.deepStrictEqual(planned, synced)
        assert.deepStrictEqual(
          planned.of.map(({ counts }) => counts[0]),
          [8, 4, 2]
        )
      })
    )

    it.effect("knows parents whose table others fill, too, by what is theirs", () =>
      Effect.gen(function* () {
        const constant = (value: string) => column("kind", "text", { source: { _tag: "Constant", value } })
        const table = { schema: "public", name: "fake_kinds" }
        const kinds = ["a", "b"].map((kind) =>
          entity(`kind_${kind}`, { table, columns: [column("id", "text"), constant(kind)], scope: { kind } })
        )
        const part = entity("kind_part", {
          forEach: { table, params: { of: "id" }, scope: [constant("a")] },
          columns: [column("id", "text")]
        })
        const answers =
          (asked: Array<string>): Answers =>
          ({ name }, options) => {
            if (name !== "kind_part") return { records: [{ id: `${name}-1` }] }
            asked.push(String(options?.params?.of))
            return { records: [{ id: "1" }] }
          }
        const all = [...kinds, part]
        const { planned, synced } = yield* both(all, all, answers)
        assert.deepStrictEqual(planned.asked, ["kind_a-1"])
        assert.deepStrictEqual(planned, synced)
      })
    )
  })

  describe("parents that are not read before", () => {
    const old = (table: string, entities: string) => [
      { code: "read.oldParents", params: { table: `public.${table}`, entities } }
    ]

    it.effect("are those of the table, and plan and sync say so", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("alone")
        yield* syncer([deal, note])(source({ 1: "a", 2: "b" }, []))
        const { planned, synced } = yield* both([deal, note], [note], (asked) => source({ 1: "other" }, asked))
        assert.deepStrictEqual(planned.asked, ["a", "b"])
        assert.deepStrictEqual(planned, synced)
        assert.deepStrictEqual(planned.of[0]?.notes, old("fake_alone_deal", "fake.alone_deal"))
      })
    )

    it.effect("make the read a partial one where their own failed", () =>
      Effect.gen(function* () {
        const { deal, note } = notesOf("broken")
        yield* syncer([deal, note])(source({ 1: "a", 2: "b" }, []))
        const { planned, synced } = yield* both(
          [deal, note],
          [deal, note],
          (asked) => (read, options) => (read === deal ? { error: brokenOff } : source({}, asked)(read, options))
        )
        assert.deepStrictEqual(planned, synced)
        assert.deepStrictEqual([planned.of[0]?.failed, planned.asked], [true, ["a", "b"]])
        assert.strictEqual(planned.of[1]?.reasons[0]?.code, "run.partialKept")
      })
    )
  })

  describe("a plan of an entity that looks names up", () => {
    const shops = (name: string) => {
      const shop = entity(`${name}_shop`, { columns: [column("id", "bigint"), column("title", "text")] })
      const lookup = { table: shop.table, key: "id", value: "title" }
      const sale = entity(name, { columns: [column("id", "bigint"), column("shop", "text", { lookup })] })
      return { sale, shop }
    }
    const answers =
      (titles: Readonly<Record<number, string>>): Answers =>
      ({ name }) =>
        name.endsWith("_shop")
          ? { records: Object.entries(titles).map(([id, title]) => ({ id, title })) }
          : { records: [1, 2, 3].map((id) => ({ id, shop: String(id) })) }

    it.effect("finds those that the sync would have loaded before", () =>
      Effect.gen(function* () {
        const { sale, shop } = shops("looked")
        const all = [sale, shop]
        const planned = yield* plan(all).pipe(Effect.provide(layerRegistry(all, answers({ 1: "Bar", 2: "Hall" }))))
        assert.deepStrictEqual(planned.entities[0]?.inserts, [
          { id: "1", shop: "Bar" },
          { id: "2", shop: "Hall" },
          { id: "3", shop: null }
        ])
        for (const titles of [
          { 1: "Bar", 2: "Hall" },
          { 1: "Bar", 2: "Great hall", 3: "Yard" }
        ]) {
          const { planned, synced } = yield* both(all, all, () => answers(titles))
          assert.deepStrictEqual(planned, synced)
        }
        const fewer = yield* both(all, all, () => answers({ 2: "Great hall", 3: "Yard" }))
        assert.deepStrictEqual(fewer.planned, fewer.synced)
        assert.deepStrictEqual(fewer.planned.of[0]?.counts, [0, 1, 0, 2])
      })
    )

    it.effect("waits for nobody in a circle, and nor does the sync", () =>
      Effect.gen(function* () {
        const { sale, shop } = shops("circled")
        const all = [sale, { ...shop, ...through(sale.table, { of: "id" }) }]
        yield* make("create table fake_circled_shop (id bigint primary key, title text)")
        yield* make("create table fake_circled (id bigint primary key, shop text)")
        yield* make("insert into fake_circled values (1, null)")
        const { planned, synced } = yield* both(all, all, () => answers({ 1: "Bar" }))
        assert.deepStrictEqual(
          planned.of.map(({ failed }) => failed),
          synced.of.map(({ failed }) => failed)
        )
        assert.deepStrictEqual(
          planned.of.map(({ failed }) => failed),
          [false, false]
        )
      })
    )

    it.effect("fails like the sync where there is no such table and nobody makes it", () =>
      Effect.gen(function* () {
        const { sale, shop } = shops("lost_sale")
        const { errors, planned, synced } = yield* both([sale, shop], [sale], () => answers({}))
        assert.deepStrictEqual(planned, synced)
        assert.match(errors.join(), /looks names up in public\.fake_lost_sale_shop, which does not exist yet/)
      })
    )
  })

  describe("a plan of records with equal keys", () => {
    it.effect("says of them what the sync says", () =>
      Effect.gen(function* () {
        const thing = entity("doubled")
        const records = [...rows(1, 5), ...rows(4, 5, "again")]
        const { planned, synced } = yield* both([thing], [thing], () => () => ({ records }))
        assert.deepStrictEqual(planned, synced)
        assert.deepStrictEqual(planned.of[0]?.reasons, [{ code: "run.folded", params: { count: 2 } }])
      })
    )
  })

  describe("a plan of a replace", () => {
    it.effect("fails where the sync does, because a part is no whole to swap in", () =>
      Effect.gen(function* () {
        const thing = entity("swapped", { mode: "replace" })
        const end = { _tag: "Partial", reason: { code: "said", params: { text: "cut off" } } } as const
        const { errors, planned, synced } = yield* both([thing], [thing], () => () => ({ records: rows(1, 3), end }))
        assert.deepStrictEqual(planned, synced)
        assert.match(errors.join(), /a replace needs a whole read/)
      })
    )

    it.effect("withholds its deletes by maxDelete and floor where the sync does", () =>
      Effect.gen(function* () {
        for (const [name, guard, from, left, deleted] of [
          ["default", {}, 10, 1, 0],
          ["written", { maxDelete: 0.1, floor: 0 }, 10, 8, 0],
          ["few", { maxDelete: 0.1 }, 10, 7, 3],
          ["allowed", { maxDelete: 1 }, 10, 1, 9]
        ] as const) {
          const thing = entity(`swap_${name}`, { mode: "replace" })
          const all = [{ ...thing, guard: { ...thing.guard, ...guard } }]
          yield* both(all, all, () => () => ({ records: rows(1, from) }))
          const { planned, synced } = yield* both(all, all, () => () => ({ records: rows(1, left) }))
          assert.deepStrictEqual(planned, synced)
          assert.deepStrictEqual(planned.of[0]?.counts, [0, 0, deleted, left], name)
          const codes = planned.of[0]?.reasons.map(({ code }) => code)
          assert.deepStrictEqual(codes, deleted === 0 ? ["guard.share"] : [], name)
        }
      })
    )
  })
})
