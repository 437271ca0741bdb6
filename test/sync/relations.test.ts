import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { partial, type ReadOptions } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, type Answers, column, entity, layerSync } from "../support/source.ts"
import { brokenOff, ids, inTurn, rows, syncer, syncerOf, tableOf } from "./fixtures.ts"

const fromParent = { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } } as const

/** Documents with their items, read together; an item's key contains its document's. */
const documents = (name: string, more: Partial<Entity> = {}) => {
  const parent = entity(name, { columns: [column("id", "bigint"), column("name", "text")], ...more })
  const child = entity(`${name}_item`, {
    parent: name,
    records: "/items",
    columns: [column("document", "bigint", fromParent), column("line", "integer"), column("name", "text")],
    key: ["document", "line"]
  })
  return { parent, child }
}

const document = (id: number, ...lines: ReadonlyArray<number>) => ({
  id,
  name: `document ${id}`,
  items: lines.map((line) => ({ line, name: `item ${line}` }))
})

const lines = (child: Entity) =>
  Effect.map(tableOf(child), (found) => found.map((row) => `${row.document}/${row.line}`))

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("a lookup", () => {
    const store = entity("store", { columns: [column("id", "uuid"), column("name", "text")] })
    const id = (digit: number) => `00000000-0000-4000-a000-00000000000${digit}`
    const balance = (name: string) =>
      entity(name, {
        columns: [
          column("id", "bigint"),
          column("store", "text", { lookup: { table: store.table, key: "id", value: "name" } })
        ]
      })

    it.effect("takes the name from the other table, which is loaded first, and follows it when it changes", () =>
      Effect.gen(function* () {
        const stock = balance("stock")
        const sync = syncer([stock, store])
        const source =
          (names: ReadonlyArray<string>): Answers =>
          ({ name }) =>
            name === "store"
              ? { records: names.map((title, at) => ({ id: id(at), name: title })) }
              : { records: [0, 1, 2].map((at) => ({ id: at, store: id(at) })) }
        const first = yield* sync(source(["Bar", "Kitchen"]))
        assert.deepStrictEqual(
          first.map(({ entity, status }) => [entity, status]),
          [
            ["stock", "ok"],
            ["store", "ok"]
          ]
        )
        assert.deepStrictEqual(yield* tableOf(stock), [
          { id: 0n, store: "Bar" },
          { id: 1n, store: "Kitchen" },
          { id: 2n, store: null }
        ])
        const unmatched = (notes: ReadonlyArray<string> = []) =>
          notes.filter((note) => note.includes("public.fake_store"))
        const note = `1 value of store is not in public.fake_store (id), as ${id(2)}: store is null in its row`
        assert.deepEqual(unmatched(first[0]?.notes), [note])
        const [stocks] = yield* sync(source(["Bar", "Hot kitchen"]))
        assert.deepInclude(stocks, { updated: 1, unchanged: 2 })
        assert.deepEqual(unmatched(stocks?.notes), [note])
        const [found] = yield* sync(source(["Bar", "Hot kitchen", "Store"]))
        assert.deepEqual(unmatched(found?.notes), [])
      })
    )

    it.effect("into a table that does not exist fails its entity and says what to sync first", () =>
      Effect.gen(function* () {
        const lost = entity("lost", {
          columns: [
            column("id", "bigint"),
            column("store", "text", {
              lookup: { table: { schema: "public", name: "nowhere" }, key: "id", value: "name" }
            })
          ]
        })
        const [failed, fine] = yield* syncer([lost, entity("found")])({ records: rows(1, 2) })
        assert.strictEqual(failed?.status, "failed")
        assert.match(failed?.error ?? "", /fake\.lost looks names up in public\.nowhere, which does not exist yet/)
        assert.strictEqual(fine?.status, "ok")
      })
    )
  })

  describe("a child entity", () => {
    it.effect("shares the read of its parent, and is mirrored with it", () =>
      Effect.gen(function* () {
        const { child, parent } = documents("invoice")
        const sync = syncer([parent, child])
        let asked = 0
        const source =
          (...records: ReadonlyArray<ReturnType<typeof document>>): Answers =>
          () => {
            asked += 1
            return { records }
          }
        const [documentsRun, itemsRun] = yield* sync(source(document(1, 1, 2), document(2, 1)))
        assert.strictEqual(asked, 1)
        assert.deepInclude(documentsRun, { entity: "invoice", status: "ok", inserted: 2 })
        assert.deepInclude(itemsRun, { entity: "invoice_item", status: "ok", fetched: 3, inserted: 3 })
        const [, gone] = yield* sync(source(document(2, 1, 3)))
        assert.deepInclude(gone, { status: "ok", inserted: 1, deleted: 2 })
        assert.deepStrictEqual(yield* lines(child), ["2/1", "2/3"])
        const [alone] = yield* sync(source(document(2, 1)), [child])
        assert.deepInclude(alone, { entity: "invoice_item", status: "ok", deleted: 1 })
        asked = 0
        const planned = yield* Effect.provide(
          plan([parent, child]),
          layerSync([parent, child], source(document(2, 1, 2)))
        )
        assert.deepStrictEqual([asked, planned.entities.map(({ inserts }) => inserts.length)], [1, [0, 1]])
      })
    )

    it.effect("of a parent that keeps what it does not see deletes only within the parents that were read", () =>
      Effect.gen(function* () {
        const { child, parent } = documents("act", { mode: "upsert" })
        const sync = syncer([parent, child])
        yield* sync({ records: [document(1, 1, 2), document(2, 1, 2), document(3, 1)] })
        const [, items] = yield* sync({ records: [document(2, 2, 3), document(3)] })
        assert.deepInclude(items, { status: "ok", inserted: 1, unchanged: 1, deleted: 2 })
        assert.deepStrictEqual(yield* ids(parent), [1, 2, 3])
        assert.deepStrictEqual(yield* lines(child), ["1/1", "1/2", "2/2", "2/3"])
      })
    )

    it.effect("keeps everything when a parent's own key could not be read", () =>
      Effect.gen(function* () {
        const { child, parent } = documents("order", { mode: "upsert" })
        const sync = syncer([parent, child])
        yield* sync({ records: [document(1, 1, 2), document(2, 1)] })
        for (const unnamed of [{ id: "?", items: [] }, { id: null, items: [] }, { items: [] }]) {
          const [, items] = yield* sync({ records: [document(1, 1), unnamed] })
          assert.deepInclude(items, { status: "warning", deleted: 0 })
          assert.deepStrictEqual(yield* lines(child), ["1/1", "1/2", "2/1"])
        }
      })
    )

    it.effect("keeps the rows of a parent that only a broken try brought", () =>
      Effect.gen(function* () {
        const { child, parent } = documents("bill", { mode: "upsert" })
        const sync = syncer([parent, child])
        yield* sync({ records: [document(1, 1, 2), document(2, 1)] })
        const broken: Answer = { records: [document(1, 1)], error: brokenOff }
        const [, items] = yield* sync(inTurn(broken, { records: [document(2, 2)] }).next)
        assert.deepInclude(items, { status: "ok", inserted: 1, deleted: 1 })
        assert.deepStrictEqual(yield* lines(child), ["1/1", "1/2", "2/2"])
      })
    )
  })

  describe("a child that is no object", () => {
    it.effect("is a rejected record, not one that is gone", () =>
      Effect.gen(function* () {
        const { child, parent } = documents("receipt")
        const sync = syncer([parent, child])
        yield* sync({ records: [document(1, 1, 2)] })
        const broken = { ...document(1, 1), items: [...document(1, 1).items, "item 2"] }
        const [, items] = yield* sync({ records: [broken] })
        assert.deepInclude(items, { status: "warning", rejected: 1, deleted: 0 })
        assert.deepStrictEqual(yield* lines(child), ["1/1", "1/2"])
      })
    )
  })

  describe("an incremental entity", () => {
    it.effect("asks from its cursor on, which moves only when every record of a whole read arrived", () =>
      Effect.gen(function* () {
        const event = entity("event", {
          mode: "upsert",
          columns: [column("id", "bigint"), column("at", "timestamp")],
          incremental: {
            cursor: "at",
            param: "since",
            overlap: Duration.minutes(5),
            format: "iso",
            initial: "2020-01-01"
          }
        })
        const sync = syncerOf(event)
        const asked: Array<string | undefined> = []
        const source =
          (minute: number, end: Partial<ReturnType<Answers>> = {}, extra: ReadonlyArray<object> = []): Answers =>
          (_, options: ReadOptions | undefined) => {
            asked.push(options?.since)
            return {
              records: [{ id: minute, at: `2026-03-01T10:${minute}:00Z` }, ...extra.map((one) => ({ ...one }))],
              ...end
            }
          }
        assert.strictEqual((yield* sync(source(10))).status, "ok")
        assert.strictEqual(
          (yield* sync(source(20, { end: partial(foreignText("page cap of 1 reached")) }))).status,
          "warning"
        )
        assert.strictEqual((yield* sync(source(30, {}, [{ id: 5, at: "yesterday" }]))).status, "warning")
        assert.strictEqual((yield* sync(source(40))).status, "ok")
        assert.strictEqual((yield* sync({ ...source(50)(event, undefined), records: [] })).status, "ok")
        yield* sync(source(50))
        assert.deepStrictEqual(
          asked.filter((since) => since !== undefined),
          [
            "2020-01-01",
            "2026-03-01T10:05:00.000Z",
            "2026-03-01T10:05:00.000Z",
            "2026-03-01T10:05:00.000Z",
            "2026-03-01T10:35:00.000Z"
          ]
        )
        assert.deepStrictEqual(yield* ids(event), [10, 20, 30, 40, 50])
      })
    )
  })
})
