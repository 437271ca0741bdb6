import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Channel, Effect, Ref } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import * as LiveCheck from "../../core/sync/discover/LiveCheck.ts"
import { complete, type ReadOptions, UpstreamError } from "../../core/upstream/Source.ts"
import { type Answers, column, entity, layerRegistry } from "../support/source.ts"
import { rows } from "./fixtures.ts"

const look = (entities: ReadonlyArray<Entity>, answers: Answers, selected = entities) =>
  Effect.provide(LiveCheck.checkLive(selected), layerRegistry(entities, answers))

const up = (...tokens: ReadonlyArray<string>) => ({ source: { _tag: "Pointer", pointer: { up: 1, tokens } } }) as const

describe("a look at the sources", () => {
  it.effect("tells which declared fields no record has, and which fields are not declared", () =>
    Effect.gen(function* () {
      const thing = entity("thing", {
        columns: [
          column("id", "bigint"),
          column("name", "text"),
          column("city", "text", { source: { _tag: "Pointer", pointer: { up: 0, tokens: ["at", "city"] } } }),
          column("tags", "json"),
          column("gone", "text"),
          column("maybe", "text", { optional: true }),
          column("kind", "text", { source: { _tag: "Constant", value: "k" } }),
          // These are the engine's to fill.
          column("handled_at", "timestamp"),
          column("_read_at", "timestamp", { source: { _tag: "RequestTime" } })
        ],
        leads: { to: "other", by: "name", at: "handled_at" }
      })
      const records = [
        { id: 1, name: null, at: { city: "K", "zip/code": "1" }, tags: { a: 1 }, "/odd": 1 },
        { id: 2, name: "b", colour: "red", tags: null }
      ]
      assert.deepStrictEqual(yield* look([thing], () => ({ records })), [
        {
          connector: "fake",
          entity: "thing",
          records: 2,
          rejected: 0,
          leftOut: 0,
          repeatedKeys: 0,
          verdict: "ok",
          reject: null,
          rejectReason: null,
          absent: ["gone"],
          undeclared: ["/at/zip~1code", "/~1odd", "colour"],
          absentPlaces: [],
          unmetPlaces: [],
          error: null,
          errorReason: null
        }
      ])
    })
  )

  it.effect("reads no second page, nor more of a large answer than shows its fields", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make<ReadonlyArray<string>>([])
      const [paged, large] = [entity("paged"), entity("large")]
      const page = (of: Entity, options: ReadOptions | undefined, from: number) =>
        Channel.unwrap(
          Effect.gen(function* () {
            yield* options?.onEvent?.({ _tag: "Request" }) ?? Effect.void
            yield* Ref.update(asked, (all) => [...all, `${of.name} ${from}`])
            return Channel.fromIterable(
              Arr.chunksOf(
                rows(from, from + 9).map((row) => ({ ...row, [`of_${from}`]: 1 })),
                4
              )
            )
          })
        )
      const pages = (of: Entity, options: ReadOptions | undefined) =>
        page(of, options, 1).pipe(
          Channel.concatWith(() => page(of, options, 11)),
          Channel.concatWith(() => Channel.end(complete))
        )
      const registry = layerRegistry([paged, large], (of, options) =>
        of === large ? { records: rows(1, 5_000), pageSize: 900 } : { source: pages(of, options) }
      )
      const looks = yield* Effect.provide(LiveCheck.checkLive([large, paged]), registry)
      assert.deepStrictEqual(
        looks.map(({ entity: name, records, undeclared }) => ({ name, records, undeclared })),
        [
          { name: "large", records: 1_000, undeclared: [] },
          { name: "paged", records: 10, undeclared: ["of_1"] }
        ]
      )
      assert.deepStrictEqual(yield* Ref.get(asked), ["paged 1"])
    })
  )

  it.effect("tells of each entity by itself what could not be read, became no row, or was not there", () =>
    Effect.gen(function* () {
      const [down, empty, odd] = [entity("down"), entity("empty"), entity("odd")]
      const looks = yield* look([down, empty, odd], (of) =>
        of === down
          ? { error: new UpstreamError({ kind: "Status", reason: foreignText("answered 500") }) }
          : { records: of === odd ? [{ id: "x", name: "n", amount: 1 }, ...rows(1, 3)] : [] }
      )
      assert.deepStrictEqual(
        looks.map(({ absent, error, records, reject, rejected }) => ({ absent, error, records, reject, rejected })),
        [
          { absent: [], error: "answered 500", records: 0, reject: null, rejected: 0 },
          { absent: [], error: null, records: 0, reject: null, rejected: 0 },
          { absent: [], error: null, records: 4, reject: "id is not a whole number", rejected: 1 }
        ]
      )
    })
  )

  it.effect("tells how many keys came again, what conditions left out, and places that no record has", () =>
    Effect.gen(function* () {
      const where = ["statsu", "gone"].map((name, at) => ({
        pointer: { up: 0, tokens: [name] },
        comparison: at === 0 ? { is: ["active"] } : { exists: false }
      }))
      const [twice, left] = [entity("twice"), entity("left", { where })]
      const looks = yield* look([twice, left], (of) => ({
        records: of === twice ? [...rows(1, 5), ...rows(2, 3), ...rows(3, 3)] : rows(1, 4)
      }))
      assert.deepStrictEqual(
        looks.map(({ absentPlaces, leftOut, records, repeatedKeys, unmetPlaces, verdict }) => ({
          counts: [records, leftOut, repeatedKeys],
          places: [absentPlaces, unmetPlaces],
          verdict
        })),
        [
          { counts: [8, 0, 2], places: [[], []], verdict: "warning" },
          { counts: [0, 4, 0], places: [["where: statsu"], ["where: gone"]], verdict: "ok" }
        ]
      )
    })
  )

  it.effect("judges rejected records as a sync would: a warning, or more than maxReject", () =>
    Effect.gen(function* () {
      const verdict = (bad: number, maxReject: number, error?: UpstreamError) => {
        const thing = entity("judged", { guard: { ...entity("x").guard, maxReject } })
        const records = rows(1, 20).map((row) => (Number(row.id) <= bad ? { ...row, amount: true } : row))
        return Effect.map(
          look([thing], () => ({ records, ...(error && { error }) })),
          ([one]) => one?.verdict
        )
      }
      assert.deepStrictEqual(
        [yield* verdict(0, 0.05), yield* verdict(1, 0.05), yield* verdict(2, 0.05), yield* verdict(1, 0)],
        ["ok", "warning", "failed", "failed"]
      )
      const down = new UpstreamError({ kind: "Status", reason: foreignText("answered 500") })
      assert.strictEqual(yield* verdict(0, 1, down), "failed")
    })
  )

  it.effect("asks for a row of `forEach` from what the first page of the other entity gives", () =>
    Effect.gen(function* () {
      const shop = entity("shop", { columns: [column("id", "bigint"), column("code", "text")] })
      const stock = entity("stock", {
        forEach: { table: shop.table, params: { shop: "code" } },
        columns: [column("id", "bigint"), column("left", "decimal")]
      })
      const params: Array<unknown> = []
      const answers: Answers = (of, options) => {
        if (of.name === "stock") params.push(options?.params)
        return {
          records:
            of.name === "stock"
              ? [{ id: 1, right: 2 }]
              : [
                  { id: "x", code: 1 },
                  { id: 1, code: null },
                  { id: 2, code: "b" }
                ]
        }
      }
      const [found] = yield* look([shop, stock], answers, [stock])
      assert.deepInclude(found, { absent: ["left"], undeclared: ["right"], error: null })
      assert.deepStrictEqual(params, [{ shop: "b" }])
      const [none] = yield* look([shop, stock], () => ({ records: [] }), [stock])
      assert.match(none?.error ?? "", /made from rows of public\.fake_shop, .* has none to try with/)
      const circle = entity("circle", { forEach: { table: { schema: "public", name: "fake_circle" }, params: {} } })
      assert.match((yield* look([circle], () => ({})))[0]?.error ?? "", /has none to try with/)
    })
  )

  it.effect(
    "counts what a child takes from its parent's records as declared, and the child's own fields as its own",
    () =>
      Effect.gen(function* () {
        const order = entity("order", { columns: [column("id", "bigint")] })
        const line = entity("line", {
          parent: "order",
          records: "/lines",
          columns: [
            column("order_id", "bigint", up("id")),
            column("city", "text", up("to", "city")),
            column("no", "bigint"),
            column("sum", "decimal")
          ],
          key: ["order_id", "no"]
        })
        const records = [{ id: 1, note: "n", to: { city: "K", street: "S" }, lines: [{ no: 1, price: 2 }] }]
        const looks = yield* look([order, line], () => ({ records }))
        assert.deepStrictEqual(
          looks.map(({ absent, undeclared }) => ({ absent, undeclared })),
          [
            { absent: [], undeclared: ["/to/street", "note"] },
            { absent: ["sum"], undeclared: ["price"] }
          ]
        )
      })
  )

  it.effect("takes more names than fields can be for data", () =>
    Effect.gen(function* () {
      const named = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`day_${at}`, at]))
      const thing = entity("map", { columns: [column("id", "bigint")] })
      const undeclared = (count: number) =>
        Effect.map(
          look([thing], () => ({ records: [{ id: 1, ...named(count) }] })),
          ([one]) => one?.undeclared.length
        )
      assert.deepStrictEqual([yield* undeclared(499), yield* undeclared(500)], [499, 0])
    })
  )
})
