import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity, ParentStatus } from "../../core/config/Entity.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { partial, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, type Answers, column, entity } from "../support/source.ts"
import { syncer, tableOf } from "./fixtures.ts"
import { given, ofParent } from "./parentFixtures.ts"

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("an entity read for each row of another", () => {
    const shop = entity("shop", { columns: [column("id", "bigint"), column("code", "text")] })
    const price = entity("price", {
      forEach: { table: shop.table, params: { shop: "code" } },
      columns: [column("shop", "text"), column("id", "bigint")],
      key: ["shop", "id"]
    })
    const source =
      (codes: ReadonlyArray<string>, broken?: string): Answers =>
      ({ name }, options) => {
        if (name === "shop") return { records: codes.map((code, at) => ({ id: at, code })) }
        const code = options?.params?.shop
        const end = code === broken ? { end: partial(foreignText(`${code} was cut`)) } : {}
        return { records: [1, 2].map((id) => ({ shop: code, id })), ...end }
      }
    const prices = Effect.map(tableOf(price), (found) => found.map((row) => `${row.shop}/${row.id}`))

    it.effect("waits for that table, and is whole only when each of its reads was", () =>
      Effect.gen(function* () {
        const sync = syncer([price, shop])
        const [first] = yield* sync(source(["north", "south"]))
        assert.deepInclude(first, { entity: "price", status: "ok", inserted: 4 })
        const [cut] = yield* sync(source(["north"], "north"))
        assert.deepInclude(cut, { status: "warning", deleted: 0, unchanged: 2 })
        assert.match(cut?.warnings.join() ?? "", /partial: north was cut/)
        const [whole] = yield* sync(source(["north"]))
        assert.deepInclude(whole, { status: "ok", deleted: 2 })
        assert.deepStrictEqual(yield* prices, ["north/1", "north/2"])
      })
    )

    it.effect("asks once for what several rows have alike", () =>
      Effect.gen(function* () {
        const listed = { ...price, name: "listed", table: { schema: "public", name: "fake_listed" } }
        const sync = syncer([listed, shop])
        const asked: Array<unknown> = []
        const [result] = yield* sync((read, options) => {
          if (read.name === "listed") asked.push(options?.params?.shop)
          return source(["north", "south", "north"])(read, options)
        })
        assert.deepStrictEqual(asked, ["north", "south"])
        assert.deepInclude(result, { status: "ok", fetched: 4, inserted: 4 })
      })
    )

    describe("one of which the source knows no longer", () => {
      const gone = (status: number) =>
        new UpstreamError({ kind: "Status", status, reason: foreignText(`answered ${status}`) })
      const stall = entity("stall", { columns: shop.columns })
      const items = (name: string, meaning?: ParentStatus, more: Partial<Entity> = {}) =>
        entity(name, {
          forEach: {
            table: stall.table,
            params: { shop: "code" },
            ...(meaning === undefined ? {} : { onStatus: { 404: meaning, 409: meaning } })
          },
          columns: [given("shop", "text", "shop"), column("id", "bigint")],
          key: ["shop", "id"],
          ...more
        })
      const keys = (one: Entity) => Effect.map(tableOf(one), (found) => found.map((row) => `${row.shop}/${row.id}`))
      const answers =
        (without: Readonly<Record<string, Answer>>, count = 2): Answers =>
        ({ name }, options) => {
          const codes = ["east", "north", "south"]
          if (name === "stall") return { records: codes.map((code, at) => ({ id: at, code })) }
          const code = String(options?.params?.shop)
          return without[code] ?? { records: [1, 2].slice(0, count).map((id) => ({ shop: code, id })) }
        }

      it.effect("keeps its rows, and the others' come", () =>
        Effect.gen(function* () {
          for (const status of [404, 410]) {
            const item = items(`item_${status}`)
            const sync = syncer([stall, item])
            yield* sync(answers({}))
            const result = yield* sync(answers({ east: { error: gone(status) } }, 1), [item])
            assert.deepInclude(result[0], { status: "warning", fetched: 2, deleted: 0, unchanged: 2 })
            assert.deepStrictEqual(result[0]?.reasons[0]?.code, "run.partialKept")
            assert.match(result[0]?.warnings.join() ?? "", new RegExp(`answered ${status}; its rows are kept`))
            assert.lengthOf(yield* tableOf(item), 6)
            const both = { east: { error: gone(status) }, north: { error: gone(status) } }
            const [run] = yield* sync(answers(both, 1), [item])
            assert.match(
              run?.warnings.join() ?? "",
              new RegExp(`answered ${status}, and so for 1 other parent; their rows are kept`)
            )
            assert.lengthOf(run?.warnings.join().match(/answered/g) ?? [], 1)
          }
        })
      )

      it.effect("fails the run where that is declared, where it is another refusal, midway, or all of them", () =>
        Effect.gen(function* () {
          const all = { error: gone(404) }
          for (const [name, without, onStatus] of [
            ["declared", { north: all }, "fail"],
            ["other", { north: { error: gone(400) } }],
            [
              "format",
              { north: { error: new UpstreamError({ kind: "Format", status: 404, reason: foreignText("no list") }) } }
            ],
            ["midway", { north: { records: [{ shop: "north", id: 1 }], error: gone(404) } }],
            ["all", { east: all, north: all, south: all }]
          ] as const) {
            const item = items(`refused_${name}`, onStatus)
            const [, result] = yield* syncer([stall, item])(answers(without))
            assert.deepInclude(result, { status: "failed", inserted: 0 })
          }
        })
      )

      it.effect("has no records where that is declared: its rows go", () =>
        Effect.gen(function* () {
          const item = items("emptied", "empty")
          const sync = syncer([stall, item])
          yield* sync(answers({}))
          const [result] = yield* sync(answers({ north: { error: gone(404) } }), [item])
          assert.deepInclude(result, { status: "ok", deleted: 2 })
        })
      )

      it.effect("is skipped where that is declared: its rows stay, and those of the others are judged", () =>
        Effect.gen(function* () {
          const item = items("skipped", "skip")
          const sync = syncer([stall, item])
          yield* sync(answers({}))
          const without = { east: { error: gone(409) } }
          const [, result] = yield* sync(answers(without, 1))
          assert.deepInclude(result, { status: "ok", fetched: 2, deleted: 2, unchanged: 2, warnings: [] })
          const why = foreignText("answered 409")
          assert.deepStrictEqual(result?.noteReasons, [
            { code: "read.parentsSkipped", params: { count: 1, parents: 3, why } }
          ])
          assert.deepStrictEqual(yield* keys(item), ["east/1", "east/2", "north/1", "south/1"])
          // 410 is not declared: the rows stay, and nobody knows whether the answer is usual.
          const [other] = yield* sync(answers({ ...without, north: { error: gone(410) } }, 0), [item])
          assert.deepInclude(other, { status: "warning", deleted: 0 })
          const [back] = yield* sync(answers({ east: { records: [{ id: 2 }] } }, 1), [item])
          assert.deepInclude(back, { status: "ok", deleted: 1, unchanged: 3 })
        })
      )

      it.effect("is skipped midway, too: what came is loaded, and its other rows stay", () =>
        Effect.gen(function* () {
          const item = items("skipped_midway", "skip")
          const sync = syncer([stall, item])
          yield* sync(answers({}))
          const cut = { records: [{ shop: "east", id: 1 }], error: gone(404) }
          const [, result] = yield* sync(answers({ east: cut }, 1))
          assert.deepInclude(result, { status: "ok", fetched: 3, deleted: 2, unchanged: 3 })
          assert.strictEqual(result?.noteReasons[0]?.code, "read.parentsSkipped")
          assert.deepStrictEqual(yield* keys(item), ["east/1", "east/2", "north/1", "south/1"])
        })
      )

      it.effect("is skipped by neither a read of all of them nor one whose key tells them not apart", () =>
        Effect.gen(function* () {
          const error = gone(404)
          const item = items("all_skipped", "skip")
          const sync = syncer([stall, item])
          yield* sync(answers({}))
          const [all] = yield* sync(answers({ east: { error }, north: { error }, south: { error } }), [item])
          assert.deepInclude(all, { status: "failed", deleted: 0 })
          assert.strictEqual(all?.errorReason?.code, "read.allSkipped")
          assert.lengthOf(yield* keys(item), 6)
          const nameless = items("unnamed", "skip", { key: ["id"] })
          const named: Answers = ({ name }, options) =>
            name === "stall"
              ? answers({})(stall, options)
              : options?.params?.shop === "east"
                ? { error }
                : { records: [{ id: options?.params?.shop === "north" ? 1 : 2 }] }
          const each: Answers = (read, options) =>
            options?.params?.shop === "east" ? { records: [{ id: 3 }, { id: 4 }] } : named(read, options)
          yield* syncer([stall, nameless])(each)
          const [, kept] = yield* syncer([stall, nameless])(named)
          assert.deepInclude(kept, { status: "warning", deleted: 0 })
          assert.lengthOf(yield* keys(nameless), 4)
        })
      )

      it.effect("is no reason to judge the rest by more rows than were read", () =>
        Effect.gen(function* () {
          const item = items("guarded", "skip")
          const many = (count: number) => ({ records: Array.from({ length: count }, (_, id) => ({ id })) })
          const sync = syncer([stall, item])
          yield* sync(answers({ east: many(20), north: many(20), south: many(20) }))
          const error = gone(404)
          const [held] = yield* sync(answers({ east: many(9), north: { error }, south: { error } }), [item])
          assert.deepInclude(held, { status: "warning", deleted: 0, unchanged: 9 })
          assert.deepInclude(held?.reasons[0], {
            code: "guard.share",
            params: { gone: 11, rows: 20, limit: "50%" }
          })
          const [empty] = yield* sync(answers({ east: many(0), north: { error }, south: { error } }), [item])
          assert.deepInclude(empty, { status: "warning", deleted: 0 })
          assert.lengthOf(yield* keys(item), 60)
        })
      )

      it.effect("keeps its rows beside a row that PostgreSQL refuses, and their history goes on", () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const history = { schema: "public", name: "fake_checked_history" }
          const guard = { ...price.guard, maxReject: 1 }
          const item = items("checked", "skip", { guard, history })
          const sync = syncer([stall, item])
          yield* sync(answers({}))
          yield* sql`alter table fake_checked add check (id < 100)`
          const without = { east: { error: gone(404) }, north: { records: [{ id: 1 }, { id: 500 }] } }
          const [, result] = yield* sync(answers(without))
          assert.deepInclude(result, { status: "warning", rejected: 1, deleted: 1, unchanged: 3 })
          assert.deepStrictEqual(yield* keys(item), ["east/1", "east/2", "north/1", "south/1", "south/2"])
          const ended = yield* sql`select shop, id from fake_checked_history where ended_at is not null`
          assert.deepStrictEqual(ended, [{ shop: "north", id: 2n }])
        })
      )

      it.effect("keeps the rows of its records' children, and its cursor", () =>
        Effect.gen(function* () {
          const item = items("kept", "skip")
          const part = entity("kept_part", {
            parent: item.name,
            records: "/parts",
            columns: [given("shop", "text", "shop"), column("item", "bigint", ofParent), column("no", "bigint")],
            key: ["shop", "item", "no"]
          })
          const parted = (...nos: ReadonlyArray<number>) => ({ records: [{ id: 1, parts: nos.map((no) => ({ no })) }] })
          const sync = syncer([stall, item, part])
          yield* sync(answers({ east: parted(1, 2), north: parted(1), south: parted(1, 2) }))
          const without = { east: { error: gone(404) }, north: parted(), south: parted(2) }
          const [, , result] = yield* sync(answers(without))
          assert.deepInclude(result, { status: "ok", deleted: 2 })
          const parts = Effect.map(tableOf(part), (found) => found.map((row) => `${row.shop}/${row.no}`))
          assert.deepStrictEqual(yield* parts, ["east/1", "east/2", "south/2"])

          const log = items("logged", "skip", {
            mode: "upsert",
            incremental: { cursor: "id", param: "since", overlap: 0, format: "text", initial: "0" }
          })
          const asked: Array<string> = []
          const logged =
            (gap: boolean): Answers =>
            (read, options) => {
              if (read !== log) return answers({})(read, options)
              const shop = String(options?.params?.shop)
              asked.push(`${shop} ${options?.since}`)
              return gap && shop === "east" ? { error: gone(404) } : { records: [{ id: gap ? 9 : 5 }] }
            }
          const follow = syncer([stall, log])
          yield* follow(logged(false))
          const [, skipping] = yield* follow(logged(true))
          assert.deepInclude(skipping, { status: "ok", inserted: 2 })
          asked.length = 0
          yield* follow(logged(false), [log])
          assert.deepStrictEqual(asked, ["east 5", "north 9", "south 9"])
        })
      )
    })

    it.effect("of nothing reads nothing: an empty source, so no delete", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`delete from fake_shop`
        const [none] = yield* syncer([price, shop])(source([]), [price])
        assert.deepInclude(none, { status: "warning", fetched: 0, deleted: 0 })
        assert.deepStrictEqual(yield* prices, ["north/1", "north/2"])
      })
    )
  })
})
