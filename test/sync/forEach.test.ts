import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { said } from "../../core/reason/Reason.ts"
import { partial, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, type Answers, column, entity } from "../support/source.ts"
import { syncer, tableOf } from "./fixtures.ts"

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
        const end = code === broken ? { end: partial(said(`${code} was cut`)) } : {}
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
      const gone = (status: number) => new UpstreamError({ kind: "Status", status, reason: said(`answered ${status}`) })
      const stall = entity("stall", { columns: shop.columns })
      const items = (name: string, onStatus?: "empty" | "fail") =>
        entity(name, {
          forEach: { table: stall.table, params: { shop: "code" }, ...(onStatus === undefined ? {} : { onStatus }) },
          columns: price.columns,
          key: ["shop", "id"]
        })
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
            const [told] = yield* sync(answers(both, 1), [item])
            assert.match(
              told?.warnings.join() ?? "",
              new RegExp(`answered ${status}, and so for 1 other parent; their rows are kept`)
            )
            assert.lengthOf(told?.warnings.join().match(/answered/g) ?? [], 1)
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
              { north: { error: new UpstreamError({ kind: "Format", status: 404, reason: said("no list") }) } }
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
