import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { columnOf, connectorOf, entityOf } from "./cases/declared.ts"

describe("an entity", () => {
  it.effect("is filled in with defaults", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf("path: /v1/deal", "key: id", "fields: { id: bigint, start_date: date }")
      const expected: Entity = {
        connector: "shop",
        name: "deal",
        request: { method: "GET", path: "/v1/deal", query: {}, headers: {} },
        format: "json",
        records: "",
        page: { type: "none" },
        table: { schema: "public", name: "shop_deal" },
        columns: [
          {
            name: "id",
            type: "bigint",
            array: false,
            source: { _tag: "Pointer", pointer: { up: 0, tokens: ["id"] } },
            required: true
          },
          {
            name: "start_date",
            type: "date",
            array: false,
            source: {
              _tag: "Pointer",
              pointer: { up: 0, tokens: ["start_date"] },
              otherwise: { up: 0, tokens: ["startDate"] }
            },
            required: false
          }
        ],
        key: ["id"],
        mode: "mirror",
        scope: {},
        guard: { maxDelete: 0.5, floor: 3, empty: "refuse", maxReject: 0.05, confirm: "again", cascade: "refuse" },
        indexes: [],
        examples: [],
        timezone: "UTC"
      }
      assert.deepStrictEqual(entity, expected)
    })
  )

  it.effect("has columns from names, pointers, constants, its scope and lookups", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: [id, kind]",
        "raw: true",
        "scope: { kind: a, level: 2 }",
        "fields:",
        "  id: uuid",
        "  kind: text",
        "  account: { from: Account.Name, type: text, default: none }",
        "  city: { from: /address/a~1b/0, type: 'text[]' }",
        "  source: { value: shop }",
        "  seen: { type: timestamp, format: unix }",
        "  store_name: { from: store, lookup: { table: ref.store, key: id, value: name } }"
      )
      const pointer = (...tokens: ReadonlyArray<string>) => ({ _tag: "Pointer", pointer: { up: 0, tokens } }) as const
      assert.deepStrictEqual(columnOf(entity, "account"), {
        name: "account",
        type: "text",
        array: false,
        source: pointer("Account.Name"),
        required: false,
        default: "none"
      })
      assert.deepStrictEqual(columnOf(entity, "city")?.source, pointer("address", "a/b", "0"))
      assert.isTrue(columnOf(entity, "city")?.array)
      assert.deepStrictEqual(columnOf(entity, "source")?.source, { _tag: "Constant", value: "shop" })
      assert.strictEqual(columnOf(entity, "seen")?.format, "unix")
      assert.deepStrictEqual(columnOf(entity, "kind")?.source, { _tag: "Constant", value: "a" })
      assert.deepStrictEqual(columnOf(entity, "level")?.source, { _tag: "Constant", value: "2" })
      assert.deepStrictEqual(entity.scope, { kind: "a", level: "2" })
      assert.deepStrictEqual(columnOf(entity, "store_name"), {
        name: "store_name",
        type: "text",
        array: false,
        source: pointer("store"),
        required: false,
        lookup: { table: { schema: "ref", name: "store" }, key: "id", value: "name" }
      })
      assert.deepStrictEqual(columnOf(entity, "raw")?.source, { _tag: "Record" })
    })
  )

  it.effect("asks with dates that are worked out later", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: id",
        "fields: { id: bigint }",
        "query: { from: { date: today-30d, format: dd.MM.yyyy }, groupRow: [a, b], days: [{ date: today }, x], env: prod, all: true }",
        "body: { filters: { Date: { from: { date: now+2h }, date: '2026-01-01' } } }"
      )
      assert.strictEqual(entity.request.method, "POST")
      assert.deepStrictEqual(entity.request.query, {
        from: { date: "today", offset: Duration.days(30), sign: -1, format: "dd.MM.yyyy" },
        groupRow: ["a", "b"],
        days: [{ date: "today", offset: Duration.zero, sign: 1, format: "yyyy-MM-dd" }, "x"],
        env: "prod",
        all: true
      })
      assert.deepStrictEqual(entity.request.body, {
        filters: {
          Date: {
            from: { date: "now", offset: Duration.hours(2), sign: 1, format: "yyyy-MM-dd'T'HH:mm:ss" },
            date: "2026-01-01"
          }
        }
      })
    })
  )

  it.effect("is paged in each of the five ways", () =>
    Effect.gen(function* () {
      const page = (yaml: string) =>
        Effect.map(
          entityOf("path: /d", "records: /items", "key: id", "fields: { id: bigint }", `page: ${yaml}`),
          (entity) => entity.page
        )
      const maxPages = 10_000
      assert.deepStrictEqual(yield* page("{ type: none }"), { type: "none" })
      assert.deepStrictEqual(yield* page("{ type: page, size: 500, sizeParam: pageSize }"), {
        type: "page",
        param: "page",
        sizeParam: "pageSize",
        size: 500,
        first: 1,
        until: "empty",
        endStatus: [],
        maxPages
      })
      const proof = "until: short, total: /meta/total, totalPages: /pages, hasMore: /more, endStatus: [422]"
      assert.deepStrictEqual(yield* page(`{ type: offset, size: 50, maxPages: 3, ${proof} }`), {
        type: "offset",
        param: "offset",
        sizeParam: "limit",
        size: 50,
        until: "short",
        total: ["meta", "total"],
        totalPages: ["pages"],
        hasMore: ["more"],
        endStatus: [422],
        maxPages: 3
      })
      assert.deepStrictEqual(yield* page("{ type: none, total: none, hasMore: none }"), {
        type: "none",
        total: "none",
        hasMore: "none"
      })
      assert.deepStrictEqual(yield* page("{ type: cursor, next: /paging/next }"), {
        type: "cursor",
        param: "cursor",
        next: ["paging", "next"],
        maxPages
      })
      assert.deepStrictEqual(yield* page("{ type: link }"), { type: "link", maxPages })
      assert.deepStrictEqual(yield* page("{ type: link, next: /links/next }"), {
        type: "link",
        next: ["links", "next"],
        maxPages
      })
    })
  )

  it.effect("that reads increments never deletes", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: id",
        "fields: { id: bigint, updated_at: timestamp }",
        "incremental: { cursor: updated_at, param: since, initial: 2020-01-01, ordered: true }"
      )
      assert.strictEqual(entity.mode, "upsert")
      assert.deepStrictEqual(entity.incremental, {
        cursor: "updated_at",
        param: "since",
        overlap: Duration.minutes(5),
        format: "iso",
        initial: "2020-01-01",
        ordered: true
      })
    })
  )

  it.effect("keeps its examples as the vendor sends them", () =>
    Effect.gen(function* () {
      const entity = yield* entityOf(
        "path: /d",
        "key: id",
        "fields: { id: bigint }",
        "examples:",
        "  - record: { id: '1', by: { env: prod } }",
        "    row: { id: '1' }",
        "  - record: { id: x }",
        "    reject: not a whole number"
      )
      assert.deepStrictEqual(
        entity.examples.map(({ location, ...example }) => [location?.line, location?.column, example]),
        [
          [9, 9, { record: { id: "1", by: { env: "prod" } }, row: { id: "1" } }],
          [11, 9, { record: { id: "x" }, reject: "not a whole number" }]
        ]
      )
    })
  )

  it.effect("takes what its type says where it says nothing itself", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        "type: till\nentities:\n  a: { path: /a, key: id, fields: { id: bigint } }\n  b: { path: /b, format: xml, records: r/b, key: id, fields: { id: bigint } }\n"
      )
      assert.deepStrictEqual(
        entities.map(({ format, records }) => [format, records]),
        [
          ["json", "/data"],
          ["xml", "r/b"]
        ]
      )
    })
  )
})
